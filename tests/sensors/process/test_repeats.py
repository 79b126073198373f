"""A loop of refusals is told a few times, and none is lost."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from colonnade.sensors.process.repeats import MOST_KINDS, WINDOW_SECONDS, Repeats

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_first_is_told_and_those_alike_are_counted() -> None:
    repeats: Repeats[str] = Repeats()
    assert repeats.is_first(("a",), "1", NOON)
    assert not repeats.is_first(("a",), "2", NOON)
    assert not repeats.is_first(("a",), "3", NOON)
    assert repeats.ended(NOON) == []
    assert repeats.ended(NOON + timedelta(seconds=WINDOW_SECONDS)) == [("3", 2)]
    assert repeats.is_first(("a",), "4", NOON)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5)), max_size=200))
def test_every_one_is_told_or_counted(events: list[tuple[int, int]]) -> None:
    repeats: Repeats[int] = Repeats()
    now, told, counted = NOON, 0, 0
    for kind, seconds in events:
        now += timedelta(seconds=seconds)
        counted += sum(count for _, count in repeats.ended(now))
        told += repeats.is_first((str(kind),), kind, now)
        assert len(repeats.windows) <= MOST_KINDS
    counted += sum(count for _, count in repeats.ended(None))
    assert told + counted == len(events)
