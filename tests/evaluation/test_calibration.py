import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.evaluation.calibration import Scored, binned, calibrate, scores_of
from colonnade.evaluation.judging import Judged


def test_a_score_that_keeps_its_word_has_no_error():
    kept = [Scored(str(place), 0.8, place < 80) for place in range(100)]
    found = calibrate(kept)
    assert found.error == pytest.approx(0)
    (bin,) = found.bins
    assert (bin.said, bin.so.value) == (pytest.approx(0.8), 0.8)


def test_the_many_of_which_nothing_was_said_do_not_flatter_the_second_error():
    silent = [Scored(str(place), 0.0, False) for place in range(90)]
    wrong = [Scored("w", 0.9, False) for _ in range(10)]
    found = calibrate([*silent, *wrong])
    assert found.error == pytest.approx(0.09)
    assert found.error_found == pytest.approx(0.9)


def test_a_higher_threshold_catches_fewer():
    scored = [Scored(str(place), place / 10, place > 5) for place in range(11)]
    steps = {one.at: one for one in calibrate(scored).thresholds}
    assert (steps[0.6].precision.value, steps[0.6].recall.value) == (1, 1)
    assert (steps[0.9].recall.hits, steps[0.2].false_positive_rate.hits) == (2, 4)


def test_what_stands_apart_has_no_score(judged: list[Judged]):
    assert len(scores_of(judged)) == len(judged) - 1


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=50))
def test_every_score_falls_into_one_bin(pairs: list[tuple[float, bool]]):
    scored = [Scored("o", score, abuse) for score, abuse in pairs]
    assert sum(bin.so.total for bin in binned(scored)) == len(scored)
    assert 0 <= calibrate(scored).error <= 1
