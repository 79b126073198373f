"""What operators and their machines ask."""

from pathlib import Path

import pytest

from colonnade.accounts.permissions import Role
from colonnade.web import operations
from support.paper_engine import PaperEngine
from support.people import Crowd


@pytest.fixture(autouse=True)
def _built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Building an environment takes minutes; its own room tests it.
    monkeypatch.setattr(operations, "ready", lambda *_: tmp_path)


async def test_alive_and_ready_are_public_without_details(crowd: Crowd) -> None:
    stranger = crowd.anonymous()
    assert (await stranger.get("/healthz")).json() == {"alive": True}
    whole = await stranger.get("/readyz")
    assert whole.status_code == 200
    assert whole.json() == {
        "ready": True,
        "parts": {name: {"ready": True} for name in ("database", "host", "environment")},
    }


async def test_what_is_wrong_is_told_to_operators_only(
    crowd: Crowd, engine: PaperEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> None:
        await engine.capacity()

    engine.reachable = False
    monkeypatch.setattr(engine, "tier", away)
    told = await (await crowd.program("ada", Role.ADMIN)).get("/readyz")
    assert told.status_code == 503
    problem = "The part that runs notebooks cannot be reached."
    assert told.json()["parts"]["host"] == {"ready": False, "problem": problem}
    assert "problem" not in (await crowd.anonymous().get("/readyz")).text


async def test_the_numbers_are_prometheus_text_for_operators(crowd: Crowd) -> None:
    told = await (await crowd.program("ada", Role.ADMIN)).get("/metrics")
    assert told.headers["content-type"].startswith("text/plain")
    for name in ("process_resident_memory_bytes", "colonnade_launches_total", 'class="cpu"'):
        assert name in told.text
    assert (await (await crowd.program("bob")).get("/metrics")).status_code == 403
