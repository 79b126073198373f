"""`colonnade replay`: what a recorded run comes to, without anybody being judged."""

import json
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from colonnade.cli.options import Data

if TYPE_CHECKING:
    from colonnade.enforcement.replay import Run, Told
    from colonnade.observations import Observation

UNUSABLE = 2


class Form(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command()(replay)


def replay(
    events: Annotated[Path, typer.Argument(help="A recording: one observation a line.")],
    format: Annotated[Form, typer.Option(help="How to print the findings.")] = Form.TEXT,
    rules: Annotated[
        Path | None, typer.Option(help="A folder of rules; default: those in force.")
    ] = None,
    data: Data = None,
) -> None:
    """Say what the rules find in a recorded run, and what the policy makes of it.

    Exits 0 for nothing to stop, 1 for something, 2 if unusable.
    """
    from colonnade.cli.judging import in_force
    from colonnade.detection.rulebook import load_rules
    from colonnade.enforcement.decide_conduct import Step
    from colonnade.enforcement.replay import replay as run_again
    from colonnade.kit.errors import ColonnadeError

    observations = _read(events)
    try:
        chosen, book, _ = in_force(data)
        chosen = load_rules(rules) if rules else chosen
    except ColonnadeError as problem:
        _refuse(str(problem))
    runs = run_again(observations, chosen, book.current)
    for run in runs:
        print("\n".join(_as_json(run) if format is Form.JSON else _as_text(run)))
    raise typer.Exit(int(any(run.step is Step.STOP for run in runs)))


def _read(events: Path) -> "list[Observation]":
    """Every line of the file; exits when it cannot be read or one of them is no observation."""
    from colonnade.observations.line import observation_of

    try:
        lines = events.read_bytes().split(b"\n")
    except OSError as problem:
        _refuse(f"{events} cannot be read: {problem.strerror}.")
    found: list[Observation] = []
    for number, line in enumerate(lines, start=1):
        try:
            found += [observation_of(line)] if line.strip() else []
        except ValueError as problem:
            _refuse(f"{events}, line {number}: {problem}.")
    return found


def _refuse(why: str) -> NoReturn:
    print(f"colonnade: {why}", file=sys.stderr)
    raise typer.Exit(UNUSABLE)


def _as_text(run: "Run") -> list[str]:
    from colonnade.enforcement.visible import visible

    lines = [f"runtime {visible(run.runtime) or '(none named)'}, from {run.begun.isoformat()}"]
    for told in run.told:
        one = told.finding
        where = "outside" if one.outside else "needs what was seen inside"
        lines += [
            f"{_since(run.begun, told.at)}  {one.rule} ({one.category}, {one.axis.value}"
            f" {one.confidence:.2f}), {one.seconds:.0f} s after the first sign",
            f"          seen by {', '.join(one.sensors)} ({where}); told {one.times} times",
        ]
        lines += [
            f"          {_since(run.begun, seen.time)} {seen.source} ({seen.trust.value}):"
            f" {visible(seen.text)}"
            for seen in one.evidence
        ]
    return [*lines, _verdict(run)]


def _verdict(run: "Run") -> str:
    last = run.gravest
    if last is None or last.decision.category is None:
        return "verdict: none"
    category = last.decision.category
    signals = f" on signals of {', '.join(last.decision.sensors)}" if last.decision.sensors else ""
    return (
        f"verdict: {run.step.value}, {category.id} (clause {category.clause}){signals},"
        f" at {_since(run.begun, last.at)}"
    )


def _as_json(run: "Run") -> list[str]:
    last = run.gravest
    verdict: dict[str, Any] = {
        "runtime": run.runtime,
        "verdict": run.step.value,
        "category": last.decision.category.id if last and last.decision.category else None,
        "sensors": list(last.decision.sensors) if last else [],
        "at": last.at.isoformat() if last else None,
    }
    return [json.dumps(one) for one in (*map(_finding, run.told), verdict)]


def _finding(told: "Told") -> dict[str, Any]:
    one = told.finding
    return {
        "runtime": one.runtime,
        "at": told.at.isoformat(),
        "rule": one.rule,
        "rules_version": one.rules_version,
        "category": one.category,
        "axis": one.axis.value,
        "confidence": one.confidence,
        "scope": one.scope.value,
        "sensors": list(one.sensors),
        "outside": one.outside,
        "first_at": one.first_at.isoformat(),
        "last_at": one.last_at.isoformat(),
        "seconds": one.seconds,
        "times": one.times,
        "step": told.decision.step.value,
        "evidence": [
            {
                "time": seen.time.isoformat(),
                "source": seen.source,
                "trust": seen.trust.value,
                "text": seen.text,
            }
            for seen in one.evidence
        ],
    }


def _since(begun: datetime, at: datetime) -> str:
    seconds = max(0, int((at - begun).total_seconds()))
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
