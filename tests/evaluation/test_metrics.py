from colonnade.evaluation import metrics
from colonnade.evaluation.judging import Judged
from colonnade.evaluation.manifest import Side


def test_what_is_apart_counts_neither_as_right_nor_as_wrong(judged: list[Judged]):
    found = metrics.overall(judged)
    assert (found.recall.hits, found.recall.total) == (2, 3)
    assert (found.precision.hits, found.precision.total) == (2, 3)
    assert (found.false_positive_rate.hits, found.false_positive_rate.total) == (1, 3)
    assert found.benign_refused.hits == 0


def test_every_label_has_the_figure_that_suits_it(judged: list[Judged]):
    labels = {label.name: label for label in metrics.by_label(judged)}
    assert list(labels) == ["deepfake-creation", "webui", "benign-lookalike", "benign"]
    fakes = labels["deepfake-creation"]
    assert fakes.recall is not None
    assert fakes.precision is not None
    assert fakes.false_positive_rate is None
    assert (fakes.recall.hits, fakes.precision.hits, fakes.precision.total) == (2, 2, 3)
    alike = labels["benign-lookalike"].false_positive_rate
    assert alike is not None
    assert alike.value == 1
    assert labels["webui"].recall is labels["webui"].false_positive_rate is None
    assert labels["benign"].unscannable == 1


def test_families_owners_and_splits_are_told_apart_by_side(judged: list[Judged]):
    families = {group.name: group for group in metrics.by_family(judged)}
    assert families["one-shot"].caught.hits == 1
    owners = metrics.by_owner(judged)
    assert {owners[0].name, owners[1].name} == {"three", "five"}, "mistakes come first"
    assert {(one.name, one.side) for one in owners} >= {("one", Side.ABUSE), ("one", Side.BENIGN)}
    assert [one.notebooks for one in metrics.by_split(judged)] == [3, 1, 3]
