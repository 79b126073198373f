"""A runtime is stopped on two signals from outside, and nobody's work is lost by it."""

import asyncio
import io
import json
import os
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.sync_api import Browser, Page, expect

from support.browsing import PATIENCE
from support.kernels import Api, api, text_of
from support.serving import Platform, platform
from support.telling_host import finding, tell, telling_host

pytestmark = pytest.mark.sandbox

CONFIGURATION = """
[enforcement]
stop_grace_seconds = 8

[[runtimes.classes]]
name = "python3"
display_name = "Python 3"
memory = "1 GiB"
disk = "64 MiB"
pool = 0
"""
WRITE = "open('/content/work.bin', 'wb').write(bytes(range(256)) * 1000)"
NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "id": "long",
            "source": f"{WRITE}\nprint('at', 'work')\nimport time\ntime.sleep(600)",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.fixture(scope="module")
def colonnade(tmp_path_factory: pytest.TempPathFactory, environment: Path) -> Iterator[Platform]:
    """A platform whose host tells of what these tests say was seen."""
    folder = tmp_path_factory.mktemp("c")
    data = folder / "data"
    with telling_host(data), platform(folder, environment.parent, CONFIGURATION) as running:
        yield running


async def runtime_of(client: Api, kernel_id: str) -> dict[str, Any]:
    """The runtime around a kernel, as its owner is told of it."""
    _, told = await client.call("GET", "/api/v1/runtimes")
    return next(one for one in told["runtimes"] if one["kernel_id"] == kernel_id)


async def until_runtime(
    client: Api, kernel_id: str, fits: Callable[[dict[str, Any]], bool], seconds: float = 40
) -> dict[str, Any]:
    """The runtime once it `fits`."""
    async with asyncio.timeout(seconds):
        while not fits(one := await runtime_of(client, kernel_id)):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return one


async def download(client: Api, runtime_id: str) -> dict[str, bytes]:
    """The files of the archive, by name, fetched as a browser would."""
    path = f"{client.address}/api/v1/runtimes/{runtime_id}/files"
    async with client.http.get(path, allow_redirects=False) as led:
        assert led.status == 302, await led.text()
        address = led.headers["Location"]
    assert address.startswith("http://localhost:")
    # The content origin knows no token: the link alone opens it.
    async with aiohttp.ClientSession() as nobody, nobody.get(address) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        return files_in(await answer.read())


