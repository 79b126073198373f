"""The process that examines cells: reads frames, extracts, matches, answers. It knows nobody.

A key is the hash of a source behind the letter of its language (`key_of`).
Started as `python -m colonnade.enforcement.examiner [RULES]` by `workers`, which kills it when it
takes too long. A request (see `frames`) names cells by their hash, with the source only where this
process may not know it. The first is the one asked for; the others stand around it, in the order in
which names take effect, and it is read after them.

    → {"cells": [["<key>", "<id>", "<source>" | null], …]}
    ← {"at": 3}                      an unknown cell is being extracted (only before long work)
    ← {"missing": ["<key>", …]}      send these with their sources
    ← {"findings": […], "hits": true, "unscannable": null, "left": 0}

`hits` says whether the first cell holds anything that any rule looks at, or runs what other cells
decide: without it no finding can touch that cell, whatever stands around it. `left` counts cells
that were not reached in time; what was reached is remembered, so asking again goes further.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from colonnade.detection.cells import Cell, Language
from colonnade.detection.extract import extract_after
from colonnade.detection.findings import to_json
from colonnade.detection.limits import Unscannable
from colonnade.detection.match import Seen, hits_of, match
from colonnade.detection.rulebook import default_rules, load_rules
from colonnade.detection.rules import RuleSet
from colonnade.detection.surroundings import Surroundings
from colonnade.enforcement.memory import Known, Memory
from colonnade.enforcement.verdict import digest
from colonnade.kit import frames

SOFT_SECONDS = 1.0
CPU_SECONDS = 5


_LANGUAGES: dict[str, Language] = {"n": "notebook", "s": "shell", "p": "prose"}
Teller = Callable[[dict[str, Any]], None]


def key_of(cell: Cell) -> str:
    """What a cell is known by: the same source in another language is another cell."""
    return cell.language[0] + digest(cell.source)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One cell of a request; `place` is where it stands in it, 0 for the one asked for."""

    place: int
    key: str
    id: str
    source: str | None


class Examiner:
    """Judges requests with a memory of the cells it has seen."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._memory = Memory()

    def answer(self, request: dict[str, Any], tell: Teller | None = None) -> dict[str, Any]:
        """The last frame of the answer; `tell` is given what goes before it."""
        cells = [_Asked(place, *one) for place, one in enumerate(request["cells"])]
        if any(one.source is None and one.key not in self._memory for one in cells):
            return self._missing(cells)
        reading = _Reading(self, tell)
        for cell in (*cells[1:], cells[0]):
            reading.go(cell)
        if reading.lacks:
            return self._missing(cells)
        asked = reading.found[0]
        if asked.failure:
            return {"findings": [], "hits": True, "unscannable": asked.failure, "left": 0}
        seen = [
            Seen(cell.place, cell.id, reading.found[cell.place].hits)
            for cell in cells
            if cell.place in reading.found
        ]
        return {
            "findings": to_json(match(self._rules, seen)),
            "hits": bool(asked.hits) or asked.wants,
            "unscannable": None,
            "left": reading.left,
        }

    def find(self, key: str, around: Surroundings) -> Known | None:
        """The cell as it is remembered from the same surroundings."""
        return self._memory.find(key, around)

    def _missing(self, cells: list[_Asked]) -> dict[str, Any]:
        """Ask at once for every source that the next round may need, so that it is the last."""
        lacking = [one.key for one in cells if not self._memory.reads_nothing(one.key)]
        return {"missing": lacking}

    def extract(self, key: str, source: str, around: Surroundings) -> Known:
        """What the cell shows there; never an error, and never 'clean' for a fault."""
        try:
            found = extract_after(source, _LANGUAGES[key[0]], around.known)
        except Unscannable as problem:
            return self._failed(key, problem.reason, around)
        except (MemoryError, RecursionError):
            return self._failed(key, "examining it needs more memory than there is for it", around)
        except Exception as problem:  # The edge of a process: a fault must not mean 'allow'.
            fault = f"the examiner stumbled over it ({type(problem).__name__})"
            return self._failed(key, fault, around)
        hits = hits_of(self._rules, found.features)
        saw = around.seen_by(found.reads)
        known = Known(hits, found.reads, saw, found.gives, found.wants)
        self._memory.keep(key, known)
        return known

    def _failed(self, key: str, reason: str, around: Surroundings) -> Known:
        """A failure is remembered only where the cell fails by itself: what others' cells give to
        the same source elsewhere must not count against it."""
        known = Known({}, failure=reason)
        if not around.known:
            self._memory.keep(key, known)
        return known


class _Reading:
    """The reading of one request's cells in the order in which they run."""

    def __init__(self, examiner: Examiner, tell: Teller | None) -> None:
        self._examiner, self._tell = examiner, tell
        self._deadline = time.monotonic() + SOFT_SECONDS
        self._around = Surroundings()
        self._told = False
        self.found: dict[int, Known] = {}
        self.lacks = False
        self.left = 0

    def go(self, cell: _Asked) -> None:
        """Read one more cell, or note why not: out of time, or its source is not there."""
        known = self._examiner.find(cell.key, self._around)
        if self.lacks or (known is None and cell.source is None):
            self.lacks = True
            return
        if known is None and cell.place and time.monotonic() > self._deadline:
            self.left += 1
            return
        if known is None:
            self._announce(cell.place)
            known = self._examiner.extract(cell.key, cell.source or "", self._around)
        if known.failure and cell.place:
            return
        self.found[cell.place] = known
        self._around.take(known.gives)

    def _announce(self, place: int) -> None:
        if self._tell is not None and (place or self._told):
            self._tell({"at": place})
            self._told = True


def main() -> None:
    """Serve frames on the standard streams until the other side closes them."""
    rules = load_rules(Path(sys.argv[1])) if len(sys.argv) > 1 else default_rules()
    examiner = Examiner(rules)
    frames.confine()
    frames.write({"ready": rules.version})
    frames.serve(lambda request: examiner.answer(request, frames.write), CPU_SECONDS)


if __name__ == "__main__":
    main()
