"""The bodies of contents requests: bounded while they arrive, parsed off the event loop."""

import asyncio
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import Request

from colonnade.jupyter.contents_parts import contents_of
from colonnade.kit.errors import Invalid, TooLarge
from colonnade.notebooks.models import Model
from colonnade.notebooks.notebook import parse_json

SMALL_BYTES = 64 * 1024
_IN_PLACE_BYTES = 256 * 1024
"""Below this, parsing takes less than handing it to a thread."""


async def read_model(request: Request, limit_bytes: int) -> Model:
    """The JSON object that was sent; an empty body is an empty one.

    Refuses what is too large by its announced length, or else as soon as it has become so. Raises
    TooLarge or Invalid.
    """
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limit_bytes:
        raise _too_large(limit_bytes)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit_bytes:
            raise _too_large(limit_bytes)
    if not body.strip():
        return {}
    data = bytes(body)
    small = len(data) <= _IN_PLACE_BYTES
    value = parse_json(data) if small else await asyncio.to_thread(parse_json, data)
    if not isinstance(value, dict):
        raise Invalid("What was sent is not a JSON object.", "Send a contents model.")
    return cast(Model, value)


async def _contents_body(request: Request) -> Model:
    return await read_model(request, contents_of(request).settings.max_body_bytes)


async def _small_body(request: Request) -> Model:
    return await read_model(request, SMALL_BYTES)


ContentsBody = Annotated[Model, Depends(_contents_body)]
"""A contents model with its content."""

SmallBody = Annotated[Model, Depends(_small_body)]
"""A contents model without content."""


def text_of(model: Model, key: str) -> str | None:
    """The text at `key`, or None. Raises Invalid for anything else."""
    value = model.get(key)
    if value is not None and not isinstance(value, str):
        raise Invalid(f"'{key}' must be text.")
    return value


def _too_large(limit_bytes: int) -> TooLarge:
    return TooLarge(
        f"What was sent is larger than {limit_bytes} bytes.",
        "Clear large outputs; upload large files in chunks, as JupyterLab does.",
        limit_bytes=limit_bytes,
    )
