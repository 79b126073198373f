"""Home, examples, runtimes, notices and the rules, as people use them."""

from datetime import date
from urllib.parse import unquote

from fastapi import FastAPI

from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Role
from colonnade.enforcement.verdict import Asked
from colonnade.policy import PolicyBook
from colonnade.runtimes.engine import Tier, TierLine
from colonnade.runtimes.service import Runtimes
from colonnade.web.tier import TierGlance
from support.paper_engine import PaperEngine
from support.people import Crowd

OFFENDING = "!git clone https://github.com/iperov/DeepFaceLab.git /content/DeepFaceLab"


async def _identity(crowd: Crowd, name: str) -> Identity:
    return Identity(await crowd.person_id(name), name, name, Role.MEMBER)


async def test_an_example_is_copied_once_and_opened(crowd: Crowd) -> None:
    browser = await crowd.browser("ada")
    for _ in range(2):
        opened = await browser.post("/examples/Reading handwriting/open")
        assert opened.status_code == 303
        assert opened.headers["location"] == "/lab/tree/Examples/Reading%20handwriting.ipynb"
    home = (await browser.get("/")).text
    assert home.count('"/lab/tree/Examples/Reading%20handwriting.ipynb"') == 1
    assert "Reading handwriting.ipynb" not in (await (await crowd.browser("bob")).get("/")).text
    assert (await browser.post("/examples/Unknown/open")).status_code == 404


async def test_a_new_notebook_opens_in_the_lab(crowd: Crowd) -> None:
    made = await (await crowd.browser("ada")).post("/notebooks")
    assert unquote(made.headers["location"]) == "/lab/tree/Untitled.ipynb"


async def test_runtimes_are_shown_kept_and_stopped_by_their_owner_only(
    crowd: Crowd, runtimes: Runtimes
) -> None:
    ada, bob = await crowd.browser("ada"), await crowd.browser("bob")
    await runtimes.start_kernel(await _identity(crowd, "ada"), "python3", "work.ipynb")

    told = (await ada.get("/api/v1/runtimes")).json()
    (runtime,) = told["runtimes"]
    assert runtime["class"] == "cpu"
    assert runtime["notebook_path"] == "work.ipynb"
    assert runtime["memory_limit_bytes"] == 1 << 30
    assert runtime["warning_seconds"] == 300
    assert told["tier"]["sound"] in {True, False}
    assert "work.ipynb" in (await ada.get("/runtimes")).text
    assert "work.ipynb" not in (await bob.get("/runtimes")).text

    for path in ("touch", "keep"):
        base = "/api/v1/runtimes" if path == "touch" else "/runtimes"
        assert (await bob.post(f"{base}/{runtime['id']}/{path}")).status_code == 404
        assert (await ada.post(f"{base}/{runtime['id']}/{path}")).status_code in {204, 303}
    assert (await bob.delete(f"/api/v1/runtimes/{runtime['id']}")).status_code == 404
    assert (await ada.post(f"/runtimes/{runtime['id']}/stop")).status_code == 303
    (ended,) = (await ada.get("/api/v1/runtimes")).json()["runtimes"]
    assert (ended["state"], ended["stop_reason"]) == ("stopped", "You stopped it.")
    assert "You stopped it." in (await ada.get("/runtimes")).text


async def test_a_refusal_is_explained_and_contested_once(app: FastAPI, crowd: Crowd) -> None:
    ada = await crowd.browser("ada")
    asked = Asked(await crowd.person_id("ada"), "r", "k", "work.ipynb", "cell", OFFENDING)
    verdict = await app.state.enforcement.judge(asked)
    await app.state.enforcement.close()
    where = f"/notices/{verdict.notice_id}"

    assert verdict.notice_id in (await ada.get("/notices")).text
    assert verdict.notice_id in (await ada.get("/")).text
    page = (await ada.get(where)).text
    for words in ("Fakes of real people", "line 1", "git clone", "Contest it"):
        assert words in page
    short = await ada.post(f"{where}/contest", data={"words": "no"})
    assert (short.status_code, "10 to 4000 characters" in short.text) == (400, True)
    words = "This is our course on detection. <b>Look.</b>"
    assert (await ada.post(f"{where}/contest", data={"words": words})).status_code == 303
    assert "course on detection. &lt;b&gt;" in (await ada.get(where)).text
    assert (await ada.post(f"{where}/contest", data={"words": words})).status_code == 409
    assert (await ada.get(f"/api/v1{where}")).json()["contest"]["words"] == words


async def test_the_rules_can_be_read_by_everybody_and_compared(app: FastAPI, crowd: Crowd) -> None:
    book: PolicyBook = app.state.enforcement.book
    now = book.current
    first, *others = now.categories
    changed = first.model_copy(update={"allowed": first.allowed + " Puppets too, of course."})
    later = now.model_copy(
        update={
            "version": now.version + 1,
            "date": date(2027, 1, 1),
            "categories": (changed, *others),
        }
    )
    app.state.enforcement.book = PolicyBook((*book.versions, later))
    stranger = crowd.anonymous()
    page = (await stranger.get("/policy")).text
    assert f'id="clause-{first.clause}"' in page
    assert "Puppets too" in page
    assert f"/policy/changes/{now.version}/{later.version}" in page
    compared = await stranger.get(f"/policy/changes/{now.version}/{later.version}")
    assert "<ins>Puppets too, of course.</ins>" in compared.text
    assert "No longer in force" in (await stranger.get(f"/policy/versions/{now.version}")).text
    assert (await stranger.get("/policy/versions/99")).status_code == 404
    listed = (await stranger.get("/api/v1/policy/versions")).json()
    assert [one["in_force"] for one in listed][:2] == [True, False]


async def test_a_machine_that_isolates_nothing_is_named_in_red_on_every_page(
    app: FastAPI, crowd: Crowd, engine: PaperEngine
) -> None:
    engine.said = Tier(False, (TierLine("sandbox", "missing", "There is no bubblewrap."),))  # pyright: ignore
    app.state.tier_glance = TierGlance(engine)
    await app.state.tier_glance.ask()
    for path in ("/sign-in", "/policy", "/nowhere"):
        page = (await crowd.anonymous().get(path)).text
        assert 'class="alarm"' in page
        assert "There is no bubblewrap." in page


async def test_a_page_breaks_readably(app: FastAPI, crowd: Crowd) -> None:
    del app.state.contents
    broken = await (await crowd.browser("ada")).get("/")
    assert broken.status_code == 500
    assert "our fault, not yours" in broken.text
    program = await (await crowd.program("ada")).get("/")
    assert (program.status_code, program.json()["code"]) == (500, "error")
