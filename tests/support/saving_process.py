"""A process that saves without end and says on standard output what it was told is saved.

    python -m support.saving_process DATA ADDRESS NAME

Each line is acknowledged work: 'notebook N', 'file N' or 'folder N'. It is killed from outside.
"""

import asyncio
import sys
from pathlib import Path

from colonnade.kit.database import Database
from colonnade.notebooks.configuration import NotebookSettings
from colonnade.notebooks.contents import Contents, build_contents
from support.notebooks import OWNER


def cell(number: int) -> dict[str, object]:
    """A notebook that says which save it is."""
    source = {"cell_type": "raw", "id": "c", "metadata": {}, "source": str(number)}
    return {"cells": [source], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


async def run(database: Database, contents: Contents, name: str) -> None:
    """Save a notebook and a file, and move the folder that they lie in, for ever."""
    folder = f"{name} 0"
    async with database.transaction() as session:
        await contents.save(session, OWNER, folder, {"type": "directory"})
    number = 0
    while True:
        number += 1
        async with database.transaction() as session:
            notebook = {"type": "notebook", "content": cell(number)}
            await contents.save(session, OWNER, f"{folder}/n.ipynb", notebook)
        print("notebook", number, flush=True)
        async with database.reading() as session:
            file = {"type": "file", "format": "text", "content": str(number)}
            await contents.save(session, OWNER, f"{folder}/f.txt", file)
        print("file", number, flush=True)
        async with database.transaction() as session:
            await contents.rename(session, OWNER, folder, f"{name} {number}")
        folder = f"{name} {number}"
        print("folder", number, flush=True)


if __name__ == "__main__":
    data, address, name = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    asyncio.run(run(Database(address), build_contents(data, NotebookSettings()), name))
