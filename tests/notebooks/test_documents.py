"""Documents: revisions, what is stored of them, and what the database itself refuses."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from colonnade.kit.database import Database
from colonnade.kit.errors import NotFound
from colonnade.notebooks.contents import Contents
from colonnade.notebooks.pieces import take_apart
from colonnade.notebooks.tables import PieceRow, Revision, RevisionPiece
from support.notebooks import OTHER, OWNER


def notebook(cells: int, word: str = "") -> dict[str, Any]:
    def cell(number: int) -> dict[str, Any]:
        shown = {"text/plain": f"{number}", "image/png": "A" * 1000 + str(number)}
        output = {"output_type": "display_data", "metadata": {}, "data": shown}
        return {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {},
            "source": f"{word}{number}",
            "execution_count": None,
            "outputs": [output],
        }

    made = [cell(number) for number in range(cells)]
    return {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


async def save(
    database: Database, contents: Contents, path: str, value: dict[str, Any], owner: str = OWNER
) -> None:
    async with database.transaction() as session:
        parts = take_apart(copy.deepcopy(value))
        await contents.documents.save(session, owner, path, parts, author_id=owner)


async def count(database: Database, table: Any) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_unchanged_cells_and_outputs_are_stored_once(
    database: Database, contents: Contents
) -> None:
    value = notebook(10)
    await save(database, contents, "n.ipynb", value)
    assert await count(database, PieceRow) == 20
    value["cells"][3]["source"] = "changed"
    await save(database, contents, "n.ipynb", value)
    assert await count(database, PieceRow) == 21
    assert await count(database, RevisionPiece) == 40
    assert await count(database, Revision) == 2


async def test_every_revision_can_be_read_and_restored(
    database: Database, contents: Contents
) -> None:
    values = [notebook(number, "v") for number in range(5)]
    for value in values:
        await save(database, contents, "n.ipynb", value)
    documents = contents.documents
    async with database.transaction() as session:
        head = await documents.demand(session, OWNER, "n.ipynb")
        for number, value in enumerate(values, start=1):
            assert (await documents.read(session, head, number))[0] == value
        restored = await documents.restore(session, head, 2, author_id=OWNER)
        assert restored.number == 6
    async with database.reading() as session:
        assert await documents.notebook_at(session, OWNER, "n.ipynb") == values[1]
        history = await documents.revisions(session, restored)
        assert [one.number for one in history] == [6, 5, 4, 3, 2, 1]
        assert history[0].origin == "restored from 2"
        with pytest.raises(NotFound):
            await documents.read(session, restored, 7)


async def test_saving_the_same_again_makes_no_revision(
    database: Database, contents: Contents
) -> None:
    for _ in range(3):
        await save(database, contents, "n.ipynb", notebook(2))
    assert await count(database, Revision) == 1


async def test_the_oldest_revisions_go_but_checkpoints_stay_longest(
    database: Database, build: Callable[..., Contents]
) -> None:
    contents = build(max_revisions=3)
    documents = contents.documents
    await save(database, contents, "n.ipynb", notebook(1, "first"))
    async with database.transaction() as session:
        head = await documents.demand(session, OWNER, "n.ipynb")
        await documents.mark(session, head, 1, checkpoint=True)
    for number in range(6):
        await save(database, contents, "n.ipynb", notebook(1, f"v{number}"))
    async with database.reading() as session:
        head = await documents.demand(session, OWNER, "n.ipynb")
        assert [one.number for one in await documents.revisions(session, head)] == [7, 6, 1]
        assert (await documents.read(session, head, 1))[0] == notebook(1, "first")
    assert await count(database, PieceRow) == 4
    async with database.reading() as session:
        bodies = await session.scalar(select(func.sum(func.length(PieceRow.body))))
        outlines = await session.scalar(select(func.sum(func.length(Revision.outline))))
        stored = await documents.stored_bytes(session, OWNER)
        assert stored == (bodies or 0) + (outlines or 0)


async def test_when_all_are_checkpoints_the_oldest_goes_all_the_same(
    database: Database, build: Callable[..., Contents]
) -> None:
    contents = build(max_revisions=3)
    for number in range(6):
        await save(database, contents, "n.ipynb", notebook(1, f"v{number}"))
        async with database.transaction() as session:
            await contents.create_checkpoint(session, OWNER, "n.ipynb")
    assert await count(database, Revision) == 3


async def test_the_same_path_is_anothers_too(database: Database, contents: Contents) -> None:
    await save(database, contents, "n.ipynb", notebook(1, "mine"))
    await save(database, contents, "n.ipynb", notebook(1, "theirs"), OTHER)
    async with database.reading() as session:
        mine = await contents.documents.notebook_at(session, OWNER, "n.ipynb")
        assert mine == notebook(1, "mine")
        assert len(await contents.documents.recent(session, OTHER)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "insert into documents select 'x', owner_id, path, parent, name, created_at, 1, 0 "
        "from documents",
        "update documents set head = 0",
        "delete from pieces",
        "insert into revisions select 99, document_id, number, created_at, author_id, origin, "
        "checkpoint, size_bytes, sha256, outline from revisions",
        "insert into pieces select 99, document_id, sha256, body from pieces limit 1",
        "insert into revision_pieces values (12345, 0, 1)",
        "insert into revision_pieces select revision_id, 99, 12345 from revision_pieces limit 1",
        "update revisions set sha256 = 'short'",
        "update documents set stored_bytes = -1",
    ],
)
async def test_the_database_refuses_what_cannot_be(
    database: Database, contents: Contents, statement: str
) -> None:
    await save(database, contents, "n.ipynb", notebook(1))
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await session.execute(text(statement))
    async with database.reading() as session:
        assert await contents.documents.notebook_at(session, OWNER, "n.ipynb") == notebook(1)


async def test_names_that_look_like_patterns_are_only_names(
    database: Database, contents: Contents
) -> None:
    for path in ("a/n.ipynb", "A/n.ipynb", "a%/n.ipynb", "a_/n.ipynb", "ab/n.ipynb"):
        await save(database, contents, path, notebook(1))
    async with database.transaction() as session:
        assert await contents.documents.move_folder(session, OWNER, "a", "z") == 1
        assert await contents.documents.delete_folder(session, OWNER, "a_") == 1
    async with database.reading() as session:
        folders = await contents.documents.subfolders(session, OWNER, "")
        assert sorted(folders) == ["A", "a%", "ab", "z"]
