"""The statement of reasons: what the person is told, as data for pages and as text for a cell.

A stored statement carries the version of its form, and `Statement.read` brings older ones up to
date. To tell people more, add a field here, in `text_of`, and on the notice's page.
"""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from colonnade.detection.cells import Cell
from colonnade.detection.findings import tree_of
from colonnade.detection.match import Evidence
from colonnade.detection.rules import RuleSet
from colonnade.enforcement.decide import Decision, Reason
from colonnade.enforcement.verdict import Outcome
from colonnade.enforcement.visible import clip, columns, visible
from colonnade.policy import Policy

FORM = 2
MAX_LINES = 40
WIDTH = 80
NOT_CONNECTED = "Refused: a connection was not made."
MAX_RULES = 5
MAX_PLACES = 12
"""Of one rule, in the stored statement; a cell shows fewer."""
MAX_EXCERPT_LINES = 6
MAX_EXCERPT_COLUMNS = 160


class Place(BaseModel):
    """Where something stands. `cell` is 'this cell', or the place of another in the notebook."""

    model_config = ConfigDict(frozen=True)

    cell: str
    start_line: int
    end_line: int
    seen: str
    """What was seen there, in the words of the rules: `git clone`, `--training-data-src-dir`."""
    excerpt: tuple[str, ...]


class RuleNamed(BaseModel):
    """A rule that led to the step."""

    model_config = ConfigDict(frozen=True)

    id: str
    version: int
    title: str
    axis: str
    confidence: float
    step: str
    benign_if: str
    places: tuple[Place, ...]
    evidence: tuple[str, ...] = ()
    """What was seen from outside a runtime, each line beginning with what saw it."""
    tree: dict[str, Any]


class Statement(BaseModel):
    """Everything that the person is told about one step."""

    model_config = ConfigDict(frozen=True)

    form: int = FORM
    outcome: Outcome
    time: datetime
    decided_by: str = "a machine, by published rules"
    policy_version: int
    policy_date: str
    rules_version: str
    category: str
    clause: str
    clause_title: str
    forbidden: str
    allowed: str
    rules: tuple[RuleNamed, ...]
    destination: str = ""
    """Where a connection was to lead that was not made, where this is about one; then `why`."""
    sensors: tuple[str, ...] = ()
    """What saw it from outside a runtime, where the step rests on that."""
    command: str = ""
    """The program that was not started, where this is about one; then `why`."""
    why: str = ""
    opening: str = ""
    """What happened, one sentence, where the outcome alone does not say it."""
    concerns: str = "this code"
    """What alone the step concerns, as people say it: 'this connection'."""
    unscannable: str = ""
    """Why the cell could not be examined, where that is the reason."""
    duration: str
    appeal: str
    link: str

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Statement":
        """A stored statement, of whatever form it was written in. Raises ValidationError."""
        if stored.get("form") == 1 and stored.get("destination"):
            stored = {**stored, "opening": NOT_CONNECTED, "concerns": "this connection"}
        return cls.model_validate({**stored, "form": FORM})


def state(
    decision: Decision,
    policy: Policy,
    rules: RuleSet,
    cells: Sequence[Cell],
    time: datetime,
    link: str,
) -> Statement:
    """The statement for a decision about `cells[0]`; the others stand around it."""
    category = decision.category
    assert category is not None  # A step is always taken for a category.
    return Statement(
        outcome=decision.outcome,
        time=time,
        policy_version=policy.version,
        policy_date=policy.date.isoformat(),
        rules_version=rules.version,
        category=category.id,
        clause=category.clause,
        clause_title=category.title,
        forbidden=category.forbidden,
        allowed=category.allowed,
        rules=tuple(_named(reason, rules, cells) for reason in decision.reasons[:MAX_RULES]),
        duration=policy.duration,
        appeal=policy.appeal,
        link=link,
    )


def state_unscannable(
    reason: str, policy: Policy, rules_version: str, time: datetime, link: str
) -> Statement:
    """The statement for a cell that could not be examined within its budget."""
    return Statement(
        outcome=Outcome.REFUSE,
        time=time,
        policy_version=policy.version,
        policy_date=policy.date.isoformat(),
        rules_version=rules_version,
        category="unscannable",
        clause="",
        clause_title="What cannot be examined",
        forbidden="",
        allowed="",
        rules=(),
        unscannable=reason,
        duration=policy.duration,
        appeal=policy.appeal,
        link=link,
    )


