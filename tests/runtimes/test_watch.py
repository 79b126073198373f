from colonnade.runtimes.engine import RuntimeState
from support.paper_engine import PaperEngine

from .conftest import ADA, Hands, Start


async def test_a_runtime_that_nobody_uses_ends_and_says_why(start: Start, hands: Hands) -> None:
    runtimes = await start()
    kernel = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    hands.pass_by(minutes=56)
    await runtimes._watch.tick()
    (holding,) = await runtimes.holdings(ADA.person_id)
    assert holding.warning
    hands.pass_by(minutes=5)
    await runtimes._watch.tick()
    (ended,) = await runtimes.holdings(ADA.person_id)
    assert (ended.state, ended.stop_reason) == (RuntimeState.STOPPED, "It was not used for 1 hour.")
    assert await runtimes.gone(kernel.runtime_id) == ended.stop_reason


async def test_a_kernel_that_computes_is_not_idle_until_its_longest_lifetime(
    start: Start, engine: PaperEngine, hands: Hands
) -> None:
    runtimes = await start()
    kernel = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    engine.sandboxes[kernel.runtime_id].execution_state = "busy"
    for _ in range(11):
        hands.pass_by(hours=1)
        await runtimes._watch.tick()
        (holding,) = await runtimes.holdings(ADA.person_id)
        assert (holding.state, holding.warning) == (RuntimeState.RUNNING, False)
        assert holding.idle_ends_at is None
    hands.pass_by(hours=1)
    await runtimes._watch.tick()
    (ended,) = await runtimes.holdings(ADA.person_id)
    assert "longest lifetime of 12 hours" in ended.stop_reason


async def test_use_starts_the_idle_time_anew_and_is_remembered(start: Start, hands: Hands) -> None:
    runtimes = await start()
    kernel = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    hands.pass_by(minutes=50)
    runtimes.touch(kernel.runtime_id)
    hands.pass_by(minutes=50)
    await runtimes._watch.tick()
    anew = await start()
    (holding,) = await anew.holdings(ADA.person_id)
    assert holding.state is RuntimeState.RUNNING
    assert holding.idle_ends_at is not None
    assert (holding.idle_ends_at - hands.now).total_seconds() == 600


async def test_what_ended_is_shown_for_a_day(start: Start, hands: Hands) -> None:
    runtimes = await start()
    kernel = await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    await runtimes.stop(ADA, kernel.runtime_id)
    hands.pass_by(hours=23)
    await runtimes._watch.tick()
    assert len(await runtimes.holdings(ADA.person_id)) == 1
    anew = await start()
    assert len(await anew.holdings(ADA.person_id)) == 1
    hands.pass_by(hours=2)
    await anew._watch.tick()
    assert await anew.holdings(ADA.person_id) == []


async def test_a_class_that_was_changed_keeps_the_terms_of_what_runs(
    start: Start, hands: Hands
) -> None:
    runtimes = await start()
    await runtimes.start_kernel(ADA, "cpu", "one.ipynb")
    short = {"name": "cpu", "display_name": "CPU", "idle_seconds": 120, "warning_seconds": 60}
    anew = await start(classes=[short])
    hands.pass_by(minutes=30)
    await anew._watch.tick()
    (holding,) = await anew.holdings(ADA.person_id)
    assert holding.state is RuntimeState.RUNNING


async def test_a_pool_of_another_form_is_not_kept(start: Start, engine: PaperEngine) -> None:
    from support.waiting import until

    runtimes = await start(pool=1)
    await until(lambda: runtimes.snapshot().pool_ready["cpu"] == 1)
    old = set(engine.sandboxes)
    larger = {"name": "cpu", "display_name": "CPU", "memory": "4 GiB", "pool": 1}
    anew = await start(classes=[larger])
    await until(lambda: anew.snapshot().pool_ready["cpu"] == 1)
    await until(lambda: not old & set(engine.sandboxes))
