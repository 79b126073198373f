"""A burst passes at once; a flood flows at its rate, whoever reconnects."""

from hypothesis import given
from hypothesis import strategies as st

from colonnade.gate.pace import (
    BURST_BYTES,
    BURST_MESSAGES,
    LEAST_SECONDS,
    RATE_BYTES,
    RATE_MESSAGES,
    Pace,
)


class Clock:
    """Time that passes when the test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_a_person_can_use_passes_at_once() -> None:
    pace = Pace(Clock())
    assert [pace.take(BURST_BYTES // 4) for _ in range(4)] == [0.0] * 4
    assert not pace.rested


def test_a_flood_flows_at_its_rate() -> None:
    clock = Clock()
    pace = Pace(clock)
    passed = 0
    while clock.now < 100:
        clock.now += pace.take(1 << 20) + 1e-6
        passed += 1 << 20
    assert passed <= BURST_BYTES + 101 * RATE_BYTES
    assert passed >= BURST_BYTES + 95 * RATE_BYTES


def test_a_flood_of_small_messages_flows_at_a_rate_of_its_own() -> None:
    clock = Clock()
    pace = Pace(clock)
    passed, waits = 0, 0
    while clock.now < 100:
        seconds = pace.take(100)
        waits += seconds > 0
        clock.now += seconds + 1e-6
        passed += 1
    at_most = BURST_MESSAGES + 101 * RATE_MESSAGES
    assert 0.9 * at_most < passed < at_most
    assert waits <= 100 / LEAST_SECONDS


def test_it_recovers_in_silence() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.take(BURST_BYTES)
    clock.now += BURST_BYTES / RATE_BYTES
    assert pace.rested


@given(st.lists(st.tuples(st.integers(0, 1 << 28), st.floats(0, 100)), max_size=50))
def test_it_never_asks_for_more_patience_than_it_was_given_bytes(
    taken: list[tuple[int, float]],
) -> None:
    clock = Clock()
    pace = Pace(clock)
    most = max(sum(size for size, _ in taken) / RATE_BYTES, len(taken) / RATE_MESSAGES)
    for size, seconds in taken:
        assert 0 <= pace.take(size) <= most
        clock.now += seconds
