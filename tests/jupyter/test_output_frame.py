"""Outputs with scripts run in a frame that holds nothing, and nowhere else."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, expect

from colonnade.accounts.origin import OriginGuard
from colonnade.jupyter.content_links import ContentLinks
from colonnade.jupyter.content_origin import build_content_app, is_content_path
from colonnade.jupyter.output_frame import PATH, frame_policy
from colonnade.kit.database import Database
from support.jupyter_app import People, build_app
from support.lab_browser import CHROMIUM, chromium, free_port, served, watched_page

PROBE = """
<table><tr><td id="ran">no script has run</td></tr></table>
<img src="data:," onerror="window.colonnadeRan = true">
<script>
  window.colonnadeRan = true;
  const said = [];
  const attempt = (what, act) => {
    try { act(); said.push(`${what} reached`); } catch { said.push(`${what} refused`); }
  };
  attempt('cookie', () => document.cookie);
  attempt('storage', () => localStorage.setItem('a', 'b'));
  attempt('page', () => parent.document.title);
  attempt('address', () => { top.location.href = 'about:blank'; });
  fetch('APP/api/me', { credentials: 'include' }).then(
    () => said.push('api reached'),
    () => said.push('api refused')
  ).then(() => { document.getElementById('ran').textContent = said.join(', '); });
</script>
<div style="height: 333px"></div>
"""
TABLE = '<table class="dataframe"><tr><td>of pandas</td></tr></table>'


@dataclass
class Site:
    """Both origins on one port, as the application puts them together."""

    people: People
    address: str
    content: str


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncGenerator[Site]:
    port = free_port()
    app = build_app(database, tmp_path, "/", port)
    people, state = People(app, database), app.state
    links = ContentLinks(bytes(32), state.origins.content)
    guard = OriginGuard(
        app,
        content=build_content_app(database, state.contents, links, state.origins),
        is_content=is_content_path,
        origins=state.origins,
        base_url="/",
    )
    async with people.running(), served(guard, port):
        yield Site(people, state.origins.app, state.origins.content)


@pytest.fixture
async def browser() -> AsyncGenerator[Browser]:
    async with chromium() as opened:
        yield opened


def html_cell(id: str, html: str) -> dict[str, Any]:
    output = {"output_type": "display_data", "data": {"text/html": html}, "metadata": {}}
    cell = {"cell_type": "code", "id": id, "source": "", "metadata": {}, "execution_count": None}
    return {**cell, "outputs": [output]}


async def test_the_page_of_the_frame_confines_what_it_will_show(site: Site) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(site.content + PATH)
        on_the_application = await client.get(site.address + PATH, follow_redirects=False)
    policy = answer.headers["content-security-policy"]
    assert policy == frame_policy(site.address)
    assert policy.startswith("sandbox allow-scripts allow-forms;")
    assert "allow-same-origin" not in policy
    assert f"frame-ancestors {site.address}" in policy
    assert "set-cookie" not in answer.headers
    assert on_the_application.status_code == 404


@pytest.mark.browser
@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's Chromium is not installed")
async def test_an_output_s_script_runs_in_its_frame_reaches_nothing_and_runs_nowhere_else(
    site: Site, browser: Browser
) -> None:
    cookie = await site.people.cookie("ada")
    cells = [html_cell("a", PROBE.replace("APP", site.address)), html_cell("b", TABLE)]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    async with site.people.anonymous(dict([cookie])) as program:
        made = await program.put(
            f"{site.address}/api/contents/a.ipynb",
            json={"type": "notebook", "format": "json", "content": notebook},
        )
        assert made.status_code == 201
    watched = await watched_page(browser, site.address, cookie)
    page = watched.page
    await page.goto(f"{site.address}/lab/tree/a.ipynb")
    door = page.get_by_role("button", name="Show this output")
    await expect(door).to_be_visible(timeout=60_000)
    # The kernels of this site exist on paper only.
    await page.get_by_role("dialog").get_by_role("button", name="No Kernel").click()
    await expect(page.get_by_role("cell", name="of pandas")).to_be_visible()
    await door.press("Enter")
    frame = page.frame_locator("iframe.colonnade-OutputFrame")
    await expect(frame.locator("#ran")).to_have_text(
        "cookie refused, storage refused, page refused, address refused, api refused"
    )
    assert page.url == f"{site.address}/lab/tree/a.ipynb"
    assert await page.evaluate("window.colonnadeRan === undefined")
    shown = page.locator("iframe.colonnade-OutputFrame")
    assert await shown.get_attribute("sandbox") == "allow-scripts allow-forms"
    box = await shown.bounding_box()
    assert box is not None
    assert box["height"] > 333
