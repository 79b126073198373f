"""Which image a container is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.containers import image_of
from colonnade.detection.features.feature import Kind


@pytest.mark.parametrize(
    ("line", "image"),
    [
        ("run --gpus all -it a/b:1.0 python x.py", "https://docker.io/a/b"),
        ("pull ghcr.io/a/b@sha256:0f", "https://ghcr.io/a/b"),
        (
            "run -v data/x:/x -w c/d localhost.example:5000/a/b",
            "https://localhost.example:5000/a/b",
        ),
        ("pull docker://quay.io/a/b/c", "https://quay.io/a/b/c"),
        ("run --rm postgres:15", ""),
        ("run -v /data/x:/x ubuntu ls usr/lib:no", ""),
        ("build -t a/b .", ""),
        ("images a/b", ""),
        ("", ""),
    ],
)
def test_the_image_of_a_command(line: str, image: str):
    assert image_of(tuple(line.split())) == image


@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_words_can_be_asked(words: list[str]):
    found = image_of(("run", *words))
    assert not found or found.startswith("https://")


def test_an_image_brings_a_program_as_a_clone_does():
    found = {(one.kind, one.value) for one in extract("!udocker pull someone/some-tool:2")}
    assert (Kind.CLONE, "docker.io/someone/some-tool") in found
    assert (Kind.PROJECT, "some-tool") in found
