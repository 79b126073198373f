"""Verdicts that are known at once: the same order, the same record, without the judge's queue."""

from .conftest import Connect
from .harness import Served, of_type, texts


async def test_what_is_judged_at_once_keeps_its_place_behind_what_is_not(
    served: Served, connect: Connect
) -> None:
    client = await connect()
    slow = await client.execute("WAIT = 1")
    quick = await client.execute("PLAIN = WAIT + 1")
    served.judge.go_on.set()
    await client.until_idle(slow)
    assert of_type(await client.until_idle(quick), "execute_reply")[0].content["status"] == "ok"
    assert [asked.source for asked in served.judge.asked] == ["WAIT = 1"]
    assert served.count("shell", "execute_request", "allow") == 2


async def test_a_notice_given_at_once_is_shown_and_a_refusal_is_asked_for_and_recorded(
    served: Served, connect: Connect
) -> None:
    client = await connect()
    assert "Clause 1, rule NOTE" in texts(await client.run("PLAIN_NOTE = 1"), "stderr")
    [error] = of_type(await client.run("PLAIN_EVIL = 1"), "error")
    assert error.content["ename"] == "RefusedByPolicy"
    assert [asked.source for asked in served.judge.asked] == ["PLAIN_EVIL = 1"]
