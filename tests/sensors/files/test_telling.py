"""What is told can be shown and is short, whatever the names are."""

import json

from hypothesis import given
from hypothesis import strategies as st

from colonnade.sensors.files.telling import MAX_FEATURES, MAX_PATH, features_json, shown


@given(st.lists(st.text() | st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape"))))
def test_any_path_is_shown_on_one_line(parts: list[str]) -> None:
    text = shown("/content", *parts)
    assert text.startswith("/content")
    assert text.isprintable()
    assert len(text) <= MAX_PATH
    text.encode()


def test_a_long_path_keeps_both_its_ends() -> None:
    text = shown("/content", "a" * 400, "name.onnx")
    assert text.startswith("/content/a")
    assert text.endswith("/name.onnx")


@given(st.lists(st.tuples(st.sampled_from(["path", "graph", "fork"]), st.text(max_size=300))))
def test_features_are_whole_and_few(features: list[tuple[str, str]]) -> None:
    text = features_json(features)
    assert len(text) <= MAX_FEATURES
    for kind, value in json.loads(text):
        assert (kind, value) in features


def test_the_most_telling_comes_first() -> None:
    found = json.loads(features_json([("path", "x" * 900), ("graph", "one-shot-swapper")]))
    assert found[0] == ["graph", "one-shot-swapper"]
