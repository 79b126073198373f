"""Kept files leave only by the content origin, for their owner, and half of them looks broken."""

from collections.abc import AsyncGenerator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from colonnade.jupyter.content_links import Capability, ContentLinks
from colonnade.jupyter.content_origin import build_content_app
from colonnade.jupyter.kept_files import kept_files, kept_link
from colonnade.kit.database import Database
from colonnade.kit.errors import NotFound, Unavailable
from colonnade.notebooks.configuration import NotebookSettings
from colonnade.notebooks.contents import build_contents
from support.people import ORIGINS

OWNER, RUNTIME = "a" * 32, "b" * 32
LINKS = ContentLinks(bytes(range(32)), ORIGINS.content)


async def archive(person_id: str, runtime_id: str) -> AsyncGenerator[bytes]:
    if (person_id, runtime_id) != (OWNER, RUNTIME):
        raise NotFound("There are no files of such a runtime.")
    yield b"one "
    yield b"two"


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Starlette:
    return made(database, tmp_path)


def made(database: Database, data: Path, pieces=archive) -> Starlette:  # type: ignore[no-untyped-def]
    contents = build_contents(data, NotebookSettings())
    return build_content_app(database, contents, LINKS, ORIGINS, kept_files(pieces))


async def fetch(app: Starlette, address: str) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGINS.content) as client:
        return await client.get(urlsplit(address).path)


async def test_the_owner_s_link_is_an_attachment_under_the_content_origin_s_policy(
    app: Starlette,
) -> None:
    answer = await fetch(app, kept_link(LINKS, OWNER, RUNTIME))
    assert (answer.status_code, answer.content) == (200, b"one two")
    head = answer.headers
    assert head["Content-Disposition"].startswith('attachment; filename="content-bbbbbbbb.tar.gz"')
    assert head["Content-Type"] == "application/gzip"
    assert head["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in head["Content-Security-Policy"]
    assert head["Cache-Control"] == "no-store"


@pytest.mark.parametrize("whose", [("c" * 32, RUNTIME), (OWNER, "d" * 32), ("", "")])
async def test_another_s_or_no_files_do_not_exist(app: Starlette, whose: tuple[str, str]) -> None:
    assert (await fetch(app, kept_link(LINKS, *whose))).status_code == 404


async def test_a_link_to_a_file_does_not_open_kept_files(app: Starlette) -> None:
    other = Capability("file", OWNER, RUNTIME, attachment=True)
    assert (await fetch(app, LINKS.address(other, "x"))).status_code == 404
    forged = kept_link(ContentLinks(bytes(32), ORIGINS.content), OWNER, RUNTIME)
    assert (await fetch(app, forged)).status_code == 404


async def test_what_is_not_ready_yet_is_said_and_not_sent(
    database: Database, tmp_path: Path
) -> None:
    async def early(person_id: str, runtime_id: str) -> AsyncGenerator[bytes]:
        raise Unavailable("The runtime has not ended yet.", "Try again in a moment.")
        yield b""

    answer = await fetch(made(database, tmp_path, early), kept_link(LINKS, OWNER, RUNTIME))
    assert answer.status_code == 503
    assert "has not ended yet" in answer.text


async def test_an_archive_that_breaks_off_breaks_the_connection(
    database: Database, tmp_path: Path
) -> None:
    async def broken(person_id: str, runtime_id: str) -> AsyncGenerator[bytes]:
        yield b"half"
        raise Unavailable("The archive could not be finished.")

    with pytest.raises(Unavailable):
        await fetch(made(database, tmp_path, broken), kept_link(LINKS, OWNER, RUNTIME))
