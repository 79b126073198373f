import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from colonnade.accounts.permissions import Role
from colonnade.kit.clock import utcnow
from colonnade.kit.database import Database
from colonnade.kit.errors import Invalid, NotFound, TooMany, Unavailable
from colonnade.observations import Observation, Trust
from colonnade.runtimes.engine import RuntimeState
from colonnade.runtimes.errors import Ended
from colonnade.runtimes.repository import RuntimeRepository
from support.paper_engine import PaperEngine
from support.waiting import until

from .conftest import ADA, BEN, Hands, Start, person

LIMITED = {
    "classes": [
        {"name": "cpu", "display_name": "CPU", "memory": "1 GiB", "pool": 0, "per_person": 2},
        {"name": "t4", "display_name": "T4", "accelerator": "T4", "accelerators": 1, "pool": 0},
        {"name": "staff", "display_name": "Staff", "roles": ["admin"], "people": ["root"]},
    ]
}


async def test_a_cold_kernel_starts_in_its_notebooks_folder(
    start: Start, engine: PaperEngine
) -> None:
    runtimes = await start()
    kernel = await runtimes.start_kernel(ADA, "python3", "/lectures/one.ipynb")
    sandbox = engine.sandboxes[kernel.runtime_id]
    assert sandbox.folder == "lectures"
    assert sandbox.status.owner == ADA.person_id
    assert (kernel.name, kernel.path, kernel.id) == (
        "python3",
        "lectures/one.ipynb",
        sandbox.kernel_id,
    )


async def test_a_kernel_from_the_pool_is_told_its_folder_and_replaced(
    start: Start, engine: PaperEngine
) -> None:
    runtimes = await start(pool=1)
    await until(lambda: runtimes.snapshot().pool_ready["cpu"] == 1)
    (warm,) = engine.sandboxes
    kernel = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    assert kernel.runtime_id == warm
    assert engine.sandboxes[warm].folder == ""
    assert engine.sandboxes[warm].executed[-1].endswith("enter()")
    await until(lambda: runtimes.snapshot().pool_ready["cpu"] == 1)
    numbers = runtimes.snapshot()
    assert (numbers.launches, numbers.claims, len(numbers.claim_seconds)) == (2, 1, 1)


