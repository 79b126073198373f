"""The whole platform on PostgreSQL: work is kept over a killed control plane, as on SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.kernels import api, text_of
from support.postgresql import PostgreSQL
from support.serving import Platform, platform

pytestmark = pytest.mark.sandbox

NOTEBOOK = {"cells": [], "metadata": {"mine": 7}, "nbformat": 4, "nbformat_minor": 5}
MODEL = {"type": "notebook", "format": "json", "content": NOTEBOOK}


@pytest.fixture(scope="module")
def colonnade(
    tmp_path_factory: pytest.TempPathFactory, environment: Path, postgresql_server: PostgreSQL
) -> Iterator[Platform]:
    """A platform whose database is a PostgreSQL server's, empty at its start."""
    configuration = f'[server]\ndatabase_url = "{postgresql_server.fresh()}"\n'
    folder = tmp_path_factory.mktemp("c")
    with platform(folder, environment.parent, configuration) as running:
        yield running


async def test_notebooks_and_kernels_are_kept_over_a_killed_control_plane(
    colonnade: Platform,
) -> None:
    token = colonnade.token("admin")
    async with api(colonnade.address, token) as before:
        status, _ = await before.call("PUT", "/api/contents/kept.ipynb", json=MODEL)
        assert status == 201
        kernel = await before.start_kernel("kept.ipynb")
        async with before.kernel(kernel) as socket:
            await socket.run("kept = 42")
        colonnade.kill()

    colonnade.start()
    assert not (colonnade.data / "colonnade.sqlite").exists()
    async with api(colonnade.address, token) as after:
        _, model = await after.call("GET", "/api/contents/kept.ipynb")
        assert model["content"]["metadata"]["mine"] == 7
        async with after.kernel(kernel) as socket:
            assert text_of(await socket.run("print(kept)")) == "42\n"
