"""Signing in and out in a browser, without one."""

import re

from colonnade.accounts.permissions import Role
from support.people import APP, Crowd

COOKIE = "colonnade-8888"
PASSWORD = "correct horse battery"


async def test_a_link_signs_in_once_by_post_and_asks_for_a_password(crowd: Crowd) -> None:
    secret = await crowd.link("ada", Role.ADMIN)
    browser = crowd.anonymous()

    shown = await browser.get(f"/sign-in/link?token={secret}")
    assert shown.status_code == 200
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in shown.headers
    assert re.search(rf'name="token" value="{secret}"', shown.text)

    entered = await browser.post("/sign-in/link", data={"token": secret})
    assert entered.status_code == 303
    assert entered.headers["location"] == "/"
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie

    assert "Choose a password" in (await browser.get("/")).text
    welcome = await browser.post("/welcome", data={"password": PASSWORD})
    assert "Choose a password" not in (await browser.get("/")).text
    assert (welcome.status_code, welcome.headers["location"]) == (303, "/")

    again = await crowd.anonymous().post("/sign-in/link", data={"token": secret})
    assert again.status_code == 410
    assert "has been used" in again.text


async def test_signing_in_by_password_rotates_the_session(crowd: Crowd) -> None:
    browser = await crowd.browser("ada")
    planted = browser.cookies[COOKIE]
    await browser.post("/welcome", data={"password": PASSWORD})
    assert browser.cookies[COOKIE] != planted

    before = browser.cookies[COOKIE]
    entered = await browser.post("/sign-in", data={"name": " Ada", "password": PASSWORD})
    assert entered.status_code == 303
    assert browser.cookies[COOKIE] != before
    stale = crowd.anonymous()
    stale.cookies.set(COOKIE, before)
    assert (await stale.get("/welcome")).headers["location"].startswith("/sign-in")


async def test_a_wrong_password_and_an_unknown_name_read_the_same(crowd: Crowd) -> None:
    await (await crowd.browser("ada")).post("/welcome", data={"password": PASSWORD})
    browser = crowd.anonymous()
    answers = [
        await browser.post("/sign-in", data={"name": name, "password": "wrong"})
        for name in ("ada", "bob")
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].text.replace("ada", "bob") == answers[1].text


async def test_guessing_is_slowed_down_with_words_about_the_wait(crowd: Crowd) -> None:
    browser = crowd.anonymous()
    for _ in range(5):
        await browser.post("/sign-in", data={"name": "ada", "password": "wrong"})
    slowed = await browser.post("/sign-in", data={"name": "ada", "password": "wrong"})
    assert slowed.status_code == 429
    assert "Wait 1 second" in slowed.text


async def test_signing_out_ends_the_session_for_everybody_who_has_its_cookie(crowd: Crowd) -> None:
    browser = await crowd.browser("ada")
    secret = browser.cookies[COOKIE]
    left = await browser.post("/sign-out")
    assert left.headers["location"] == "/sign-in"
    copied = crowd.anonymous()
    copied.cookies.set(COOKIE, secret)
    assert (await copied.get("/welcome")).status_code == 303


async def test_anonymous_people_are_sent_to_sign_in_and_back(crowd: Crowd) -> None:
    asked = await crowd.anonymous().get("/welcome?next=/x y")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/sign-in?next=/welcome%3Fnext%3D/x%2520y"


async def test_a_foreign_target_leads_home(crowd: Crowd) -> None:
    browser = await crowd.browser("ada")
    for target in ("//evil.example", "/\\evil.example", "https://evil.example", "/%2fevil.example"):
        sent = await browser.get("/sign-in", params={"next": target})
        assert sent.headers["location"] == "/"


async def test_a_form_from_another_page_is_refused(crowd: Crowd) -> None:
    browser = await crowd.browser("ada")
    for origin in ("http://localhost:8888", "null", "http://127.0.0.1:8889", APP + "/"):
        refused = await browser.post("/sign-out", headers={"Origin": origin})
        assert refused.status_code == 403, origin
    assert (await browser.get("/welcome")).status_code == 200


async def test_a_cookie_without_origin_is_refused(crowd: Crowd) -> None:
    browser = await crowd.browser("ada")
    del browser.headers["Origin"]
    assert (await browser.post("/sign-out")).status_code == 403


async def test_a_huge_form_is_refused_before_it_is_parsed(crowd: Crowd) -> None:
    sent = await crowd.anonymous().post("/sign-in", data={"name": "a" * 100_000})
    assert sent.status_code == 413
