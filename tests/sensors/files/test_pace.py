"""Soon after a change, seldom without one, and never more than a runtime's share."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from colonnade.sensors.files.pace import (
    FIRST_SECONDS,
    MOST_SHARE,
    PULSE_SECONDS,
    QUIET_SECONDS,
    STEADY_SECONDS,
    Pace,
)


def walks(
    changes: set[int], seconds: int, cost: float = 0.001, unfinished: bool = False
) -> list[int]:
    """When walks begin, if the pulse changes at these seconds."""
    pace, begun, pulse = Pace(), list[int](), 0
    for now in range(seconds):
        pulse += now in changes
        pace.feel(pulse)
        if pace.is_due(float(now)):
            begun.append(now)
            pace.walked(float(now), cost, unfinished)
    return begun


def test_an_idle_runtime_is_walked_once_a_minute() -> None:
    assert walks(set(), 300) == [0, 60, 120, 180, 240]


def test_the_first_sign_is_followed_at_once() -> None:
    assert 137 in walks({137}, 200)
    assert PULSE_SECONDS + FIRST_SECONDS <= 10


def test_what_goes_on_is_walked_often_at_first_and_then_steadily() -> None:
    begun = walks(set(range(100, 300)), 300)
    steps = [later - earlier for earlier, later in itertools.pairwise(begun)]
    assert steps[2:5] == [FIRST_SECONDS] * 3
    assert steps[-5:] == [STEADY_SECONDS] * 5


def test_what_was_not_seen_whole_goes_on_soon() -> None:
    assert walks(set(), 30, unfinished=True) == [0, 5, 10, 15, 20, 25]


@given(st.sets(st.integers(0, 2000)), st.floats(0.001, 2.0), st.booleans())
def test_no_runtime_takes_more_than_its_share(
    changes: set[int], cost: float, unfinished: bool
) -> None:
    begun = walks(changes, 2000, cost, unfinished)
    assert cost * (len(begun) - 1) <= MOST_SHARE * 2000
    longest = max(QUIET_SECONDS, cost / MOST_SHARE + 1)
    assert all(later - earlier <= longest for earlier, later in itertools.pairwise(begun))
