"""Disk and database stay together when a transaction fails or the process is killed."""

import json
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.kit.database import Database
from colonnade.notebooks.contents import Contents
from colonnade.notebooks.moves import Journal, Note
from support.notebooks import OWNER


class Killed(BaseException):
    """Stands for what ends a transaction from outside."""


async def killed_after(
    database: Database, act: Callable[[AsyncSession], Awaitable[object]]
) -> None:
    """Do something in a transaction that then ends without a commit."""
    with suppress(Killed):
        async with database.transaction() as session:
            await act(session)
            raise Killed


@pytest.fixture
async def tree(database: Database, contents: Contents) -> Path:
    """A folder with a notebook and a file; returns the area."""
    async with database.transaction() as session:
        for folder in ("a", "a/b"):
            await contents.save(session, OWNER, folder, {"type": "directory"})
        await contents.save(session, OWNER, "a/b/n.ipynb", {"type": "notebook"})
        text = {"type": "file", "format": "text", "content": "d"}
        await contents.save(session, OWNER, "a/b/d.txt", text)
    return contents.areas.folder_of(OWNER)


async def names(database: Database, contents: Contents, path: str) -> list[str]:
    async with database.reading() as session:
        return [one["name"] for one in (await contents.get(session, OWNER, path))["content"]]


def notes(tmp_path: Path) -> list[str]:
    return os.listdir(tmp_path / "areas" / ".journal")


@pytest.mark.usefixtures("tree")
class TestRolledBack:
    async def test_a_moved_folder_goes_back(
        self, database: Database, contents: Contents, tmp_path: Path
    ) -> None:
        await killed_after(database, lambda session: contents.rename(session, OWNER, "a", "z"))
        assert await names(database, contents, "") == ["a"]
        assert await names(database, contents, "a/b") == ["d.txt", "n.ipynb"]
        assert notes(tmp_path) == []

    async def test_a_moved_file_goes_back(self, database: Database, contents: Contents) -> None:
        await killed_after(
            database, lambda session: contents.rename(session, OWNER, "a/b/d.txt", "d.txt")
        )
        assert await names(database, contents, "a/b") == ["d.txt", "n.ipynb"]

    async def test_a_deleted_folder_comes_back(
        self, database: Database, contents: Contents, tmp_path: Path
    ) -> None:
        await killed_after(database, lambda session: contents.delete(session, OWNER, "a"))
        assert await names(database, contents, "a/b") == ["d.txt", "n.ipynb"]
        assert notes(tmp_path) == []

    async def test_a_notebook_that_code_wrote_stays_a_file(
        self, database: Database, contents: Contents, tree: Path
    ) -> None:
        empty = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (tree / "made.ipynb").write_text(json.dumps(empty))
        waiting = await contents.read_waiting(OWNER, "made.ipynb")
        await killed_after(
            database, lambda session: contents.get(session, OWNER, "made.ipynb", adopt=waiting)
        )
        assert (tree / "made.ipynb").exists()


class TestKilled:
    """What a process that was killed leaves: the disk is changed, and a note says so."""

    async def test_a_move_that_was_not_committed_is_undone(
        self, database: Database, contents: Contents, tree: Path, tmp_path: Path
    ) -> None:
        Journal(tmp_path / "areas" / ".journal").write(Note(OWNER, "a", target="z"))
        (tree / "a").rename(tree / "z")
        await self.restart(database, contents, tmp_path)
        assert await names(database, contents, "") == ["a"]
        assert await names(database, contents, "a/b") == ["d.txt", "n.ipynb"]

    async def test_a_move_that_was_noted_only_is_forgotten(
        self, database: Database, contents: Contents, tree: Path, tmp_path: Path
    ) -> None:
        Journal(tmp_path / "areas" / ".journal").write(Note(OWNER, "a", target="z"))
        await self.restart(database, contents, tmp_path)
        assert (tree / "a" / "b" / "d.txt").exists()

    async def test_a_move_that_was_committed_stays(
        self, database: Database, contents: Contents, tree: Path, tmp_path: Path
    ) -> None:
        async with database.transaction() as session:
            await contents.rename(session, OWNER, "a", "z")
        Journal(tmp_path / "areas" / ".journal").write(Note(OWNER, "a", target="z"))
        await self.restart(database, contents, tmp_path)
        assert await names(database, contents, "z/b") == ["d.txt", "n.ipynb"]
        assert (tree / "z" / "b" / "d.txt").exists()

    async def test_a_deletion_that_was_not_committed_is_undone(
        self, database: Database, contents: Contents, tree: Path, tmp_path: Path
    ) -> None:
        Journal(tmp_path / "areas" / ".journal").write(Note(OWNER, "a", aside="aside-1"))
        contents.areas.set_aside(OWNER, "a", "aside-1")
        await self.restart(database, contents, tmp_path)
        assert (tree / "a" / "b" / "d.txt").exists()
        assert await names(database, contents, "a/b") == ["d.txt", "n.ipynb"]

    async def test_a_deletion_that_was_committed_is_finished(
        self, database: Database, contents: Contents, tree: Path, tmp_path: Path
    ) -> None:
        contents.areas.set_aside(OWNER, "a", "aside-1")
        async with database.transaction() as session:
            await contents.delete(session, OWNER, "a")
        Journal(tmp_path / "areas" / ".journal").write(Note(OWNER, "a", aside="aside-1"))
        await self.restart(database, contents, tmp_path)
        assert os.listdir(tree) == []
        assert os.listdir(contents.areas.staging.folder_of(OWNER)) == []

    async def test_a_deletion_undone_meets_a_new_file_of_the_name(
        self, database: Database, contents: Contents, tree: Path, tmp_path: Path
    ) -> None:
        Journal(tmp_path / "areas" / ".journal").write(Note(OWNER, "a", aside="aside-1"))
        contents.areas.set_aside(OWNER, "a", "aside-1")
        (tree / "a").write_text("by code")
        async with database.reading() as session:
            await contents.recover(session)
        # Nothing is lost: the note and what was set aside wait for the next start.
        assert len(notes(tmp_path)) == 1
        (tree / "a").unlink()
        await self.restart(database, contents, tmp_path)
        assert (tree / "a" / "b" / "d.txt").exists()

    @staticmethod
    async def restart(database: Database, contents: Contents, tmp_path: Path) -> None:
        async with database.reading() as session:
            assert await contents.recover(session) == 1
        assert notes(tmp_path) == []
