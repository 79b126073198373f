"""Untrusted bytes leave only by the content origin, confined, for who holds a fresh link."""

import base64
import json
import re
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from colonnade.jupyter.content_links import Capability, ContentLinks, read_or_make_key
from colonnade.jupyter.content_origin import (
    byte_range,
    content_policy,
    disposition,
    is_content_path,
    media_type,
)
from colonnade.kit.database import Database
from colonnade.kit.errors import NotFound
from support.contents_app import ContentsPeople, build_contents_app, content_client

KEY = bytes(range(32))
ORIGIN = "http://localhost:8888"
MINE = Capability("file", "a" * 32, "folder/Über uns.html")


@pytest.fixture
async def app(database: Database, tmp_path: Path) -> FastAPI:
    return build_contents_app(database, tmp_path)


@pytest.fixture
async def ada(app: FastAPI, database: Database) -> AsyncGenerator[httpx.AsyncClient]:
    people = ContentsPeople(app, database)
    async with people.running(), await people.client("ada") as client:
        yield client


@pytest.fixture
async def content(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    async with content_client(app) as client:
        yield client


async def put_bytes(client: httpx.AsyncClient, path: str, data: bytes) -> None:
    body = {"type": "file", "format": "base64", "content": base64.b64encode(data).decode()}
    assert (await client.put(f"/api/contents/{path}", json=body)).is_success


async def follow(
    client: httpx.AsyncClient, content: httpx.AsyncClient, address: str, **headers: str
) -> httpx.Response:
    """What a browser gets for `address`: a redirect to the content origin, then the answer."""
    redirect = await client.get(address, headers=headers)
    assert redirect.status_code == 302
    assert redirect.content == b""
    location = redirect.headers["location"]
    assert location.startswith(f"{ORIGIN}/content/")
    assert is_content_path(urlsplit(location).path)
    return await content.get(location, headers=headers)


class TestServing:
    async def test_every_answer_is_confined(
        self, ada: httpx.AsyncClient, content: httpx.AsyncClient
    ) -> None:
        await put_bytes(ada, "page.html", b"<script>alert(1)</script>")
        answers = [
            await follow(ada, content, "/files/page.html"),
            await content.get("/content/forged.token/page.html"),
        ]
        assert [one.status_code for one in answers] == [200, 404]
        for answer in answers:
            policy = answer.headers["content-security-policy"]
            assert policy == content_policy("http://127.0.0.1:8888")
            for part in (
                "sandbox allow-scripts;",
                "default-src 'none'",
                "connect-src 'none'",
                "frame-ancestors http://127.0.0.1:8888",
            ):
                assert part in policy
            assert "allow-same-origin" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cache-control"] == "no-store"
            assert "set-cookie" not in answer.headers

    async def test_bytes_arrive_as_they_are(
        self, ada: httpx.AsyncClient, content: httpx.AsyncClient
    ) -> None:
        data = bytes(range(256)) * 3000
        await put_bytes(ada, "a b.png", data)
        answer = await follow(ada, content, "/files/a%20b.png?_xsrf=ignored")
        assert answer.content == data
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["content-length"] == str(len(data))
        assert answer.headers["content-disposition"].startswith("inline; filename=")

    async def test_a_part_of_a_film_can_be_asked_for(
        self, ada: httpx.AsyncClient, content: httpx.AsyncClient
    ) -> None:
        await put_bytes(ada, "film.mp4", b"0123456789")
        answer = await follow(ada, content, "/files/film.mp4", Range="bytes=2-5")
        assert (answer.status_code, answer.content) == (206, b"2345")
        assert answer.headers["content-range"] == "bytes 2-5/10"
        answer = await follow(ada, content, "/files/film.mp4", Range="bytes=7-")
        assert (answer.status_code, answer.content) == (206, b"789")

    async def test_a_notebook_is_downloaded_as_its_file(
        self, ada: httpx.AsyncClient, content: httpx.AsyncClient
    ) -> None:
        made = await ada.post("/api/contents/", json={"type": "notebook"})
        answer = await follow(ada, content, f"/files/{made.json()['path']}?download=1")
        assert json.loads(answer.content)["nbformat"] == 4
        assert answer.headers["content-type"] == "application/x-ipynb+json"
        assert answer.headers["content-disposition"].startswith("attachment;")

    async def test_a_click_on_a_download_link_saves_and_a_new_tab_shows(
        self, ada: httpx.AsyncClient, content: httpx.AsyncClient
    ) -> None:
        await put_bytes(ada, "t.txt", b"text")
        for target, kind in (("empty", "attachment"), ("document", "inline")):
            sent = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": target}
            answer = await follow(ada, content, "/files/t.txt", **sent)
            assert answer.headers["content-disposition"].startswith(kind)
        sent = {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
        answer = await follow(ada, content, "/files/t.txt", **sent)
        assert answer.headers["content-disposition"].startswith("inline")

    async def test_folders_and_what_is_not_there_are_refused(self, ada: httpx.AsyncClient) -> None:
        await ada.put("/api/contents/f", json={"type": "directory"})
        assert (await ada.get("/files/f")).status_code == 400
        assert (await ada.get("/files/none.txt")).status_code == 404
        assert (await ada.get("/files/a%00b")).status_code == 400

    async def test_a_link_to_what_was_deleted_since_is_not_found(
        self, ada: httpx.AsyncClient, content: httpx.AsyncClient
    ) -> None:
        await put_bytes(ada, "t.txt", b"text")
        location = (await ada.get("/files/t.txt")).headers["location"]
        await ada.delete("/api/contents/t.txt")
        assert (await content.get(location)).status_code == 404

    async def test_another_file_is_not_reached_by_changing_the_name(
        self, ada: httpx.AsyncClient, content: httpx.AsyncClient
    ) -> None:
        await put_bytes(ada, "a.txt", b"a")
        await put_bytes(ada, "b.txt", b"b")
        location = (await ada.get("/files/a.txt")).headers["location"]
        assert (await content.get(location.replace("a.txt", "b.txt"))).content == b"a"


class TestLinks:
    def test_a_link_permits_what_it_was_made_for(self) -> None:
        links = ContentLinks(KEY, ORIGIN)
        token = links.address(MINE, "Über/uns.html").split("/")[4]
        assert links.read(token) == MINE

    def test_a_link_is_over_after_a_minute(self) -> None:
        now = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
        token = ContentLinks(KEY, ORIGIN, lambda: now).address(MINE, "x").split("/")[4]
        for seconds, living in ((59, True), (60, True), (61, False), (3600, False)):
            later = ContentLinks(KEY, ORIGIN, lambda s=seconds: now + timedelta(seconds=s))
            if living:
                assert later.read(token) == MINE
            else:
                with pytest.raises(NotFound):
                    later.read(token)

    @given(st.integers(0, 200), st.integers(1, 255))
    def test_a_link_that_was_changed_anywhere_is_refused(self, place: int, flip: int) -> None:
        links = ContentLinks(KEY, ORIGIN)
        token = links.address(MINE, "x").split("/")[4]
        raw = bytearray(token.encode())
        raw[place % len(raw)] ^= flip
        changed = raw.decode("latin-1")
        # The last character of base64 holds bits that mean nothing; those may differ.
        if _meaning(changed) != _meaning(token):
            with pytest.raises(NotFound):
                links.read(changed)

    @given(st.text(max_size=300))
    def test_any_text_is_refused(self, token: str) -> None:
        with pytest.raises(NotFound):
            ContentLinks(KEY, ORIGIN).read(token)

    def test_another_key_is_refused(self) -> None:
        token = ContentLinks(KEY, ORIGIN).address(MINE, "x").split("/")[4]
        with pytest.raises(NotFound):
            ContentLinks(KEY[::-1], ORIGIN).read(token)
        with pytest.raises(ValueError, match="too short"):
            ContentLinks(b"short", ORIGIN)

    def test_the_key_is_made_once_and_only_ours(self, tmp_path: Path) -> None:
        key = read_or_make_key(tmp_path / "content.key")
        assert len(key) == 32
        assert read_or_make_key(tmp_path / "content.key") == key
        assert (tmp_path / "content.key").stat().st_mode & 0o777 == 0o600


def _meaning(token: str) -> list[bytes] | None:
    try:
        parts = [part.encode("ascii") for part in token.split(".")]
        return [base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)) for part in parts]
    except ValueError:
        return None


