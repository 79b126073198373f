"""What is to be done about a stop follows from what was done; what is deleted first is stated."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.enforcement.actions import (
    NO_ROOM,
    OVERDUE,
    Action,
    Event,
    Happened,
    Step,
    next_step,
    to_forget,
    words_at_the_end,
)
from colonnade.runtimes.engine import Kept

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
DUE = NOW + timedelta(seconds=20)


def action(*events: Happened, detail: str = "") -> Action:
    return Action(
        *("a", "n", "p", "r", "It was stopped.", NOW, DUE, NOW + timedelta(days=7)),
        events=tuple(Event(kind, NOW, detail) for kind in events),
    )


@pytest.mark.parametrize(
    ("happened", "time", "step"),
    [
        ((), NOW, Step.KEEP),
        ((), DUE + timedelta(days=1), Step.KEEP),
        ((Happened.KEPT,), NOW, Step.WAIT),
        ((Happened.NOT_KEPT,), NOW, Step.WAIT),
        ((Happened.KEPT,), DUE, Step.STOP),
        ((Happened.NOT_KEPT,), DUE, Step.STOP),
        ((Happened.KEPT, Happened.STOPPED), DUE, Step.NOTHING),
        ((Happened.KEPT, Happened.STOPPED, Happened.FORGOTTEN), DUE, Step.NOTHING),
    ],
)
def test_files_come_first_then_the_grace_then_the_end(
    happened: tuple[Happened, ...], time: datetime, step: Step
):
    assert next_step(action(*happened), time) is step


def test_files_can_be_had_from_when_they_are_kept_until_they_are_deleted():
    assert not action().has_files
    assert action(Happened.KEPT, Happened.STOPPED).has_files
    assert not action(Happened.KEPT, Happened.FORGOTTEN).has_files
    assert not action(Happened.NOT_KEPT).has_files


def test_the_owner_reads_what_became_of_the_files():
    assert words_at_the_end(action(Happened.KEPT)).endswith("kept until 7 December 2026.")
    lost = words_at_the_end(action(Happened.NOT_KEPT, detail="The machine's disk is full."))
    assert lost.endswith("Its files could not be kept. The machine's disk is full.")


def kept(name: str, size: int, days: float, since_hours: float = 0) -> Kept:
    since = NOW - timedelta(hours=since_hours)
    return Kept(name, "ada", "", since, NOW + timedelta(days=days), size)


def forgotten(files: Iterable[Kept], most: int) -> dict[str, str]:
    return {one.id: why for one, why in to_forget(list(files), NOW, most)}


def test_what_is_past_its_time_goes_whatever_room_there_is():
    files = [kept("old", 1, 0), kept("new", 1, 1)]
    assert forgotten(files, 1000) == {"old": OVERDUE}


def test_beyond_the_room_the_files_nearest_to_their_end_go_first():
    files = [kept("last", 40, 6), kept("first", 40, 1, 30), kept("second", 40, 3, 20)]
    assert forgotten(files, 100) == {"first": NO_ROOM}
    assert forgotten(files, 50) == {"first": NO_ROOM, "second": NO_ROOM}


def test_the_files_kept_last_stay_however_large_they_are():
    assert forgotten([kept("huge", 10**12, 7), kept("small", 1, 8, 5)], 100) == {"small": NO_ROOM}


sizes = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 9), st.integers(0, 90)), max_size=8)


@given(sizes, st.integers(0, 300))
def test_no_more_is_deleted_than_must_be(files: list[tuple[int, int, int]], most: int):
    made = [kept(str(n), *one) for n, one in enumerate(files)]
    gone = forgotten(made, most)
    left = [one for one in made if one.id not in gone]
    assert not made or left
    latest = max((one.since for one in made), default=None)
    assert not made or any(one.since == latest for one in left)
    if gone:
        last = list(gone)[-1]
        size = next(one.bytes for one in made if one.id == last)
        assert sum(one.bytes for one in left) + size > most
    assert sum(one.bytes for one in left) <= most or len(left) == 1
