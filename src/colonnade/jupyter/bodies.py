"""Read what a client sent: bounded before it is held, parsed without trust in its depth."""

import json
from typing import Annotated, Any, cast

from fastapi import Depends
from starlette.requests import Request

from colonnade.kit.errors import Invalid, TooLarge

SMALL_BYTES = 64 * 1024


async def read_bounded(request: Request, limit_bytes: int = SMALL_BYTES) -> bytes:
    """The request's body. Raises TooLarge as soon as it exceeds `limit_bytes`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit_bytes:
            raise TooLarge(
                f"What was sent is larger than {limit_bytes // 1024} KB.",
                "Send less at once.",
                limit_bytes=limit_bytes,
            )
    return bytes(body)


def parse_object(raw: bytes | str) -> dict[str, Any]:
    """A JSON object. Raises Invalid for anything else, nesting beyond Python's limit included."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as problem:
        raise Invalid("What was sent is not valid JSON.", "Send a JSON object.") from problem
    if not isinstance(value, dict):
        raise Invalid("What was sent is not a JSON object.", "Send a JSON object.")
    return cast("dict[str, Any]", value)


async def read_object(request: Request, limit_bytes: int = SMALL_BYTES) -> dict[str, Any]:
    """The request's body as a JSON object; an empty body is an empty object.

    Raises TooLarge or Invalid.
    """
    raw = await read_bounded(request, limit_bytes)
    return parse_object(raw) if raw.strip() else {}


def text_at(model: dict[str, Any], key: str, longest: int = 1024) -> str | None:
    """The text `model[key]`, None when absent or null.

    Raises Invalid when it is not text, longer than `longest` characters, or holds a NUL.
    """
    value = model.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise Invalid(f"'{key}' must be text of at most {longest} characters.")
    return value


def object_within(limit_bytes: int = SMALL_BYTES) -> Any:
    """A dependency that gives the body as a JSON object of at most `limit_bytes`.

    Declare it before `session: Transaction`: dependencies are resolved in order, and a client that
    sends slowly must not hold the database's one write lock meanwhile.
    """

    async def read(request: Request) -> dict[str, Any]:
        return await read_object(request, limit_bytes)

    return Depends(read)


JsonObject = Annotated[dict[str, Any], object_within()]
"""Annotate a parameter with this to receive a small JSON object as the body."""
