import pytest

from colonnade.detection.rulebook import default_rules
from colonnade.evaluation.ablation import RuleFigures, Standing, contributions, standing_of
from colonnade.evaluation.intervals import rate
from colonnade.evaluation.judging import Judged

BAR = 0.99


def figures(judged: list[Judged]) -> dict[str, RuleFigures]:
    return {one.id: one for one in contributions(judged, default_rules(), BAR)}


def test_a_rule_that_alone_catches_is_told_from_one_among_several(judged: list[Judged]):
    found = figures(judged)
    animator = next(one for one in judged if one.entry.path == "animate.ipynb")
    (only,) = animator.fired
    assert (found[only].right, found[only].only_right, found[only].only_wrong) == (1, 1, 1)
    pipeline = found["face-swap-pipeline"]
    assert (pipeline.right, pipeline.alone_right, pipeline.only_right) == (1, 1, 0)


def test_a_rule_that_is_wrong_too_often_is_below_the_bar(judged: list[Judged]):
    animator = next(one for one in judged if one.entry.path == "animate.ipynb")
    (only,) = animator.fired
    found = figures(judged)[only]
    assert (found.precision.hits, found.precision.total) == (1, 2)
    assert found.standing is Standing.BELOW


def test_rules_that_take_no_step_are_left_out(judged: list[Judged]):
    assert "detector-research" not in figures(judged)
    assert figures(judged)["torrent"].standing is Standing.UNMEASURED


@pytest.mark.parametrize(
    ("right", "total", "standing"),
    [(0, 0, "unmeasured"), (98, 100, "below"), (50, 50, "holds"), (400, 400, "proven")],
)
def test_the_standing_says_how_sure_the_measure_is(right: int, total: int, standing: str):
    precision = rate((str(place), place < right) for place in range(total))
    assert standing_of(precision, BAR) is Standing(standing)
