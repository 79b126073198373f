import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.evaluation.intervals import FEWEST_CLUSTERS, rate, resampled, wilson


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    # Brown, Cai, DasGupta, Statistical Science 16 (2001) give the formula; values from R's
    # `prop.test(correct = FALSE)`.
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (56, 57, 0.9071, 0.9969),
    ],
)
def test_wilsons_interval_is_the_known_one(hits: int, total: int, low: float, high: float):
    assert wilson(hits, total) == pytest.approx((low, high), abs=1e-4)


def test_without_any_trial_nothing_is_known():
    assert wilson(0, 0) == (0.0, 1.0)
    assert rate([]).value is None


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.booleans()), max_size=60))
def test_the_share_lies_within_its_intervals(trials: list[tuple[str, bool]]):
    found = rate(trials)
    assert found.total == len(trials)
    if found.value is not None:
        assert 0 <= found.low <= found.value <= found.high <= 1
    if found.by_owner is not None:
        assert 0 <= found.by_owner[0] <= found.by_owner[1] <= 1


def test_owners_who_differ_widen_the_interval():
    alike = resampled(((5, 10),) * 10)
    unlike = resampled(((0, 10), (10, 10)) * 5)
    assert alike is not None
    assert unlike is not None
    assert unlike[1] - unlike[0] > alike[1] - alike[0] + 0.3


def test_resampling_gives_the_same_each_time():
    clusters = tuple((one, 7) for one in range(7))
    assert resampled(clusters) == resampled.__wrapped__(clusters)


def test_too_few_owners_or_no_variation_say_nothing():
    assert resampled(((1, 2),) * (FEWEST_CLUSTERS - 1)) is None
    assert resampled(((0, 2),) * 10) is None
    assert resampled(((2, 2),) * 10) is None
