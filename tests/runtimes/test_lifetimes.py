from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.runtimes.classes import RuntimeClass
from colonnade.runtimes.lifetimes import count_down, duration, needs_a_look

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TERMS = RuntimeClass(
    name="cpu",
    display_name="CPU",
    idle_seconds=3600,
    lifetime_seconds=12 * 3600,
    warning_seconds=300,
)
MOMENTS = st.integers(-50_000, 50_000).map(lambda seconds: NOON + timedelta(seconds=seconds))


def after(**span: float) -> datetime:
    return NOON + timedelta(**span)


@pytest.mark.parametrize(
    ("now", "used", "busy", "warning", "over"),
    [
        (after(minutes=1), after(), False, False, ""),
        (after(minutes=55), after(), False, True, ""),
        (after(minutes=60), after(), False, True, "It was not used for 1 hour."),
        (after(minutes=60), after(), True, False, ""),
        (after(minutes=60), after(minutes=30), False, False, ""),
        (after(hours=11, minutes=55), after(hours=11, minutes=50), True, True, ""),
        (after(hours=12), after(hours=12), True, True, "longest lifetime of 12 hours"),
        (after(hours=20), after(), False, True, "longest lifetime of 12 hours"),
    ],
)
def test_idle_and_lifetime_are_warned_of_and_end(
    now: datetime, used: datetime, busy: bool, warning: bool, over: str
) -> None:
    count = count_down(TERMS, NOON, used, busy, now)
    assert count.warning is warning
    assert over in count.over
    assert bool(count.over) is bool(over)


@given(claimed=MOMENTS, used=MOMENTS, busy=st.booleans(), now=MOMENTS)
def test_nothing_ends_without_having_been_warned_of(
    claimed: datetime, used: datetime, busy: bool, now: datetime
) -> None:
    count = count_down(TERMS, claimed, used, busy, now)
    if count.over:
        assert count.warning
        before = now - timedelta(seconds=1)
        earlier = count_down(TERMS, claimed, used, busy, before)
        assert earlier.warning or earlier.lifetime_ends_at > now or not busy


@given(used=MOMENTS, now=MOMENTS)
def test_a_kernel_is_asked_whether_it_computes_before_its_owner_is_warned(
    used: datetime, now: datetime
) -> None:
    idle_ends = used + timedelta(seconds=TERMS.idle_seconds)
    if now >= idle_ends - timedelta(seconds=TERMS.warning_seconds):
        assert needs_a_look(TERMS, used, now)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3600, "1 hour"),
        (7200, "2 hours"),
        (5400, "90 minutes"),
        (60, "1 minute"),
        (90, "90 seconds"),
    ],
)
def test_a_duration_is_said_as_people_say_it(seconds: int, words: str) -> None:
    assert duration(seconds) == words
