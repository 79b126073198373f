"""A person's way through our pages in Debian's Chromium, over a real server."""

import asyncio
import os
import socket
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, Page, async_playwright, expect

from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Role
from colonnade.accounts.service import Accounts
from colonnade.enforcement.verdict import Asked
from colonnade.kit.database import Database
from colonnade.kit.settings import Origins
from colonnade.runtimes.service import Runtimes
from support.browsing import CHROMIUM, FLAGS
from support.paper_engine import PaperEngine
from support.people import Crowd
from support.web_app import guarded, make_app

pytestmark = pytest.mark.browser

OFFENDING = "!git clone https://github.com/iperov/DeepFaceLab.git /content/DeepFaceLab"
PASSWORD = "correct horse battery"
PICTURES = os.environ.get("COLONNADE_PICTURES")
"""A folder for screenshots of every page, for whoever works on their looks."""


@dataclass
class Place:
    """A served application, its address and its people."""

    app: FastAPI
    crowd: Crowd
    address: str


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
        yield Place(app, Crowd(app, database, accounts, "/notes/"), f"{origins.app}/notes/")
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

    await expect(page.get_by_role("heading", name="Notebooks")).to_be_visible()
    assert secret not in page.url
    await page.get_by_role("link", name="Choose a password").click()
    await expect(page.get_by_role("heading", name="Welcome, ada")).to_be_visible()
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


async def test_a_link_is_handed_in_once_however_often_its_button_is_pressed(
    place: Place, browser: Browser
) -> None:
    secret = await place.crowd.link("ada", Role.ADMIN)
    page = await browser.new_page()
    await page.add_init_script(
        "window.sent = 0; addEventListener('submit', event => "
        "{ window.sent += 1; event.preventDefault(); });"
    )
    await page.goto(f"{place.address}sign-in/link?token={secret}")
    button = page.get_by_role("button", name="Sign in")
    await expect(button).to_be_disabled()
    await button.dispatch_event("click")
    assert await page.evaluate("window.sent") == 1


async def test_every_page_fits_every_screen_and_loads_nothing_else(
    place: Place, browser: Browser, runtimes: Runtimes
) -> None:
    ada = Identity(await place.crowd.person_id("ada", Role.ADMIN), "ada", "ada", Role.ADMIN)
    await place.crowd.person_id("grace")
    await runtimes.start_kernel(ada, "python3", "Examples/Reading handwriting.ipynb")
    verdict = await place.app.state.enforcement.judge(
        Asked(ada.person_id, "r", "k", "Examples/A notebook.ipynb", "cell", OFFENDING)
    )
    await place.app.state.enforcement.close()
    page = await browser.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    await _look(page, place.address, "sign-in")
    await page.goto(f"{place.address}sign-in/link?token={await place.crowd.link('ada')}")
    await expect(page.get_by_role("heading", name="Notebooks")).to_be_visible()
    await page.goto(f"{place.address}account")
    await page.get_by_label("What it is for").fill("nbclient on my laptop")
    await page.get_by_role("button", name="Make the token").click()
    await expect(page.get_by_text("Your new token.")).to_be_visible()
    paths = (
        "",
        "runtimes",
        "check",
        "notices",
        f"notices/{verdict.notice_id}",
        "policy",
        "account",
    )
    for path in (*paths, "people", "welcome"):
        await _look(page, place.address, path)
    await page.goto(f"{place.address}check")
    await page.get_by_label("What you would put into a cell").fill(OFFENDING)
    await page.get_by_role("button", name="Check the code").click()
    await expect(page.get_by_role("heading", name="Some of this would be held")).to_be_visible()
    await page.get_by_text("Why this rule exists").click()
    await _fits(page, "check-verdict")
    assert problems == []
    await _look(page, place.address, "nowhere")


async def test_the_page_of_runtimes_stays_fresh(
    place: Place, browser: Browser, runtimes: Runtimes
) -> None:
    ada = Identity(await place.crowd.person_id("ada"), "ada", "ada", Role.MEMBER)
    page = await browser.new_page()
    await page.goto(f"{place.address}sign-in/link?token={await place.crowd.link('ada')}")
    await expect(page.get_by_role("heading", name="Notebooks")).to_be_visible()
    await page.goto(f"{place.address}runtimes")
    await expect(page.get_by_text("Nothing runs at the moment.")).to_be_visible()
    await runtimes.start_kernel(ada, "python3", "work.ipynb")
    await expect(page.get_by_role("heading", name="work.ipynb")).to_be_visible(timeout=15_000)
    await page.get_by_role("button", name="Stop work.ipynb").click()
    await expect(page.get_by_text("You stopped it.")).to_be_visible()


async def _look(page: Page, address: str, path: str) -> None:
    """No page is wider than a phone, and each can be photographed."""
    await page.goto(address + path)
    await _fits(page, path.split("/")[0] + ("-one" if "/" in path else "") or "home")


async def _fits(page: Page, name: str) -> None:
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await page.set_viewport_size({"width": width, "height": 900})
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} pixels wide at {width}"
        if PICTURES:
            file = Path(PICTURES) / f"{name}-{scheme}-{width}.png"
            await page.screenshot(path=file, full_page=True)
