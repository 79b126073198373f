import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.features.feature import Kind
from colonnade.detection.model import CLOSED, Model, Sign, shipped_model, squash
from colonnade.kit.errors import Invalid

SIGNS: list[dict[str, Any]] = [
    {"kind": "opaque", "value": "exec", "weight": 0.5},
    {"kind": "media", "value": "still+driver", "weight": 2.0},
]


def model(**changes: Any) -> Model:
    content: dict[str, Any] = {
        "name": "m",
        "bias": -3.0,
        "threshold": 0.8,
        "signs": SIGNS,
        "provenance": {},
    }
    return Model.model_validate({**content, **changes})


def test_the_estimate_is_logistic_in_the_sum_of_the_weights():
    one = model()
    assert one.estimate([]) == pytest.approx(1 / (1 + math.exp(3)))
    assert one.estimate(one.signs) == pytest.approx(1 / (1 + math.exp(0.5)))


def test_the_strongest_sign_comes_first_and_says_its_weight():
    assert [sign.statement for sign in model().signs] == [
        "media: still+driver (+2.00)",
        "opaque: exec (+0.50)",
    ]


@given(st.lists(st.sampled_from(model().signs), max_size=5), st.sampled_from(model().signs))
def test_nothing_that_is_added_lowers_the_estimate(seen: list[Sign], more: Sign):
    one = model()
    assert one.estimate([*seen, more]) > one.estimate(seen)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_finite_sum_gives_a_share(log_odds: float):
    assert 0 <= squash(log_odds) <= 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"signs": [{"kind": "opaque", "value": "exec", "weight": -1}]}, "signs.0.weight"),
        ({"signs": [{"kind": "opaque", "value": "exec", "weight": math.nan}]}, "signs.0.weight"),
        ({"signs": [{"kind": "project", "value": "roop", "weight": 1}]}, "signs.0.kind"),
        ({"signs": [SIGNS[0], SIGNS[0]]}, "signs"),
        ({"signs": []}, "signs"),
        ({"form": 2}, "form"),
        ({"threshold": 1}, "threshold"),
    ],
)
def test_what_makes_no_sound_model_is_named(tmp_path: Path, changes: dict[str, Any], field: str):
    content: dict[str, Any] = {
        "name": "m",
        "bias": -3.0,
        "threshold": 0.8,
        "signs": SIGNS,
        "provenance": {},
    }
    (tmp_path / "m.json").write_text(json.dumps({**content, **changes}))
    with pytest.raises(Invalid, match=f"m.json: {field}"):
        Model.read(tmp_path / "m.json")


def test_a_model_that_is_absent_is_named():
    with pytest.raises(Invalid, match=r"absent\.json"):
        shipped_model("absent")


def test_the_origin_may_be_told_in_other_words():
    assert model().sha256 == model(provenance={"date": "2026"}).sha256
    assert model().sha256 != model(bias=-2.0).sha256


def test_names_and_words_are_no_signs():
    assert not {Kind.PROJECT, Kind.CLONE, Kind.URL, Kind.COMMENT, Kind.NAME} & CLOSED
