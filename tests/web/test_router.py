"""Every route of our pages and API, as everybody; and every page's manners."""

from fastapi import FastAPI

from colonnade.accounts.permissions import Permission, Role
from colonnade.enforcement.verdict import Asked
from colonnade.kit.ids import fingerprint
from colonnade.runtimes.service import Runtimes
from colonnade.web.assets import assets
from support.people import Crowd
from support.routes import leaks, misfits, undeclared, walk

LARGEST_PAGE_BYTES = 100_000
PAGES = (
    "/",
    "/runtimes",
    "/check",
    "/notices",
    "/policy",
    "/account",
    "/people",
    "/welcome",
    "/nowhere",
)
NEEDED = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cache-Control")
OFFENDING = "!git clone https://github.com/iperov/DeepFaceLab.git /content/DeepFaceLab"


def test_every_route_says_who_may_come_in(app: FastAPI) -> None:
    routes = walk(app)
    assert len(routes) > 40
    assert undeclared(routes) == []


def test_a_route_that_declares_nothing_is_found(app: FastAPI) -> None:
    app.add_api_route("/forgotten", lambda: None)
    assert undeclared(walk(app)) == ["GET /forgotten"]


async def test_every_route_lets_in_whom_it_declares_and_nobody_else(
    app: FastAPI, crowd: Crowd
) -> None:
    await crowd.person_id("keeper", Role.ADMIN)
    assert await misfits(crowd, walk(app)) == []


async def test_another_persons_things_do_not_exist(
    app: FastAPI, crowd: Crowd, runtimes: Runtimes
) -> None:
    owner = await crowd.browser("owner")
    identity = (await owner.get("/api/v1/me")).json()
    token = (await owner.post("/api/v1/tokens", json={"label": "mine"})).json()
    asked = Asked(identity["id"], "r", "k", "work.ipynb", "cell", OFFENDING)
    verdict = await app.state.enforcement.judge(asked)
    async with crowd.database.reading() as session:
        (session_row, *_) = await crowd.accounts.sign_ins.sessions(session, identity["id"])
    owned = {
        "token_id": token["id"],
        "notice_id": verdict.notice_id,
        "session_id": session_row.id,
    }
    assert all(owned.values())
    assert (await owner.get(f"/notices/{verdict.notice_id}")).status_code == 200
    assert await leaks(crowd, walk(app), owned) == []
    await app.state.enforcement.close()


async def test_pages_are_small_strict_and_free_of_inline_script(crowd: Crowd) -> None:
    browser = await crowd.browser("ada", Role.ADMIN)
    weight = sum(len(asset.content) for asset in assets().values())
    for path in PAGES:
        page = await browser.get(path)
        assert page.headers["content-type"] == "text/html; charset=utf-8", path
        assert len(page.content) + weight < LARGEST_PAGE_BYTES, path
        for header in NEEDED:
            assert header in page.headers, (path, header)
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src http://127.0.0.1:8888/assets/;")
        assert "unsafe" not in policy
        for forbidden in (" style=", "<style", " onclick", "javascript:", "<script>"):
            assert forbidden not in page.text, (path, forbidden)


async def test_a_page_for_nobody_leads_to_sign_in_and_an_api_says_so(crowd: Crowd) -> None:
    stranger = crowd.anonymous()
    assert (await stranger.get("/")).headers["location"] == "/sign-in"
    told = await stranger.get("/api/v1/me")
    assert (told.status_code, told.json()["code"]) == (403, "not-signed-in")


async def test_whatever_was_typed_into_a_name_is_text(crowd: Crowd) -> None:
    browser = await crowd.browser("ada", Role.ADMIN)
    sent = await browser.post("/account/name", data={"display_name": "<script>alert(1)</script>"})
    assert sent.status_code == 303
    for path in ("/", "/account", "/people"):
        shown = await browser.get(path)
        assert "<script>alert" not in shown.text
        assert "&lt;script&gt;alert" in shown.text


async def test_the_api_describes_itself(crowd: Crowd) -> None:
    described = (await crowd.anonymous().get("/api/v1/openapi.json")).json()
    assert described["info"]["title"] == "Colonnade"
    for path in ("/api/v1/runtimes", "/api/v1/notices/{notice_id}", "/api/v1/people/{person_id}"):
        assert path in described["paths"]
    for operations in described["paths"].values():
        for operation in operations.values():
            assert operation.get("description"), operation


async def test_a_token_without_the_scope_is_refused(crowd: Crowd) -> None:
    person_id = await crowd.person_id("ada", Role.ADMIN)
    async with crowd.database.transaction() as session:
        made = await crowd.accounts.tokens.create(
            session, person_id, "numbers", {Permission.METRICS_READ}
        )
    program = await crowd.program("ada")
    program.headers["Authorization"] = f"Bearer {made.secret}"
    assert (await program.get("/metrics")).status_code == 200
    assert (await program.get("/api/v1/runtimes")).status_code == 403
    assert fingerprint(made.secret) not in (await program.get("/metrics")).text