def _named(reason: Reason, rules: RuleSet, cells: Sequence[Cell]) -> RuleNamed:
    finding = reason.finding
    return RuleNamed(
        id=finding.rule,
        version=finding.rule_version,
        title=finding.title,
        axis=finding.axis.value,
        confidence=finding.confidence,
        step=reason.step.value,
        benign_if=rules.by_id[finding.rule].benign_if.strip(),
        places=tuple(_places(finding.evidence, cells)),
        tree=tree_of(finding.result),
    )


def _places(evidence: Sequence[Evidence], cells: Sequence[Cell]) -> Iterator[Place]:
    """One place for each span, the asked cell's first; what was seen on it is joined."""
    spans: dict[tuple[int, int, int], list[str]] = {}
    for one in sorted(evidence, key=lambda one: (one.cell, one.line)):
        spans.setdefault((one.cell, one.line, one.end_line), []).append(one.value)
    for (cell, start, end), seen in list(spans.items())[:MAX_PLACES]:
        lines = cells[cell].source.split("\n")[start - 1 : min(end, start + MAX_EXCERPT_LINES - 1)]
        yield Place(
            cell="this cell" if cell == 0 else _called(cells[cell]),
            start_line=start,
            end_line=end,
            seen=visible(", ".join(dict.fromkeys(seen)))[:200],
            excerpt=tuple(clip(visible(line.rstrip()), MAX_EXCERPT_COLUMNS) for line in lines),
        )


def _called(cell: Cell) -> str:
    return f"cell {cell.index + 1}" if cell.index >= 0 else "a cell that ran before"


def text_of(statement: Statement) -> str:
    """The statement for a cell's output: at most 40 lines of 80 columns, printable throughout."""
    head, foot = list(_head(statement)), list(_foot(statement))
    room = MAX_LINES - len(head) - len(foot)
    body = list(_body(statement))
    if len(body) > room:
        body = [*body[: room - 1], "  … more on the notice's page."]
    lines = [clip(line, WIDTH) if "://" not in line else line for line in (*head, *body, *foot)]
    return "\n".join(lines)


_OPENING = {
    Outcome.REFUSE: "Refused: this was not run.",
    Outcome.HOLD: "This was not run yet: it is held until you say what it is for.",
    Outcome.NOTICE: "This runs. Please note what was seen in it.",
    Outcome.ALLOW: "This runs.",
    Outcome.STOP: "This runtime is stopped.",
}


def _head(statement: Statement) -> Iterator[str]:
    yield from _wrapped(statement.opening or _OPENING[statement.outcome])
    if statement.why:
        yield from _wrapped(f"{statement.destination or statement.command}: {statement.why}.")
    if statement.unscannable:
        yield from _wrapped(
            f"It could not be examined: {statement.unscannable}. What cannot be examined is neither"
            " called good nor bad, and is not run."
        )
        yield from _wrapped("Put data into a file beside the notebook, or split the cell.")
        return
    if statement.clause:
        yield from _wrapped(
            f"Clause {statement.clause} of the policy (version {statement.policy_version} of"
            f" {statement.policy_date}): {statement.clause_title}."
        )
        yield ""


def _body(statement: Statement) -> Iterator[str]:
    for rule in statement.rules:
        yield from _wrapped(f"Rule {rule.id}: {rule.title}.")
        for place in rule.places[:4]:
            span = f"line {place.start_line}"
            if place.end_line > place.start_line:
                span = f"lines {place.start_line} to {place.end_line}"
            yield f"  {place.cell}, {span}"
            for line in place.excerpt[:2]:
                yield f"    | {clip(line.strip(), WIDTH - 6)}"
        for line in rule.evidence[:4]:
            yield f"  | {line}"
        if rule.benign_if:
            yield from _wrapped(f"It would be fine if: {rule.benign_if}", "  ")


def _foot(statement: Statement) -> Iterator[str]:
    yield ""
    moment = statement.time.strftime("%Y-%m-%d %H:%M UTC")
    if statement.outcome is Outcome.STOP:
        lasts = statement.duration
    else:
        lasts = (
            f"It concerns {statement.concerns} only; your files, notebooks, variables and account"
            " are untouched."
        )
    yield from _wrapped(f"Decided on {moment} by {statement.decided_by}. {lasts}")
    if statement.outcome is Outcome.HOLD:
        yield "To run it, say what it is for; to contest this, say why it is wrong:"
    else:
        yield "If this is wrong, say so here and somebody will look at it:"
    yield f"  {statement.link}"


def _wrapped(text: str, indent: str = "") -> list[str]:
    lines = textwrap.wrap(
        visible(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return [line if columns(line) <= WIDTH else clip(line, WIDTH) for line in lines]
