"""The contents API over real accounts, areas on disk and a real database."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from colonnade.kit.database import Database
from support.contents_app import ContentsPeople, build_contents_app
from support.jupyter_app import People

from .talking import MIB


@pytest.fixture
async def app(database: Database, tmp_path: Path) -> FastAPI:
    return build_contents_app(
        database, tmp_path, max_notebook_bytes=2 * MIB, max_read_bytes=2 * MIB
    )


@pytest.fixture
async def people(app: FastAPI, database: Database) -> AsyncGenerator[People]:
    people = ContentsPeople(app, database)
    async with people.running():
        yield people


@pytest.fixture
async def ada(people: People) -> AsyncGenerator[httpx.AsyncClient]:
    async with await people.client("ada") as client:
        yield client


@pytest.fixture
def area(tmp_path: Path, ada: httpx.AsyncClient) -> Path:
    """Ada's area, once she has used it."""
    return tmp_path / "areas"