class TestHeaders:
    @given(st.text(max_size=80))
    def test_no_name_breaks_out_of_its_header(self, name: str) -> None:
        try:
            name.encode()
        except UnicodeEncodeError:
            return
        header = disposition(name, attachment=True)
        pattern = r"attachment; filename=\"[A-Za-z0-9 ._-]*\"; filename\*=UTF-8''[A-Za-z0-9._~%-]*"
        assert re.fullmatch(pattern, header)

    @pytest.mark.parametrize(
        ("header", "expected"),
        [
            (None, None),
            ("bytes=0-0", (0, 0)),
            ("bytes=5-", (5, 9)),
            ("bytes=5-100", (5, 9)),
            ("bytes=-3", (7, 9)),
            ("bytes=-100", (0, 9)),
            ("bytes=-0", None),
            ("bytes=-", None),
            ("bytes=10-", None),
            ("bytes=5-4", None),
            ("bytes=1-2,4-5", None),
            ("lines=1-2", None),
        ],
    )
    def test_ranges(self, header: str | None, expected: tuple[int, int] | None) -> None:
        assert byte_range(header, 10) == expected

    def test_types(self) -> None:
        assert media_type("a.html") == "text/html; charset=utf-8"
        assert media_type("a.csv.gz") == "application/gzip"
        assert media_type("a.unknown-thing") == "application/octet-stream"
