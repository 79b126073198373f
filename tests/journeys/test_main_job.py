"""The one way through the house that matters, as a person walks it in Chromium."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.browsing import PATIENCE, await_notebook, choose, run_all
from support.serving import Platform

pytestmark = [pytest.mark.browser, pytest.mark.sandbox]

HANDWRITING = "Reading handwriting"
REFUSED = "A notebook that the rules refuse"


def test_a_notebook_runs_survives_a_restart_and_a_refused_one_stops(
    colonnade: Platform, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    page = context.new_page()
    page.goto(colonnade.link)
    expect(page.get_by_role("heading", name="Notebooks")).to_be_visible()

    open_example(page, HANDWRITING)
    notebook = await_notebook(page, HANDWRITING)
    run_all(page)
    accuracy = notebook.locator(".jp-OutputArea-output", has_text="Test accuracy")
    expect(accuracy).to_be_visible(timeout=2 * PATIENCE)
    assert float(accuracy.inner_text().split()[-1]) > 0.95
    expect(notebook.locator(".jp-RenderedImage img")).to_have_count(3)
    address = page.url
    take_the_readme_picture(page)
    choose(page, "File", "Save Notebook")
    expect(page.locator("#jp-main-dock-panel .jp-mod-dirty")).to_have_count(0)
    context.storage_state(path=tmp_path / "state.json")
    context.close()

    colonnade.stop()
    colonnade.start()

    context = browser.new_context(storage_state=tmp_path / "state.json")
    page = context.new_page()
    page.goto(address)
    notebook = await_notebook(page, HANDWRITING)
    expect(notebook.locator(".jp-RenderedImage img").first).to_be_attached()
    run_in_a_new_cell(page, "print('still here:', round(accuracy, 1), len(digits.images))")
    expect(notebook.get_by_text("still here: 1.0 1797")).to_be_visible()

    walk_into_a_refusal(colonnade, page)
    the_colleague_sees_nothing(colonnade, browser, address)
    context.close()


def open_example(page: Page, name: str) -> None:
    """Open one of the examples that home offers."""
    page.locator("form", has_text=name).get_by_role("button").click()


def take_the_readme_picture(page: Page) -> None:
    """What the person sees, tall enough to show it all; kept where the README looks if asked."""
    page.set_viewport_size({"width": 1280, "height": 1720})
    page.locator(".jp-RenderedImage img").first.scroll_into_view_if_needed()
    picture(page, "reading-handwriting")
    page.set_viewport_size({"width": 1360, "height": 900})


def picture(page: Page, name: str) -> None:
    """Keep a screenshot in the folder that `COLONNADE_PICTURES` names (docs/pictures)."""
    if folder := os.environ.get("COLONNADE_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def run_in_a_new_cell(page: Page, source: str) -> None:
    """Add a cell below the last one and run it."""
    page.locator(".jp-Notebook-footer").click()
    page.locator(".jp-Cell.jp-mod-active .cm-content").click()
    page.keyboard.insert_text(source)
    page.keyboard.press("Shift+Enter")


def walk_into_a_refusal(colonnade: Platform, page: Page) -> None:
    """'Run All' stops at the first offending cell, which says why; the notice stays on record."""
    page.goto(f"{colonnade.address}/")
    open_example(page, REFUSED)
    notebook = await_notebook(page, REFUSED)
    run_all(page)
    expect(
        notebook.get_by_text("This cell does nothing wrong, and runs.", exact=True)
    ).to_be_visible()
    refusal = notebook.locator(".jp-OutputArea-output", has_text="Refused")
    expect(refusal).to_have_count(1)
    for part in ("Clause", "Rule", "git clone", "/notices/"):
        expect(refusal).to_contain_text(part)
    await_notebook(page, REFUSED)
    expect(notebook.locator(".jp-OutputArea-output")).to_have_count(2)
    refusal.scroll_into_view_if_needed()
    picture(page, "refused")
    page.goto(f"{colonnade.address}/notices")
    expect(page.get_by_text(REFUSED).first).to_be_visible()


def the_colleague_sees_nothing(colonnade: Platform, browser: Browser, address: str) -> None:
    """Another person, in another browser, sees none of it."""
    link = colonnade.command("user", "add", "colleague").split()[-1]
    context: BrowserContext = browser.new_context()
    page = context.new_page()
    page.goto(link)
    expect(page.get_by_role("heading", name="Notebooks")).to_be_visible()
    assert f"{HANDWRITING}.ipynb" not in page.content()
    for api in ("kernels", "sessions", "terminals"):
        assert context.request.get(f"{colonnade.address}/api/{api}").json() == []
    assert context.request.get(f"{colonnade.address}/api/v1/runtimes").json()["runtimes"] == []
    assert context.request.get(f"{colonnade.address}/api/contents/").json()["content"] == []
    name = address.partition("/lab/tree/")[2]
    assert context.request.get(f"{colonnade.address}/api/contents/{name}").status == 404
    context.close()
