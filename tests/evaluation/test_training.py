import hashlib
from pathlib import Path

import pytest

from colonnade.detection.model import Model, shipped_model
from colonnade.evaluation import training
from colonnade.evaluation.table import Row, read, write
from colonnade.kit.errors import Invalid
from colonnade.kit.shipped import shipped

TABLE = shipped("models") / "deepfakes.csv"


def rows() -> list[Row]:
    """Twelve owners who swap, each with two signs of it, and thirty who do not."""
    both = frozenset({"media: source+target", "stage: motion", "opaque: exec"})
    abusive = [
        Row(
            f"a{place}",
            f"swapper{place % 12}",
            training.POSITIVE,
            "one" if place % 2 else "two",
            both,
        )
        for place in range(24)
    ]
    benign = [
        Row(f"b{place}", f"student{place}", "benign", "", frozenset({"opaque: exec"}))
        for place in range(30)
    ]
    return [*abusive, *benign]


def test_signs_that_do_not_tell_apart_get_no_weight():
    bias, weights = training.fit(rows())
    assert set(weights) == {"media: source+target", "stage: motion"}
    assert bias < 0 < min(weights.values())


def test_a_trained_model_catches_owners_it_has_not_seen_and_says_so():
    trained = training.train(rows(), "tried", {"date": "today"})
    assert trained.left_out.recall.value == 1
    assert trained.left_out.false_positive_rate.hits == 0
    assert trained.model.provenance["date"] == "today"
    assert trained.model.threshold >= training.LEAST_THRESHOLD
    assert len(trained.scored) == len(rows())


def test_a_family_that_shares_no_sign_with_others_is_not_caught_without_it():
    own = frozenset({"role: voice"})
    strange = [Row(f"c{place}", f"c{place}", training.POSITIVE, "other", own) for place in range(9)]
    trained = training.train([*rows(), *strange], "tried", {})
    assert trained.left_out.families["other"].hits == 0


def test_one_kind_of_notebooks_alone_teaches_nothing():
    with pytest.raises(Invalid):
        training.train([row for row in rows() if row.label == "benign"], "tried", {})


def test_the_table_in_a_file_gives_a_model_beside_it(tmp_path: Path):
    table = tmp_path / "tried.csv"
    table.write_text(write(rows()))
    trained = training.train_beside(table)
    model = Model.read(tmp_path / "tried.json")
    assert model == trained.model
    assert model.provenance["table_sha256"] == hashlib.sha256(table.read_bytes()).hexdigest()


def test_the_shipped_model_is_what_the_shipped_table_gives():
    model = shipped_model("deepfakes")
    assert model.provenance["table_sha256"] == hashlib.sha256(TABLE.read_bytes()).hexdigest()
    used = [
        row
        for row in read(TABLE)
        if row.label == training.POSITIVE or row.label in training.NEGATIVE
    ]
    bias, weights = training.fit(used)
    assert model.bias == pytest.approx(bias, abs=0.01)
    assert {sign.name: sign.weight for sign in model.signs} == pytest.approx(weights, abs=0.01)


def test_the_shipped_model_raises_few_false_alarms_among_owners_left_out():
    left_out = training.LeftOut.model_validate(
        shipped_model("deepfakes").provenance["left_out"], extra="ignore"
    )
    value = left_out.false_positive_rate.value
    assert value is not None
    assert value <= training.MOST_FALSE_ALARMS
