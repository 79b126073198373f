"""Lengths of time as rules write them."""

import pytest

from colonnade.detection.durations import seconds_of, steps_reached


@pytest.mark.parametrize(("written", "seconds"), [("90s", 90), ("30m", 1800), ("24h", 86400)])
def test_a_length_of_time_is_a_number_and_a_unit(written: str, seconds: float):
    assert seconds_of(written) == seconds


@pytest.mark.parametrize("written", ["", "30", "m", "-5m", "1.5h", "25h", "5 m", 30, None, True])
def test_anything_else_is_refused(written: object):
    with pytest.raises(ValueError, match="length of time"):
        seconds_of(written)


def test_steps_are_reached_one_after_another():
    assert list(steps_reached(299)) == []
    assert list(steps_reached(1800)) == ["5m", "10m", "30m"]
