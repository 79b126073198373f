"""JupyterLab in Debian's Chromium, with a watch on everything that goes wrong in it."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from playwright.async_api import Browser, Page, async_playwright
from starlette.types import ASGIApp

from support.waiting import until

CHROMIUM = "/usr/bin/chromium"
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@asynccontextmanager
async def chromium() -> AsyncGenerator[Browser]:
    """The browser, closed at the end."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(OPTIONS), timeout=60_000
        )
        yield browser
        await browser.close()


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@asynccontextmanager
async def served(app: ASGIApp, port: int) -> AsyncGenerator[None]:
    """`app` behind a real server on the loopback."""
    config = uvicorn.Config(
        app, port=port, log_level="warning", ws="websockets-sansio", lifespan="off"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = True
        server.force_exit = True
        await serving


@dataclass
class Watched:
    """A page, and what went wrong in it."""

    page: Page
    troubles: list[str] = field(default_factory=list[str])

    async def until_ready(self) -> None:
        """Wait until JupyterLab has restored its layout."""
        await self.page.wait_for_selector("#jp-main-dock-panel", timeout=60_000)
        await self.page.wait_for_selector("#jupyterlab-splash", state="detached", timeout=60_000)
        await self.page.wait_for_selector(".jp-Launcher, .jp-Notebook", timeout=60_000)


async def watched_page(browser: Browser, origin: str, cookie: tuple[str, str]) -> Watched:
    """A page of a person's own browser, signed in by `cookie`."""
    name, value = cookie
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    await context.add_cookies([{"name": name, "value": value, "url": origin}])
    watched = Watched(await context.new_page())
    page, troubles = watched.page, watched.troubles
    page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
    page.on(
        "console",
        lambda message: (
            troubles.append(f"{message.type}: {message.text}")
            if message.type in {"error", "warning"}
            else None
        ),
    )
    page.on("requestfailed", lambda request: troubles.append(f"failed: {request.url}"))
    page.on(
        "response",
        lambda answer: (
            troubles.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None
        ),
    )
    return watched
