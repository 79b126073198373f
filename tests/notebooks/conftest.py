"""Contents over a real database and real folders."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from colonnade.notebooks.configuration import NotebookSettings
from colonnade.notebooks.contents import Contents, build_contents


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Contents]:
    """Contents of the test's folder, with settings as given."""

    def built(**settings: Any) -> Contents:
        return build_contents(tmp_path, NotebookSettings(**settings))

    return built


@pytest.fixture
def contents(build: Callable[..., Contents]) -> Contents:
    """Contents of the test's folder."""
    return build()
