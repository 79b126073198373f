import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.comments import read_comment, read_prose
from colonnade.detection.features.feature import Collector, Kind


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("# swap the faces of two people", "face-swap"),
        ("# Замена лица", "face-swap"),
        ("# 换脸教程", "face-swap"),
        ("# troca de rostos", "face-swap"),
        ("# Lip-sync a video", "lip-sync"),
        ("# clone your voice", "voice-clone"),
        ("# 声音克隆", "voice-clone"),
        ("# NSFW is fine", "nudity"),
        ("# real or fake?", "detection"),
        ("# homework 3", "course"),
    ],
)
def test_a_comment_speaks_of_something(text: str, subject: str):
    assert (Kind.COMMENT, subject) in {(one.kind, one.value) for one in extract(text)}


def test_other_words_are_not_taken_for_it():
    collector = Collector()
    read_comment(collector, "swap two variables, surface, voice of reason, denuded", 1)
    assert collector.features() == ()


def test_prose_keeps_its_lines_and_links():
    collector = Collector()
    read_prose(collector, "# Title\n\nSee [this](https://github.com/a/b.git).\nLip sync")
    found = [(one.kind, one.value, one.line) for one in collector.features()]
    assert found == [(Kind.LINK, "github.com/a/b", 3), (Kind.COMMENT, "lip-sync", 4)]


@given(st.text(max_size=3000))
def test_any_prose_is_read(text: str):
    read_prose(Collector(), text)
