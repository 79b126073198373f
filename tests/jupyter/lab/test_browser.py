"""Stock JupyterLab in a real browser: nothing fails, nothing is blocked, each person has their own.

Set COLONNADE_SCREENSHOTS to a folder to keep pictures of what was seen.
"""

import os
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from playwright.async_api import Browser, Page, expect

from colonnade.kit.database import Database
from support.jupyter_app import People, build_app
from support.lab_browser import CHROMIUM, chromium, free_port, served, watched_page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's Chromium is not installed"),
]

THEMES = "lab/api/settings/@jupyterlab/apputils-extension:themes"
LANGUAGE = "lab/api/settings/@jupyterlab/translation-extension:plugin"


class Site:
    """The surface on a port of its own below `base_url`, with what the web room would say."""

    def __init__(self, database: Database, folder: Path, base_url: str) -> None:
        port = free_port()
        self.app = build_app(database, folder, base_url, port)
        self.port = port
        self.people = People(self.app, database)
        self.address = self.app.state.origins.app + base_url
        self.runtimes: dict[str, Any] = {"runtimes": [], "tickets": [], "tier": {"unsafe": False}}
        self.touched: list[str] = []
        for routes in (self._web(), self._check()):
            self.app.include_router(routes, prefix=base_url.rstrip("/"))

    def _web(self) -> APIRouter:
        router = APIRouter(prefix="/api/v1/runtimes")

        @router.get("")
        async def read() -> dict[str, Any]:
            return self.runtimes

        @router.post("/{id}/touch", status_code=204)
        async def touch(id: str) -> None:
            self.touched.append(id)
            self.runtimes["runtimes"][0]["idle_ends_at"] = later(3600)

        return router

    def _check(self) -> APIRouter:
        router = APIRouter()

        @router.get("/check")
        async def check(path: str) -> str:
            return path

        return router


def later(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def runtime(kernel_id: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": "1" * 32,
        "class": "python3",
        "class_name": "Python 3 · CPU",
        "kernel_id": kernel_id,
        "notebook_path": "n.ipynb",
        "state": "running",
        "memory_bytes": 412 << 20,
        "memory_limit_bytes": 2 << 30,
        "idle_ends_at": later(3600),
        "lifetime_ends_at": later(12 * 3600),
        "warning_seconds": 300,
        "stop_reason": "",
        **more,
    }


async def keep_picture(page: Page, name: str) -> None:
    if folder := os.environ.get("COLONNADE_SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture
async def browser() -> AsyncGenerator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest.fixture(params=["/", "/x/y/"])
async def site(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path
) -> AsyncGenerator[Site]:
    site = Site(database, tmp_path, request.param)
    async with site.people.running(), served(site.app, site.port):
        yield site


async def test_two_people_use_jupyterlab_each_in_their_own_way(
    site: Site, browser: Browser
) -> None:
    ada, bob = await site.people.cookie("ada"), await site.people.cookie("bob")
    async with site.people.anonymous(dict([ada])) as program:
        await program.put(site.address + THEMES, json={"raw": '{"theme": "JupyterLab Dark"}'})
        await program.put(site.address + LANGUAGE, json={"raw": '{"locale": "de_DE"}'})
    hers = await watched_page(browser, site.address, ada)
    his = await watched_page(browser, site.address, bob)
    for watched in (hers, his):
        await watched.page.goto(f"{site.address}lab")
        await watched.until_ready()
    await expect(hers.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    await expect(his.page.locator("body")).to_have_attribute("data-jp-theme-light", "true")
    await expect(hers.page.get_by_role("menuitem", name="Datei")).to_be_visible()
    await expect(his.page.get_by_role("menuitem", name="File", exact=True)).to_be_visible()
    await expect(his.page.get_by_role("link", name="Colonnade")).to_have_attribute(
        "href", site.address
    )
    await keep_picture(hers.page, "lab-ada")
    await keep_picture(his.page, "lab-bob")
    # A language pack of an older JupyterLab says so in the console; nothing else is tolerated.
    assert [each for each in hers.troubles if "language pack" not in each.lower()] == []
    assert his.troubles == []


async def test_the_status_bar_warns_before_an_idle_end_and_keeps_going(
    site: Site, browser: Browser
) -> None:
    site.runtimes = {
        "runtimes": [runtime(idle_ends_at=later(120))],
        "tickets": [{"class": "t4", "class_name": "Python 3 · T4", "position": 3}],
        "tier": {"sound": False, "unsafe": True},
    }
    watched = await watched_page(browser, site.address, await site.people.cookie("ada"))
    page = watched.page
    await page.goto(f"{site.address}lab")
    await watched.until_ready()
    await expect(page.locator(".colonnade-Unsafe")).to_have_text("No sandbox")
    line = page.locator(".colonnade-Runtime")
    await expect(line).to_have_text("Waiting for Python 3 · T4: place 3 in the queue")
    await expect(page.get_by_text("is idle and stops in 2 min")).to_be_visible()
    await keep_picture(page, "lab-warning")
    await page.get_by_role("button", name="Keep going").click()
    await expect(page.get_by_text("is idle and stops")).to_have_count(0)
    assert site.touched == ["1" * 32]
    assert watched.troubles == []


async def test_a_stop_is_told_with_its_reason(site: Site, browser: Browser) -> None:
    site.runtimes["runtimes"] = [runtime()]
    watched = await watched_page(browser, site.address, await site.people.cookie("ada"))
    page = watched.page
    # The page's own clock is moved on instead of waiting for its next question.
    await page.clock.install()
    await page.goto(f"{site.address}lab")
    await watched.until_ready()
    async with page.expect_response("**/api/v1/runtimes*"):
        await page.clock.fast_forward(16_000)
    site.runtimes["runtimes"] = [
        runtime(state="stopped", stop_reason="it ran <b>out</b> of memory")
    ]
    async with page.expect_response("**/api/v1/runtimes*"):
        await page.clock.fast_forward(16_000)
    told = page.get_by_text("The runtime of n.ipynb has ended: it ran <b>out</b> of memory.")
    await expect(told).to_be_visible()
    await keep_picture(page, "lab-stopped")
    assert watched.troubles == []


async def test_a_button_saves_the_notebook_and_leads_to_its_check(
    site: Site, browser: Browser
) -> None:
    cookie = await site.people.cookie("ada")
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": "a",
        "source": "x = 1",
        "metadata": {},
        "outputs": [],
    }
    content: dict[str, Any] = {
        "cells": [{**cell, "execution_count": None}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    async with site.people.anonymous(dict([cookie])) as program:
        made = await program.put(
            f"{site.address}api/contents/a%20b.ipynb",
            json={"type": "notebook", "format": "json", "content": content},
        )
        assert made.status_code == 201
        watched = await watched_page(browser, site.address, cookie)
        page = watched.page
        await page.goto(f"{site.address}lab/tree/a%20b.ipynb")
        button = page.get_by_role("button", name="Check", exact=True)
        await expect(button).to_be_visible(timeout=60_000)
        # The kernels of this site exist on paper only.
        await page.get_by_role("dialog").get_by_role("button", name="No Kernel").click()
        await keep_picture(page, "lab-check")
        async with page.expect_popup() as opened:
            await button.click()
        popup = await opened.value
        await popup.wait_for_url("**/check?*")
        assert popup.url == f"{site.address}check?path=a+b.ipynb"
