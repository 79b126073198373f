"""Verdicts for people at a terminal, in the manner of capa: what, where, why, what would help."""

import textwrap
from collections.abc import Iterator

from colonnade.detection.rules import RuleSet
from colonnade.enforcement.report.explain import Explanation, Node, Place, explain
from colonnade.enforcement.scanning import FileVerdict, Result, Tally, Unusable
from colonnade.enforcement.verdict import Outcome
from colonnade.enforcement.visible import clip, visible
from colonnade.policy import Policy

WIDTH = 100
_KEY = 10
_INDENT = " " * (4 + _KEY)
MAX_PLACES = 8
MAX_RATIONALE = 300
"""Characters, to the end of a sentence; the rule's file holds all of it."""
_STEPS = {
    Outcome.REFUSE: "refused",
    Outcome.HOLD: "held until a purpose is declared",
    Outcome.NOTICE: "run, with a notice",
}


class TextReport:
    """A block for each file, at once; those with nothing to say take one line."""

    def __init__(self, rules: RuleSet, policy: Policy) -> None:
        self._rules, self._policy = rules, policy

    def begin(self) -> str:
        """Nothing."""
        return ""

    def one(self, result: Result) -> str:
        """One file's block."""
        if isinstance(result, Unusable):
            return f"{visible(result.path)}: unusable: {visible(result.reason)}\n"
        return "\n".join([_heading(result), *self._body(result)]) + "\n"

    def end(self, tally: Tally) -> str:
        """Nothing: the command tells the sum beside the results."""
        return ""

    def _body(self, result: FileVerdict) -> Iterator[str]:
        for cell, reason in result.scanned.unscannable:
            what = "it" if cell is None else f"cell {cell + 1}"
            yield from _wrapped(f"{what} could not be examined: {visible(reason)}", "  ")
        for one in explain(result, self._rules, self._policy):
            yield from _explained(one)


def _heading(result: FileVerdict) -> str:
    grounds = f" ({result.category}, {result.confidence:.2f})" if result.category else ""
    return f"{visible(result.scanned.path)}: {result.verdict}{grounds}"


def _explained(one: Explanation) -> Iterator[str]:
    yield f"  {one.rule}: {one.title}"
    yield from _entry("step", _step(one))
    yield from _entry("about", f"{one.axis}, with a confidence of {one.confidence:.2f}")
    yield from _entry("why", _short(one.rationale))
    yield from _found(one.places)
    yield from _matched(one.matched)
    yield from _entry("benign if", one.benign_if)


def _short(prose: str) -> str:
    """The first sentences of `prose`."""
    end = prose.rfind(". ", 0, MAX_RATIONALE)
    return prose if len(prose) <= MAX_RATIONALE or end < 0 else prose[: end + 1]


def _step(one: Explanation) -> str:
    if one.step is Outcome.ALLOW:
        return "none by itself"
    return f"would be {_STEPS[one.step]}, by clause {one.clause} of the policy: {one.clause_title}"


def _found(places: tuple[Place, ...]) -> Iterator[str]:
    key = "found"
    for place in places[:MAX_PLACES]:
        yield from _entry(key, f"{_where(place)}: {place.seen}")
        yield from (clip(f"{_INDENT}  | {line}", WIDTH) for line in place.excerpt)
        key = ""
    if len(places) > MAX_PLACES:
        yield from _entry("", f"… and in {len(places) - MAX_PLACES} more places")


def _matched(nodes: tuple[Node, ...]) -> Iterator[str]:
    """The tree, with cell and line of each leaf as `@ 3:1`."""
    key = "matched"
    for node in nodes:
        places = ", ".join(f"{cell + 1}:{line}" for cell, line in node.places if line)
        text = f"{node.text} @ {places}" if places else node.text
        yield from _entry(key, "  " * node.depth + text)
        key = ""


def _where(place: Place) -> str:
    """'cell 3, line 1', both counted from 1; a whole file has no lines."""
    if not place.start_line:
        return "the file"
    lines = f"line {place.start_line}"
    if place.end_line > place.start_line:
        lines = f"lines {place.start_line} to {place.end_line}"
    return f"cell {place.cell + 1}, {lines}"


def _entry(key: str, text: str) -> Iterator[str]:
    room = len(text) - len(text.lstrip())
    yield from _wrapped(text.lstrip(), f"    {key:<{_KEY}}" + " " * room, _INDENT + " " * room)


def _wrapped(text: str, first: str, others: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=others or first,
        break_on_hyphens=False,
        break_long_words=False,
    )
