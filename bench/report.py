"""Figures as a table for people and as JSON for machines. Pure."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.figures import Figure, Target

HEADINGS = ("what", "measured", "target", "")


@dataclass(frozen=True)
class Failure:
    """A measurement that could not be made, and why."""

    measurement: str
    reason: str


def shown(value: float, unit: str) -> str:
    """`value` with three significant digits or more, and its unit."""
    value = float(value)
    magnitude = abs(value)
    if value.is_integer() and (unit == "" or magnitude >= 100):
        digits = 0
    else:
        digits = 0 if magnitude >= 100 else 1 if magnitude >= 10 else 2
    number = f"{value:,.{digits}f}"
    return f"{number} {unit}".rstrip()


def aim(target: Target | None, unit: str) -> str:
    """The target as a person writes it, or ''."""
    if target is None:
        return ""
    return f"{'≤' if target.at_most else '≥'} {shown(target.bound, unit)}"


def verdict(figure: Figure) -> str:
    """'pass', 'MISS', or '' without a target."""
    return {True: "pass", False: "MISS", None: ""}[figure.met]


def table(figures: Sequence[Figure], failures: Sequence[Failure] = ()) -> str:
    """One block a measurement: what, measured, target, verdict; notes below their line."""
    rows = [(f.name, shown(f.value, f.unit), aim(f.target, f.unit), verdict(f)) for f in figures]
    widths = [max(len(row[i]) for row in [HEADINGS, *rows]) for i in range(3)]
    lines = [_line(HEADINGS, widths)]
    for name in dict.fromkeys(figure.measurement for figure in figures):
        lines += ["", name]
        for figure, row in zip(figures, rows, strict=True):
            if figure.measurement == name:
                lines.append(_line(row, widths))
                lines += [f"      {figure.note}"] if figure.note else []
    lines += [f"\n{failure.measurement}\n  FAILED: {failure.reason}" for failure in failures]
    return "\n".join(lines)


def _line(cells: Iterable[str], widths: Sequence[int]) -> str:
    what, measured, target, met = cells
    return f"  {what:<{widths[0]}}  {measured:>{widths[1]}}  {target:>{widths[2]}}  {met}".rstrip()


def summary(figures: Sequence[Figure], failures: Sequence[Failure] = ()) -> str:
    """One closing sentence: how many targets were met, missed and not measured."""
    judged = [figure.met for figure in figures if figure.met is not None]
    text = f"{sum(judged)} of {len(judged)} targets met"
    return f"{text}; {len(failures)} measurements failed" if failures else text


def as_json(
    machine: Mapping[str, object], figures: Sequence[Figure], failures: Sequence[Failure] = ()
) -> str:
    """Everything measured, as one JSON object with a schema version."""
    return json.dumps(
        {
            "schema": 1,
            "machine": dict(machine),
            "figures": [_plain(figure) for figure in figures],
            "failures": [
                {"measurement": failure.measurement, "reason": failure.reason}
                for failure in failures
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def _plain(figure: Figure) -> dict[str, object]:
    target = figure.target
    return {
        "measurement": figure.measurement,
        "name": figure.name,
        "value": figure.value if math.isfinite(figure.value) else None,
        "unit": figure.unit,
        "target": None
        if target is None
        else {"bound": target.bound, "direction": "at most" if target.at_most else "at least"},
        "met": figure.met,
        "note": figure.note,
    }
