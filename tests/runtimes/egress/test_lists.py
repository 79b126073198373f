"""Deny-lists are read strictly; the shipped ones name clauses that the policy has."""

from pathlib import Path

import pytest

from colonnade.kit.errors import Invalid
from colonnade.policy import load_book
from colonnade.runtimes.egress.lists import load_lists, shipped_lists


def test_the_shipped_lists_belong_to_clauses_of_the_policy() -> None:
    policy = load_book(None).current
    assert len(shipped_lists()) >= 4
    for one in shipped_lists():
        assert policy.category(one.category) is not None
        assert one.domains


def test_domains_may_be_in_any_script(tmp_path: Path) -> None:
    file = tmp_path / "lists.yaml"
    file.write_text(
        "lists: [{id: own, category: evasion, title: A list, domains: [Bücher.example],"
        " words: [mining pool]}]"
    )
    (one,) = load_lists(file)
    assert one.domains == ("xn--bcher-kva.example",)
    assert one.words == (("mining", "pool"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lists: 3",
        "lists: [{id: own}]",
        "lists: [{id: own, category: evasion, title: A list, domains: [10.0.0.1]}]",
        "lists: [{id: own, category: evasion, title: A list, regex: [x]}]",
        "lists: [{id: own, category: evasion, title: A list, words: ['.*']}]",
        "[",
    ],
)
def test_a_list_that_is_not_sound_is_refused_with_its_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "lists.yaml"
    file.write_text(text)
    with pytest.raises(Invalid, match=r"lists\.yaml"):
        load_lists(file)
    with pytest.raises(Invalid, match="nothing"):
        load_lists(tmp_path / "nothing")
