"""One explanation for each rule that a file meets: what was found, where, why, what would help.

All text that came from the file is made visible here (`visible`), so that nothing in it can act on
a terminal; pages escape it besides.
"""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from colonnade.detection.match import Evidence, Result
from colonnade.detection.rules import RuleSet
from colonnade.detection.scan import Scanned, Span, span_of
from colonnade.enforcement.decide import Reason
from colonnade.enforcement.scanning import FileVerdict
from colonnade.enforcement.verdict import Outcome
from colonnade.enforcement.visible import clip, visible
from colonnade.policy import Policy

MAX_COLUMNS = 160
MAX_VALUES = 4
MAX_STATEMENT_COLUMNS = 80


class Place(BaseModel):
    """A span of lines, what was seen on it, and how it reads.

    `cell` counts from 0, Markdown cells included; lines count from 1, and are 0 where the finding
    is about a file as a whole.
    """

    model_config = ConfigDict(frozen=True)

    cell: int
    start_line: int
    end_line: int
    seen: str
    excerpt: tuple[str, ...]


class Node(BaseModel):
    """One line of the tree of what matched; `depth` counts from 0."""

    model_config = ConfigDict(frozen=True)

    depth: int
    text: str
    places: tuple[tuple[int, int], ...] = ()
    """Cell and first line of what a leaf found."""


class Explanation(BaseModel):
    """A rule that holds in a file, in its own words and the policy's."""

    model_config = ConfigDict(frozen=True)

    rule: str
    version: int
    title: str
    category: str
    axis: str
    confidence: float
    step: Outcome
    """What it would lead to by itself; 'allow' where it only joins in."""
    released: bool = False
    """Whether a purpose that was declared before lets it run."""
    clause: str
    clause_title: str
    rationale: str
    benign_if: str
    places: tuple[Place, ...]
    matched: tuple[Node, ...]


def explain(verdict: FileVerdict, rules: RuleSet, policy: Policy) -> list[Explanation]:
    """The rules that hold in the file, the gravest first; each once, with all its places."""
    groups: dict[str, list[Reason]] = {}
    for reason in verdict.reasons:
        groups.setdefault(reason.finding.rule, []).append(reason)
    return [_explained(group, verdict, rules, policy) for group in groups.values()]


def places_of(evidence: Sequence[Evidence], scanned: Scanned) -> list[Place]:
    """One place for each span, in the order of lines; what was seen on it is joined."""
    spans: dict[Span, list[str]] = {}
    for one in sorted(evidence, key=span_of):
        spans.setdefault(span_of(one), []).append(one.value)
    return [_place(span, seen, scanned) for span, seen in spans.items()]


def _place(span: Span, seen: list[str], scanned: Scanned) -> Place:
    lines = scanned.excerpts.get(span, ())
    return Place(
        cell=span[0],
        start_line=span[1],
        end_line=span[2],
        seen=clip(visible(", ".join(dict.fromkeys(seen))), MAX_COLUMNS),
        excerpt=tuple(clip(visible(line.rstrip()), MAX_COLUMNS) for line in lines),
    )


def _explained(
    group: list[Reason], verdict: FileVerdict, rules: RuleSet, policy: Policy
) -> Explanation:
    finding = group[0].finding
    rule, category = rules.by_id[finding.rule], policy.category(finding.category)
    evidence = [one for reason in group for one in reason.finding.evidence]
    return Explanation(
        rule=finding.rule,
        version=finding.rule_version,
        title=finding.title,
        category=finding.category,
        axis=finding.axis.value,
        confidence=finding.confidence,
        step=group[0].step,
        released=finding.rule in verdict.released,
        clause=category.clause if category else "",
        clause_title=category.title if category else "",
        rationale=" ".join(rule.rationale.split()),
        benign_if=" ".join(rule.benign_if.split()),
        places=tuple(places_of(evidence, verdict.scanned)),
        matched=tuple(_signs(finding.result) if finding.learned else _nodes(finding.result, 0)),
    )


def _nodes(result: Result, depth: int) -> Iterator[Node]:
    """The branches that hold; a choice of which one holds is replaced by it."""
    held = [child for child in result.children if child.holds]
    if result.statement == "any" and len(held) == 1:
        yield from _nodes(held[0], depth)
        return
    yield _node(result, depth)
    for child in held:
        yield from _nodes(child, depth + 1)


def _signs(result: Result) -> Iterator[Node]:
    """What a model was given, each sign with what it adds to the estimate."""
    yield Node(depth=0, text=result.statement)
    for child in result.children:
        yield Node(depth=1, text=child.statement, places=_places(child))


_WORDS = {"all": "all of these", "any": "any of these"}


def _node(result: Result, depth: int) -> Node:
    if result.statement == "not":
        absent = "; ".join(child.statement for child in result.children)
        return Node(depth=depth, text=clip(visible(f"none of: {absent}"), MAX_STATEMENT_COLUMNS))
    if not result.evidence:
        words = _WORDS.get(result.statement, result.statement)
        if words.startswith("at least"):
            words += " these"
        return Node(depth=depth, text=clip(visible(words), MAX_STATEMENT_COLUMNS))
    values = list(dict.fromkeys(one.value for one in result.evidence))
    shown = ", ".join(clip(visible(value), MAX_STATEMENT_COLUMNS) for value in values[:MAX_VALUES])
    more = f" and {len(values) - MAX_VALUES} more" if len(values) > MAX_VALUES else ""
    text = f"{result.evidence[0].kind}: {shown}{more}"
    return Node(depth=depth, text=text, places=_places(result))


def _places(leaf: Result) -> tuple[tuple[int, int], ...]:
    places = sorted({(one.cell, one.line) for one in leaf.evidence})
    return tuple(places[:MAX_VALUES])
