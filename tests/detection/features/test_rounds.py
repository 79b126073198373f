"""What a loop does in each of its rounds."""

import re

import pytest
from tree_sitter import Node

from colonnade.detection.features.loop import Loop
from colonnade.detection.features.loops import loop_of
from colonnade.detection.features.rounds import (
    counts,
    is_read,
    is_thrown_away,
    is_watched,
    named,
    reads,
)
from colonnade.detection.normalise.fold import Folder, Namespace
from colonnade.detection.normalise.fold.statements import parse

FOLDER = Folder(Namespace({}))


def loop(source: str) -> Loop:
    return loop_of(FOLDER, parse(source).named_children[0])


@pytest.mark.parametrize(
    "head", ["while True", "while n < 100", "for i in range(100)", "for i in itertools.count()"]
)
def test_what_only_goes_on_counts(head: str):
    assert counts(loop(f"{head}:\n    f()"))


@pytest.mark.parametrize("head", ["while waiting", "for i in range(3)", "for row in rows"])
def test_what_waits_tries_a_few_times_or_goes_through_something_does_not(head: str):
    assert not counts(loop(f"{head}:\n    f()"))


@pytest.mark.parametrize("text", ["r.json()", "rows.append(r)", "return r.x", "d.page_source"])
def test_an_answer_that_is_kept_is_read(text: str):
    assert is_read(text)


@pytest.mark.parametrize("text", ["print(r.text)", "names = open('names.txt').readlines()", "r.ok"])
def test_an_answer_that_is_printed_is_not_read(text: str):
    assert not is_read(text)


def test_who_asks_seldom_watches():
    assert is_watched("ask()\nsleep(60)")
    assert is_watched("print(ask().text)\nsleep(1)")
    assert not is_watched("ask()\nsleep(1)")


def test_an_answer_that_no_name_is_given_is_thrown_away():
    call = loop("while True:\n    await ask()").calls[0]
    assert is_thrown_away(call)
    kept = loop("while True:\n    one = ask()").calls[0]
    assert not is_thrown_away(kept)


def test_calls_are_found_by_their_names():
    asked = loop("while True:\n    s.ask()\n    s.tell()")
    found: list[tuple[Node, str]] = named(FOLDER, asked, re.compile("tell$"))
    assert [name for _, name in found] == ["s.tell"]


def test_a_list_of_what_was_gone_through_holds_no_answers():
    source = "for link in links:\n    d.get(link)\n    d.find('b').click()\n    done.append({})"
    assert not reads(loop(source.format("link")))
    assert reads(loop(source.format("d.find('h1')")))


def test_whether_a_word_stands_in_a_page_is_no_answer():
    assert not is_read("if 'captcha' in d.page_source.lower():\n    d.refresh()")
    assert not is_read("return uc.Chrome(options=o)")
    assert is_read("html = d.page_source")
