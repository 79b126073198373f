"""The whole platform, started once for the journeys of one file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from support.browsing import chromium
from support.serving import Platform, platform

CONFIGURATION = """
[notebooks]
quota_bytes = 100_000_000
"""
"""A quota small enough to be filled by a test."""


@pytest.fixture(scope="module")
def colonnade(tmp_path_factory: pytest.TempPathFactory, environment: Path) -> Iterator[Platform]:
    """A platform with its own data folder, as `bin/serve` would start it."""
    with platform(tmp_path_factory.mktemp("c"), environment.parent, CONFIGURATION) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the file; each person gets a context of their own."""
    with chromium() as opened:
        yield opened
