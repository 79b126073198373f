import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.features.roles import pairs, parts_of


@pytest.mark.parametrize(
    ("names", "pair"),
    [
        (["--source", "--target"], "source+target"),
        (["--face", "--audio"], "face+audio"),
        (["source_image", "driving_video", "generator"], "still+driver"),
        (["--driven-audio", "--source-image"], "still+driver"),
        (["sourceFace", "targetVideo"], "source+target"),
    ],
)
def test_unequal_inputs_are_a_pair(names: list[str], pair: str):
    assert pair in pairs(names)


@pytest.mark.parametrize(
    "names",
    [
        ["--source-lang", "--target-lang"],
        ["source_domain", "target_domain"],
        ["target_face"],
        ["x", "y"],
        ["--input", "--output"],
        ["source_table", "target_table"],
    ],
)
def test_other_matters_are_none(names: list[str]):
    assert pairs(names) == []


@given(st.lists(st.text()))
def test_any_names_are_looked_at(names: list[str]):
    pairs(names)
    for name in names:
        parts_of(name)
