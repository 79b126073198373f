from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.kit.errors import Invalid, NotFound
from colonnade.kit.shipped import shipped
from colonnade.policy import check_policy, load_book, load_policy

TEXT = (shipped("policies") / "history" / "1.yaml").read_text("utf-8")


def test_the_shipped_policy_has_every_category_and_two_are_switched_off():
    policy = load_book().current
    names = ["deepfakes", "cryptomining", "remote-control", "file-sharing", "password-cracking"]
    names += ["denial-of-service", "evasion", "network"]
    assert [one.id for one in policy.categories if one.enabled] == names
    assert [one.id for one in policy.categories if not one.enabled] == ["web-uis", "game-servers"]


def test_versions_are_read_from_the_history_beside_the_file(tmp_path: Path):
    (tmp_path / "history").mkdir()
    (tmp_path / "history" / "1.yaml").write_text(TEXT)
    (tmp_path / "mine.yaml").write_text(TEXT.replace("version: 1", "version: 2", 1))
    book = load_book(tmp_path / "mine.yaml")
    assert [policy.version for policy in book.versions] == [1, 2]
    assert book.current.version == 2
    assert book.version(1).version == 1
    with pytest.raises(NotFound):
        book.version(3)


def test_a_version_that_does_not_rise_is_refused(tmp_path: Path):
    (tmp_path / "history").mkdir()
    (tmp_path / "history" / "1.yaml").write_text(TEXT)
    (tmp_path / "mine.yaml").write_text(TEXT)
    with pytest.raises(Invalid, match="do not rise"):
        load_book(tmp_path / "mine.yaml")


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("  notice: 0.5", "  notice: 7", "p.yaml:{line}: ladder.notice"),
        ("  notice: 0.5", "  notice: 0.95", "must rise"),
        ('    clause: "2"', '    clause: "1"', "share the clause 1"),
        ("title: What", "titel: What", "titel"),
        ("date: 2026-11-22", "date: soon", "p.yaml:{line}: date"),
        ("ladder:", "ladder: [", "not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_its_line(before: str, after: str, problem: str):
    line = TEXT[: TEXT.index(before)].count("\n") + 1
    problems = check_policy(TEXT.replace(before, after, 1).encode(), "p.yaml")
    assert any(problem.format(line=line) in one for one in problems), problems


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(Invalid, match=r"none\.yaml"):
        load_policy(tmp_path / "none.yaml")


@given(st.binary(max_size=300))
def test_any_bytes_are_checked(data: bytes):
    assert check_policy(data, "x")


def test_a_bomb_of_nesting_is_refused():
    assert check_policy(b"[" * 100_000, "x")
