"""A person's way through our pages in Debian's Chromium, over a real server."""

import asyncio
import os
import socket
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright, expect

from colonnade.accounts.permissions import Role
from colonnade.accounts.service import Accounts
from colonnade.kit.database import Database
from colonnade.kit.settings import Origins
from colonnade.runtimes.service import Runtimes
from support.browsing import CHROMIUM, FLAGS
from support.paper_engine import PaperEngine
from support.people import Crowd
from support.web_app import guarded, make_app

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
PICTURES = os.environ.get("COLONNADE_PICTURES")
"""A folder for screenshots of every page, for whoever works on their looks."""


class Place:
    """A served application and its address."""

    def __init__(self, crowd: Crowd, address: str) -> None:
        self.crowd = crowd
        self.address = address


@pytest.fixture
async def place(
    database: Database,
    accounts: Accounts,
    runtimes: Runtimes,
    engine: PaperEngine,
    tmp_path: Path,
) -> AsyncGenerator[Place]:
    """The web room on a real port, under a base URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    origins = Origins(app=f"http://127.0.0.1:{port}", content=f"http://localhost:{port}")
    app = make_app(database, accounts, tmp_path / "data", runtimes, engine, "/notes/", origins)
    config = uvicorn.Config(guarded(app), log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    async with accounts.running():
        yield Place(Crowd(app, database, accounts, "/notes/"), f"{origins.app}/notes/")
    server.should_exit = True
    with suppress(asyncio.CancelledError):
        await serving


@pytest.fixture
async def browser() -> AsyncGenerator[Browser]:
    """A headless Chromium."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        await started.close()


async def test_a_person_comes_in_by_link_sets_a_password_leaves_and_returns(
    place: Place, browser: Browser
) -> None:
    secret = await place.crowd.link("ada", Role.ADMIN)
    page = await browser.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    await page.goto(f"{place.address}sign-in/link?token={secret}")

    await expect(page.get_by_role("heading", name="Welcome, ada")).to_be_visible()
    assert secret not in page.url
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_role("button", name="Set the password").click()
    await expect(page.get_by_role("heading", name="Notebooks")).to_be_visible()

    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await page.goto(f"{place.address}people")
    await page.get_by_label("Name").fill("ada")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="People")).to_be_visible()

    await page.get_by_label("Name to sign in with").fill("grace")
    await page.get_by_role("button", name="Add and get a link").click()
    await expect(page.get_by_text("Sign-in link for grace.")).to_be_visible()
    assert problems == []


async def test_every_page_has_its_looks(place: Place, browser: Browser) -> None:
    secret = await place.crowd.link("ada", Role.ADMIN)
    for name in ("grace", "edsger"):
        await place.crowd.person_id(name)
    page = await browser.new_page()
    await page.goto(f"{place.address}sign-in/link?token={secret}")
    await page.get_by_text("Not now").click()
    await page.goto(place.address)
    for path in ("", "runtimes", "policy", "account", "people", "nowhere"):
        await _look(page, place.address, path)


async def _look(page: Page, address: str, path: str) -> None:
    """No page is wider than a phone, and each can be photographed."""
    await page.goto(address + path)
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await page.set_viewport_size({"width": width, "height": 900})
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path or 'home'} is {wide} pixels wide at {width}"
        if PICTURES:
            file = Path(PICTURES) / f"{path.replace('/', '-') or 'home'}-{scheme}-{width}.png"
            await page.screenshot(path=file, full_page=True)