async def test_whose_a_runtime_is_lasts_before_anything_of_theirs_gets_there(
    start: Start, engine: PaperEngine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtimes, claim = await start(pool=1), engine.claim
    written: list[str | None] = []

    async def look_and_claim(id: str, owner: str, area: Path, most_bytes: int) -> None:
        async with database.reading() as session:
            rows = await RuntimeRepository(session).living()
        written.extend(row.owner for row in rows if row.id == id)
        await claim(id, owner, area, most_bytes)

    monkeypatch.setattr(engine, "claim", look_and_claim)
    await until(lambda: runtimes.snapshot().pool_ready["cpu"] == 1)
    await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    assert written == [ADA.person_id]


async def test_a_kernel_of_the_pool_that_died_is_replaced_before_anybody_notices(
    start: Start, engine: PaperEngine
) -> None:
    runtimes = await start(pool=1)
    await until(lambda: runtimes.snapshot().pool_ready["cpu"] == 1)
    await engine.vanish(next(iter(engine.sandboxes)))
    kernel = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    assert kernel.runtime_id in engine.sandboxes
    assert runtimes.snapshot().lost == 1


async def test_two_requests_at_once_are_never_given_the_same_runtime(start: Start) -> None:
    runtimes = await start(pool=2)
    await until(lambda: runtimes.snapshot().pool_ready["cpu"] == 2)
    kernels = await asyncio.gather(
        *(runtimes.start_kernel(someone, "cpu", "n.ipynb") for someone in (ADA, BEN) * 2)
    )
    assert len({kernel.runtime_id for kernel in kernels}) == 4


async def test_anothers_kernel_is_as_if_it_were_not(start: Start) -> None:
    runtimes = await start()
    kernel = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    for ask in (runtimes.kernel, runtimes.interrupt, runtimes.restart, runtimes.shutdown):
        with pytest.raises(NotFound, match="no such kernel"):
            await ask(BEN, kernel.id)
    with pytest.raises(NotFound, match="no such runtime"):
        await runtimes.stop(BEN, kernel.runtime_id)
    with pytest.raises(NotFound):
        runtimes.runtime_of(BEN, kernel.id)
    assert await runtimes.kernels(BEN) == []
    assert (runtimes.kernel_ids(BEN), runtimes.kernel_ids(ADA)) == (set(), {kernel.id})
    assert await runtimes.holdings(BEN.person_id) == []
    assert [one.id for one in await runtimes.kernels(ADA)] == [kernel.id]


async def test_only_classes_that_the_person_may_use_are_listed(start: Start) -> None:
    runtimes = await start(**LIMITED)
    model = runtimes.kernelspecs(ADA)
    assert model["default"] == "python3"
    assert list(model["kernelspecs"]) == ["python3", "t4"]
    root = person("root", Role.ADMIN)
    assert list(runtimes.kernelspecs(root)["kernelspecs"]) == ["python3", "t4", "staff"]
    with pytest.raises(NotFound, match=r"cpu \(CPU\), t4 \(T4\)"):
        await runtimes.start_kernel(ADA, "staff", "one.ipynb")


async def test_hardware_that_the_machine_lacks_is_said_so(start: Start) -> None:
    runtimes = await start(**LIMITED)
    with pytest.raises(Unavailable, match="cannot hold a runtime of the class T4"):
        await runtimes.start_kernel(ADA, "t4", "one.ipynb")


async def test_nobody_holds_more_than_the_maximum(start: Start) -> None:
    runtimes = await start(**LIMITED)
    for name in ("one", "two"):
        await runtimes.start_kernel(ADA, "cpu", f"{name}.ipynb")
    with pytest.raises(TooMany, match="You hold 2"):
        await runtimes.start_kernel(ADA, "cpu", "three.ipynb")
    await runtimes.start_kernel(BEN, "cpu", "one.ipynb")


async def test_a_launch_that_fails_is_told_and_leaves_nothing(
    start: Start, engine: PaperEngine
) -> None:
    runtimes = await start()
    engine.launch_problem = Unavailable("The disk of the host is full.")
    with pytest.raises(Unavailable, match="disk of the host"):
        await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    (holding,) = await runtimes.holdings(ADA.person_id)
    assert (holding.state, holding.stop_reason) == (
        RuntimeState.STOPPED,
        "The disk of the host is full.",
    )
    assert runtimes.snapshot().launch_failures == 1


async def test_a_request_that_is_given_up_leaves_nothing_running(
    start: Start, engine: PaperEngine
) -> None:
    runtimes = await start()
    engine.launchable.clear()
    asked = asyncio.create_task(runtimes.start_kernel(ADA, "cpu", "one.ipynb"))
    await until(lambda: sum(runtimes.snapshot().runtimes.values()) == 1)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert not runtimes.snapshot().runtimes
    assert not engine.sandboxes


@pytest.mark.parametrize("path", ["../up.ipynb", "a/../../b.ipynb", "nul\0.ipynb", "x" * 5000])
async def test_a_path_that_cannot_be_a_notebooks_is_refused(start: Start, path: str) -> None:
    runtimes = await start()
    with pytest.raises(Invalid):
        await runtimes.start_kernel(ADA, "cpu", path)


async def test_shutting_a_kernel_down_ends_its_runtime_and_is_remembered(
    start: Start, engine: PaperEngine
) -> None:
    runtimes = await start()
    kernel = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    session = runtimes.http(kernel.runtime_id)
    await runtimes.shutdown(ADA, kernel.id)
    assert session.closed
    assert runtimes.kernel_ids(ADA) == set()
    await until(lambda: not engine.sandboxes)
    assert await runtimes.gone(kernel.runtime_id) == "You shut its kernel down."
    with pytest.raises(Ended, match="You shut its kernel down"):
        await runtimes.kernel(ADA, kernel.id)
    with pytest.raises(Ended):
        runtimes.http(kernel.runtime_id)
    with pytest.raises(NotFound) as unknown:
        await runtimes.kernel(BEN, kernel.id)
    assert unknown.value.code == "not-found"


async def test_a_runtime_that_dies_is_recorded_at_once_with_its_reason(
    start: Start, engine: PaperEngine
) -> None:
    runtimes = await start()
    kernel = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    gone = asyncio.create_task(runtimes.gone(kernel.runtime_id))
    await engine.lose(kernel.runtime_id, "It ran out of memory.")
    assert await asyncio.wait_for(gone, 5) == "It ran out of memory."
    (holding,) = await runtimes.holdings(ADA.person_id)
    assert (holding.state, holding.stop_reason) == (RuntimeState.LOST, "It ran out of memory.")


async def test_when_the_host_dies_everybody_is_told_and_the_pool_is_refilled(
    start: Start, engine: PaperEngine
) -> None:
    runtimes = await start(pool=1)
    kernel = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    await until(lambda: runtimes.snapshot().pool_ready["cpu"] == 1)
    await engine.die()
    assert "host" in await asyncio.wait_for(runtimes.gone(kernel.runtime_id), 5)
    await until(lambda: runtimes.snapshot().pool_ready["cpu"] == 1 and len(engine.sandboxes) == 1)


async def test_a_platform_started_anew_finds_kernels_pool_and_queue_again(
    start: Start, engine: PaperEngine
) -> None:
    runtimes = await start(pool=1)
    kernel = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    await until(lambda: runtimes.snapshot().pool_ready["cpu"] == 1)
    before = set(engine.sandboxes)
    anew = await start(pool=1)
    assert set(engine.sandboxes) == before
    (found,) = await anew.kernels(ADA)
    assert (found.id, found.path, found.execution_state) == (kernel.id, "one.ipynb", "idle")
    assert anew.snapshot().pool_ready["cpu"] == 1


async def test_what_changed_while_the_platform_was_away_is_put_right(
    start: Start, engine: PaperEngine, hands: Hands
) -> None:
    runtimes = await start()
    lost = await runtimes.start_kernel(ADA, "cpu", "lost.ipynb")
    kept = await runtimes.start_kernel(ADA, "cpu", "kept.ipynb")
    await runtimes.close()
    await engine.vanish(lost.runtime_id)
    stranger = engine.sandboxes[kept.runtime_id].spec.__class__(
        "f" * 32, engine.sandboxes[kept.runtime_id].spec.limits, Path("/")
    )
    await engine.launch(stranger)
    anew = await start()
    assert set(engine.sandboxes) == {kept.runtime_id}
    states = {one.id: one.state for one in await anew.holdings(ADA.person_id)}
    assert states == {lost.runtime_id: RuntimeState.LOST, kept.runtime_id: RuntimeState.RUNNING}


async def test_a_request_while_the_engine_is_away_gets_an_answer(
    start: Start, engine: PaperEngine
) -> None:
    runtimes = await start()
    engine.reachable = False
    with pytest.raises(Unavailable):
        await runtimes.start_kernel(ADA, "cpu", "one.ipynb")


async def test_an_answer_that_is_no_jupyter_servers_is_not_believed(
    start: Start, engine: PaperEngine
) -> None:
    runtimes = await start()
    kernel = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    sandbox = engine.sandboxes[kernel.runtime_id]
    for nonsense in (b"", b"null", b'[{"id": "../../x"}]', b"[" * 100_000, b" " * (2 << 20)):
        sandbox.answer = nonsense
        assert (await runtimes.kernel(ADA, kernel.id)).execution_state == "unknown"
    with pytest.raises(Unavailable, match="too much"):
        await runtimes.interrupt(ADA, kernel.id)
    sandbox.answer = b"[]"
    assert (await runtimes.kernel(ADA, kernel.id)).execution_state == "dead"


async def test_a_terminal_opens_beside_what_was_used_last_or_in_something_new(
    start: Start, hands: Hands
) -> None:
    runtimes = await start()
    alone = await runtimes.terminal_runtime(ADA)
    assert await runtimes.kernels(ADA) == []
    hands.pass_by(seconds=1)
    first = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    assert first.runtime_id == alone
    second = await runtimes.start_kernel(ADA, "cpu", "two.ipynb")
    hands.pass_by(seconds=1)
    runtimes.touch(first.runtime_id)
    assert await runtimes.terminal_runtime(ADA) == first.runtime_id
    hands.pass_by(seconds=1)
    runtimes.touch(second.runtime_id)
    assert await runtimes.terminal_runtime(ADA) == second.runtime_id


async def test_a_holding_shows_usage_limits_and_countdowns(start: Start, hands: Hands) -> None:
    runtimes = await start()
    await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    hands.pass_by(minutes=10)
    (holding,) = await runtimes.holdings(ADA.person_id)
    assert holding.uptime_seconds == 600
    assert holding.usage.memory_bytes == 90 << 20
    assert holding.memory_limit_bytes == 1 << 30
    assert holding.idle_ends_at is not None
    assert (holding.idle_ends_at - hands.now).total_seconds() == 3000
    assert not holding.warning


async def test_what_is_noted_reaches_the_engine_and_harms_nobody_when_it_does_not(
    start: Start, engine: PaperEngine
) -> None:
    runtimes = await start()
    kernel = await runtimes.start_kernel(ADA, "python3", "one.ipynb")
    seen = Observation(utcnow(), "output", Trust.IN_SANDBOX, "output", "unknown", "torrent")
    runtimes.note(seen)
    runtimes.note(replace(seen, runtime=kernel.runtime_id))
    await until(lambda: bool(engine.noted))
    assert [one.runtime for one in engine.noted] == [kernel.runtime_id]
