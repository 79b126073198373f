"""The calibration curve, and precision over thresholds, as one SVG: no plotting library is needed.

Each score has a row of two panels. To draw another figure, write a function that gives the elements
of a panel from `_Panel`, and place it in `draw`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import sqrt

from colonnade.evaluation.calibration import Bin, Calibration, Threshold
from colonnade.evaluation.intervals import Rate

WIDTH, HEIGHT = 440, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 18, 44, 52
_INK, _GRID, _FAINT = "#1f2430", "#e3e6ec", "#9aa1ad"
_LINES: tuple[tuple[str, str, Callable[[Threshold], Rate]], ...] = (
    ("precision", "#2458a6", lambda one: one.precision),
    ("recall", "#1b8a5a", lambda one: one.recall),
    ("false alarms", "#c2452d", lambda one: one.false_positive_rate),
)
_STYLE = (
    f"text{{font:12px system-ui,'Segoe UI',Helvetica,Arial,sans-serif;fill:{_INK}}}"
    ".title{font-weight:600;font-size:13px}.faint{fill:#5c6370;font-size:11px}"
)


@dataclass(frozen=True, slots=True)
class _Panel:
    """A square of 0 to 1 by 0 to 1 with its left upper corner at (`left`, `top`)."""

    left: float
    top: float

    def x(self, share: float) -> float:
        return round(self.left + _LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, share: float) -> float:
        return round(self.top + _TOP + (1 - share) * (HEIGHT - _TOP - _BOTTOM), 1)

    def frame(self, title: str, across: str, up: str) -> Iterator[str]:
        yield _text(self.x(0), self.top + 24, title, "title")
        for step in range(0, 11, 2):
            share = step / 10
            yield _line(self.x(0), self.y(share), self.x(1), self.y(share), _GRID)
            yield _text(self.x(0) - 12, self.y(share) + 4, f"{share:.1f}", "faint", "end")
            yield _text(self.x(share), self.y(0) + 18, f"{share:.1f}", "faint", "middle")
        yield _line(self.x(0), self.y(0), self.x(1), self.y(0), _INK)
        yield _text(self.x(0.5), self.y(0) + 38, across, "faint", "middle")
        turned = f'transform="rotate(-90 {self.left + 14} {self.y(0.5)})"'
        yield _text(self.left + 14, self.y(0.5), up, "faint", "middle", turned)


def draw(calibrations: Mapping[str, Calibration]) -> str:
    """One row for each score, under its name."""
    rows = len(calibrations)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {rows * HEIGHT}"'
        f' width="{2 * WIDTH}" height="{rows * HEIGHT}" role="img">',
        "<title>Calibration, and precision over thresholds</title>",
        f"<style>{_STYLE}</style>",
        f'<rect width="{2 * WIDTH}" height="{rows * HEIGHT}" fill="#ffffff"/>',
    ]
    for row, (name, one) in enumerate(calibrations.items()):
        parts += _curve(_Panel(0, row * HEIGHT), name, one)
        parts += _sweep(_Panel(WIDTH, row * HEIGHT), name, one.thresholds)
    return "\n".join([*parts, "</svg>", ""])


def _curve(panel: _Panel, name: str, one: Calibration) -> Iterator[str]:
    title = f"{name}: calibration (error {one.error:.3f})"
    yield from panel.frame(title, "confidence", "share that is abuse")
    diagonal = (panel.x(0), panel.y(0), panel.x(1), panel.y(1))
    yield _line(*diagonal, _FAINT, 'stroke-dasharray="4 4"')
    for bin in one.bins:
        yield from _point(panel, bin)


def _point(panel: _Panel, bin: Bin) -> Iterator[str]:
    """A dot whose area grows with the notebooks, and Wilson's interval through it."""
    x, colour = panel.x(bin.said), _LINES[0][1]
    yield _line(x, panel.y(bin.so.low), x, panel.y(bin.so.high), colour, 'opacity="0.45"')
    radius = round(min(3 + sqrt(bin.so.total) / 2, 10), 1)
    hint = f"<title>{bin.so.hits} of {bin.so.total}</title>"
    y = panel.y(bin.so.value or 0.0)
    yield f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}">{hint}</circle>'


def _sweep(panel: _Panel, name: str, thresholds: Sequence[Threshold]) -> Iterator[str]:
    yield from panel.frame(f"{name}: caught from this score up", "threshold", "share")
    for place, (line, colour, pick) in enumerate(_LINES):
        found = [(one.at, value) for one in thresholds if (value := pick(one).value) is not None]
        points = " ".join(f"{panel.x(at)},{panel.y(value)}" for at, value in found)
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for at, value in found:
            yield f'<circle cx="{panel.x(at)}" cy="{panel.y(value)}" r="2.5" fill="{colour}"/>'
        x = panel.x(0.08) + place * 96
        yield _line(x, panel.y(0.53), x + 16, panel.y(0.53), colour, 'stroke-width="2"')
        yield _text(x + 21, panel.y(0.53) + 4, line, "faint")


def _line(x: float, y: float, to_x: float, to_y: float, colour: str, more: str = "") -> str:
    return f'<line x1="{x}" y1="{y}" x2="{to_x}" y2="{to_y}" stroke="{colour}" {more}/>'


def _text(x: float, y: float, words: str, kind: str, anchor: str = "start", more: str = "") -> str:
    return (
        f'<text x="{x}" y="{y}" class="{kind}" text-anchor="{anchor}" {more}>{escape(words)}</text>'
    )
