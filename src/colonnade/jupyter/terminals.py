"""A person's terminals, asked of their runtimes.

What a runtime answers is checked, not believed.
"""

import asyncio
from typing import Annotated, TypeVar

import aiohttp
from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from colonnade.accounts.identity import Identity
from colonnade.jupyter.models import moment
from colonnade.kit.errors import NotFound, Unavailable
from colonnade.runtimes.service import Runtimes
from colonnade.runtimes.terminal_names import find_terminal, public_name

ASK_SECONDS = 5.0
LARGEST_ANSWER_BYTES = 256 * 1024
DRIVE = "/drive"
"""Where a runtime sees its owner's files (docs/plan.md)."""


class Terminal(BaseModel):
    """One terminal as a runtime's server describes it."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,32}$")]
    last_activity: AwareDatetime


_ONE = TypeAdapter(Terminal)
_MANY = TypeAdapter(Annotated[list[Terminal], Field(max_length=1000)])
Answer = TypeVar("Answer")


class Terminals:
    """Opens, lists and closes terminals; their names are `runtimes.terminal_names`' public ones."""

    def __init__(self, runtimes: Runtimes) -> None:
        self._runtimes = runtimes

    async def all(self, person: Identity) -> list[dict[str, str]]:
        """All of a person's; a runtime that does not answer in time is passed over."""
        asked = [self._of(runtime_id) for runtime_id in self._runtimes.runtimes_of(person)]
        return [model for models in await asyncio.gather(*asked) for model in models]

    async def open(self, person: Identity, folder: str) -> dict[str, str]:
        """A new one in `folder`, relative to the person's files, in the runtime used last.

        Raises what `Runtimes.terminal_runtime` raises, and Unavailable.
        """
        runtime_id = await self._runtimes.terminal_runtime(person)
        self._runtimes.touch(runtime_id)
        body = {"cwd": f"{DRIVE}/{folder.strip('/')}"}
        answer = await self._ask(runtime_id, "POST", "", body)
        return _model(runtime_id, _validated(_ONE, answer))

    async def get(self, person: Identity, public: str) -> dict[str, str]:
        """One of them. Raises NotFound or Unavailable."""
        runtime_id, name = find_terminal(public, self._runtimes.runtimes_of(person))
        return _model(runtime_id, _validated(_ONE, await self._ask(runtime_id, "GET", f"/{name}")))

    async def close(self, person: Identity, public: str) -> None:
        """End one of them. Raises NotFound or Unavailable."""
        runtime_id, name = find_terminal(public, self._runtimes.runtimes_of(person))
        await self._ask(runtime_id, "DELETE", f"/{name}")

    async def _of(self, runtime_id: str) -> list[dict[str, str]]:
        try:
            found = _validated(_MANY, await self._ask(runtime_id, "GET", ""))
        except (Unavailable, NotFound):
            return []
        return [_model(runtime_id, each) for each in found]

    async def _ask(
        self, runtime_id: str, method: str, rest: str, body: dict[str, str] | None = None
    ) -> bytes:
        address = f"http://runtime/api/terminals{rest}"
        session = self._runtimes.http(runtime_id)
        try:
            async with (
                asyncio.timeout(ASK_SECONDS),
                session.request(method, address, json=body, allow_redirects=False) as answer,
            ):
                return await _read(answer)
        except (TimeoutError, aiohttp.ClientError, OSError) as problem:
            raise Unavailable("The runtime does not answer.", "Try again in a moment.") from problem


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    if answer.status == 404:
        raise NotFound("There is no such terminal.")
    if answer.status >= 300:
        raise Unavailable("The runtime could not do this.", "Try again in a moment.")
    read = bytearray()
    async for piece in answer.content.iter_any():
        read += piece
        if len(read) > LARGEST_ANSWER_BYTES:
            raise Unavailable("The runtime answered too much.")
    return bytes(read)


def _validated(kind: TypeAdapter[Answer], answer: bytes) -> Answer:
    try:
        return kind.validate_json(answer)
    except ValidationError as problem:
        raise Unavailable("The runtime answered in an unknown form.") from problem


def _model(runtime_id: str, terminal: Terminal) -> dict[str, str]:
    return {
        "name": public_name(runtime_id, terminal.name),
        "last_activity": moment(terminal.last_activity),
    }
