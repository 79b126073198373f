from colonnade.detection.rulebook import default_rules
from colonnade.evaluation.ablation import RuleFigures, contributions
from colonnade.evaluation.bar import Standing
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
