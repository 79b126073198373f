"""Percentiles, ratios and slopes of samples."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import Figure, at_least, at_most, p50, p99, paired_ratio, percentile, slope

numbers = st.floats(min_value=-1e9, max_value=1e9)
samples = st.lists(numbers, min_size=1, max_size=50)
times = st.floats(min_value=1e-6, max_value=1e3)


@given(samples)
def test_the_ends_of_the_percentiles_are_the_least_and_the_greatest(values: list[float]) -> None:
    assert percentile(values, 0) == min(values)
    assert percentile(values, 100) == max(values)


@given(samples)
def test_the_fiftieth_percentile_is_the_median(values: list[float]) -> None:
    assert p50(values) == pytest.approx(statistics.median(values), rel=1e-9, abs=1e-6)


@given(samples, st.floats(0, 100), st.floats(0, 100))
def test_percentiles_grow_and_stay_within_the_samples(
    values: list[float], one: float, other: float
) -> None:
    low, high = sorted((one, other))
    slack = 1e-6
    assert percentile(values, low) <= percentile(values, high) + slack
    assert min(values) - slack <= percentile(values, low) <= max(values) + slack


def test_the_order_of_samples_does_not_matter() -> None:
    assert percentile([3, 1, 2], 25) == percentile([1, 2, 3], 25) == 1.5


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one sample"):
        p99([])


@pytest.mark.parametrize("percent", [-1, 100.5, math.nan])
def test_a_percentage_outside_its_range_is_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="percentage"):
        percentile([1.0], percent)


@given(st.lists(st.lists(times, min_size=1, max_size=5), min_size=1, max_size=9))
def test_what_equals_its_reference_is_once_as_slow(rounds: list[list[float]]) -> None:
    assert paired_ratio(rounds, rounds) == pytest.approx(1)


@given(st.lists(times, min_size=1, max_size=9), st.floats(0.1, 10))
def test_a_load_that_weighs_on_both_falls_out_of_their_ratio(
    loads: list[float], factor: float
) -> None:
    reference = [[load] for load in loads]
    measured = [[load * factor] for load in loads]
    assert paired_ratio(measured, reference) == pytest.approx(factor)


def test_one_spoiled_round_does_not_move_the_ratio() -> None:
    assert paired_ratio([[2.0], [2.0], [90.0]], [[1.0], [1.0], [1.0]]) == 2


def test_rounds_that_were_not_taken_together_are_not_compared() -> None:
    with pytest.raises(ValueError, match="cannot be paired"):
        paired_ratio([[1.0]], [[1.0], [1.0]])


def test_a_slope_is_the_growth_for_each_one_more() -> None:
    assert slope([0, 10, 20], [100, 150, 200]) == pytest.approx(5)


def test_one_point_has_no_slope() -> None:
    with pytest.raises(ValueError, match="two"):
        slope([1], [1])


@given(numbers, numbers)
def test_a_target_is_met_on_its_side_and_at_its_bound(value: float, bound: float) -> None:
    assert at_most(bound).met_by(value) == (value <= bound)
    assert at_least(bound).met_by(value) == (value >= bound)
    assert at_most(bound).met_by(bound)
    assert at_least(bound).met_by(bound)


def test_what_is_not_a_number_meets_no_target() -> None:
    assert not at_most(1).met_by(math.nan)
    assert not at_least(1).met_by(math.nan)


def test_a_figure_without_target_is_not_judged() -> None:
    assert Figure("claim", "p50", 3.0).met is None
