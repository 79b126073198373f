"""How long a runtime has to wait that takes much of the host's time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.sensors.process.throttle import BURST_SECONDS, SHARE, Throttle


def test_a_burst_waits_for_nothing() -> None:
    throttle = Throttle(0.0)
    assert throttle.spend(0.0, BURST_SECONDS / 2) == 0
    assert throttle.spend(0.0, BURST_SECONDS / 2) == 0


def test_what_exceeds_the_burst_waits_in_proportion() -> None:
    throttle = Throttle(0.0)
    assert throttle.spend(0.0, BURST_SECONDS + 0.1) == pytest.approx(0.1 / SHARE)


@given(st.lists(st.floats(0.0001, 0.2), min_size=1, max_size=200))
def test_who_waits_as_told_never_takes_more_than_its_share(spent: list[float]) -> None:
    throttle, now = Throttle(0.0), 0.0
    for seconds in spent:
        now += seconds
        now += throttle.spend(now, seconds)
    assert sum(spent) <= BURST_SECONDS + SHARE * now + 1e-6


def test_rest_earns_no_more_than_a_burst() -> None:
    throttle = Throttle(0.0)
    assert throttle.spend(1000.0, BURST_SECONDS) == 0
    assert throttle.spend(1000.0, 0.2) > 0