def files_in(packed: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
        for member in archive:
            if (file := archive.extractfile(member)) is not None:
                found[member.name] = file.read()
    return found


async def test_one_signal_or_one_from_inside_is_a_notice_and_stops_nothing(
    colonnade: Platform,
) -> None:
    colonnade.command("user", "add", "ada")
    async with api(colonnade.address, colonnade.token("ada")) as ada:
        kernel_id = await ada.start_kernel()
        runtime = (await runtime_of(ada, kernel_id))["id"]
        async with ada.kernel(kernel_id) as kernel:
            await kernel.execute("import time; time.sleep(600)")
            await kernel.until(lambda one: one["msg_type"] == "execute_input", 60)
            tell(colonnade.data, finding(runtime, "process"))
            seen = await kernel.until(lambda one: "It runs on." in text_of([one]), 60)
            words = " ".join(text_of(seen).split())
            assert "What this runtime does was noticed." in words
            assert "process: python main.py train --model swap-runs" in words
            tell(colonnade.data, finding(runtime, "process", rule="swap-again"))
            tell(colonnade.data, finding(runtime, "files hook", outside=False))
            tell(colonnade.data, finding(runtime, "files", confidence=0.7))
            notices = await until_heard(ada, 4)
        assert {one["outcome"] for one in notices} == {"notice"}
        still = await runtime_of(ada, kernel_id)
        assert (still["state"], still["stop"]) == ("running", None)


async def until_heard(client: Api, findings: int) -> list[dict[str, Any]]:
    """The person's notices once they count so many findings."""
    async with asyncio.timeout(60):
        while True:
            _, notices = await client.call("GET", "/api/v1/notices")
            if sum(one["times"] for one in notices) >= findings:
                return notices
            await asyncio.sleep(0.1)


async def test_a_killed_control_plane_finishes_the_stop_and_the_files_are_the_owner_s_alone(
    colonnade: Platform,
) -> None:
    for name in ("bob", "eve"):
        colonnade.command("user", "add", name)
    bob_token, eve_token = colonnade.token("bob"), colonnade.token("eve")
    async with api(colonnade.address, bob_token) as bob:
        kernel_id = await bob.start_kernel()
        runtime = (await runtime_of(bob, kernel_id))["id"]
        async with bob.kernel(kernel_id) as kernel:
            assert text_of(await kernel.run(WRITE + "; print('written')")) == "written\n"
        tell(colonnade.data, finding(runtime, "process"))
        tell(colonnade.data, finding(runtime, "files", rule="swap-files"))
        ending = await until_runtime(bob, kernel_id, lambda one: has_files(one))
        assert (ending["state"], ending["stop"]["done"]) == ("running", False)
        colonnade.kill()

    colonnade.start()
    async with api(colonnade.address, bob_token) as bob, api(colonnade.address, eve_token) as eve:
        ended = await until_runtime(bob, kernel_id, lambda one: one["stop"]["done"])
        assert ended["state"] == "stopped"
        assert ended["stop_reason"].startswith("It was stopped under clause 1 of the policy")
        assert "kept until" in ended["stop_reason"]
        files = await until_downloaded(bob, runtime)
        assert files["content/work.bin"] == bytes(range(256)) * 1000
        for client, path in (
            (eve, f"/api/v1/runtimes/{runtime}/files"),
            (eve, f"/runtimes/{runtime}/files"),
            (eve, f"/{ended['stop']['notice']}"),
            (bob, f"/api/v1/runtimes/{'0' * 32}/files"),
        ):
            assert (await client.call("GET", path, allow_redirects=False))[0] == 404
        # A stop is no suspension.
        assert await bob.start_kernel("again.ipynb")


def has_files(runtime: dict[str, Any]) -> bool:
    return bool(runtime["stop"]) and runtime["stop"]["files"] == "kept"


async def until_downloaded(client: Api, runtime_id: str) -> dict[str, bytes]:
    """The archive once the runtime is gone; its end takes a moment."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await download(client, runtime_id)
            except AssertionError:
                await asyncio.sleep(0.2)


@pytest.mark.browser
def test_the_browser_saves_what_is_open_and_the_owner_downloads_the_files(
    colonnade: Platform, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(colonnade.link)
    expect(page.get_by_role("heading", name="Notebooks")).to_be_visible()
    put_notebook(page, colonnade)
    page.goto(f"{colonnade.address}/lab/tree/swap.ipynb")
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")
    page.locator(".jp-Notebook .jp-Cell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".jp-OutputArea-output", has_text="at work")).to_be_visible()
    page.locator(".jp-Cell.jp-mod-active .cm-content").click()
    page.keyboard.insert_text("precious = 'typed and not saved'")
    assert "precious" not in saved_text(page, colonnade)

    runtime = told(page, colonnade)[0]
    tell(colonnade.data, finding(runtime["id"], "files process"))
    expect(
        page.locator(".jp-OutputArea-output", has_text="This runtime is stopped")
    ).to_be_visible()
    toast = page.locator(".Toastify__toast", has_text="ends in")
    expect(toast).to_contain_text("What is open is saved")
    assert "precious" in saved_text(page, colonnade)
    assert told(page, colonnade)[0]["state"] == "running"

    ended = page.locator(".Toastify__toast", has_text="has ended: It was stopped")
    expect(ended).to_be_visible(timeout=PATIENCE)
    expect(toast).to_have_count(0)
    picture(page, "stop-lab")
    with context.expect_page() as opened:
        ended.get_by_role("button", name="Why, and your files").click()
    notice = opened.value
    expect(notice.get_by_text("What was seen").first).to_be_visible()
    expect(notice.get_by_text("This runtime is stopped")).to_be_visible()
    page.goto(f"{colonnade.address}/runtimes")
    expect(page.get_by_text("It was stopped under clause 1")).to_be_visible()
    notice.reload()
    wait_for_the_end(colonnade, runtime["id"])
    with notice.expect_download() as saving:
        notice.get_by_role("link", name="Download your files").click()
    file = tmp_path / "files.tar.gz"
    saving.value.save_as(file)
    assert saving.value.suggested_filename == f"content-{runtime['id'][:8]}.tar.gz"
    assert files_in(file.read_bytes())["content/work.bin"] == bytes(range(256)) * 1000
    take_pictures(page, notice, colonnade)
    context.close()


def put_notebook(page: Page, colonnade: Platform) -> None:
    answer = page.request.put(
        f"{colonnade.address}/api/contents/swap.ipynb",
        data={"type": "notebook", "format": "json", "content": NOTEBOOK},
        headers={"Origin": colonnade.address},
    )
    assert answer.ok, answer.text()


def saved_text(page: Page, colonnade: Platform) -> str:
    """The notebook as it is stored."""
    return page.request.get(f"{colonnade.address}/api/contents/swap.ipynb").text()


def told(page: Page, colonnade: Platform) -> list[dict[str, Any]]:
    """The person's runtimes, newest first."""
    return json.loads(page.request.get(f"{colonnade.address}/api/v1/runtimes").text())["runtimes"]


def wait_for_the_end(colonnade: Platform, runtime_id: str) -> None:
    """Until nothing of the sandbox is left."""
    deadline = time.monotonic() + 30
    while (colonnade.data / "host" / "runtimes" / runtime_id).exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def take_pictures(page: Page, notice: Page, colonnade: Platform) -> None:
    """What the person sees, in both schemes and on a telephone."""
    for scheme in ("light", "dark"):
        for place, name in ((notice, "stop-notice"), (page, "stop-runtimes")):
            place.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            place.set_viewport_size({"width": 1280, "height": 1000})
            picture(place, f"{name}-{scheme}")
            place.set_viewport_size({"width": 390, "height": 844})
            picture(place, f"{name}-{scheme}-phone")
            wide = place.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390, (name, wide)


def picture(page: Page, name: str) -> None:
    """Keep a screenshot in the folder that `COLONNADE_PICTURES` names."""
    if folder := os.environ.get("COLONNADE_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
