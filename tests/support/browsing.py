"""Debian's Chromium, driven by Playwright, and the few gestures that journeys share."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 60_000
"""Milliseconds that a journey waits for what it expects to see; a busy machine is slow."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser that asks nothing of the network."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def await_notebook(page: Page, name: str) -> Locator:
    """The notebook `name`, once it is in view and its kernel is idle.

    JupyterLab first brings back what was open before, so the name must be waited for too.
    """
    status = page.locator("#jp-main-statusbar")
    expect(status).to_contain_text(f"{name}.ipynb")
    expect(status).to_contain_text("| Idle")
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")


def choose(page: Page, menu: str, entry: str) -> None:
    """Choose `entry` in JupyterLab's main `menu`."""
    page.locator(f"#jp-MainMenu >> text='{menu}'").click()
    page.locator(f".lm-Menu-itemLabel >> text='{entry}'").click()


def run_all(page: Page) -> None:
    """Run every cell of the notebook in view."""
    choose(page, "Run", "Run All Cells")
