"""The process that examines cells: reads frames, extracts, matches, answers. It knows nobody.

A key is the hash of a source behind the letter of its language (`key_of`).
Started as `python -m colonnade.enforcement.examiner [RULES]` by `workers`, which kills it when it
takes too long. A request (see `frames`) names cells by their hash, with the source only where this
process may not know it; the first is the one asked for.

    → {"cells": [["<key>", "<id>", "<source>" | null], …]}
    ← {"at": 3}                      an unknown cell is being extracted (only before long work)
    ← {"missing": ["<key>", …]}      send these with their sources
    ← {"findings": […], "hits": true, "unscannable": null, "left": 0}

`hits` says whether the first cell holds anything that any rule looks at: without it no finding can
touch that cell, whatever stands around it. `left` counts cells that were not reached in time; what
was reached is remembered, so asking again goes further.
"""

import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from colonnade.detection.cells import Cell
from colonnade.detection.extract import extract
from colonnade.detection.findings import to_json
from colonnade.detection.limits import Unscannable
from colonnade.detection.match import Hits, Seen, hits_of, match
from colonnade.detection.rulebook import default_rules, load_rules
from colonnade.detection.rules import RuleSet
from colonnade.enforcement import frames
from colonnade.enforcement.verdict import digest

MAX_KNOWN_CELLS = 20_000
SOFT_SECONDS = 1.0
CPU_SECONDS = 5


_LANGUAGES: dict[str, Literal["notebook", "shell"]] = {"n": "notebook", "s": "shell"}
Teller = Callable[[dict[str, Any]], None]


def key_of(cell: Cell) -> str:
    """What a cell is known by: the same source in another language is another cell."""
    return cell.language[0] + digest(cell.source)


class Examiner:
    """Judges requests with a memory of the cells it has seen."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._known: OrderedDict[str, Hits | str] = OrderedDict()

    def answer(self, request: dict[str, Any], tell: Teller | None = None) -> dict[str, Any]:
        """The last frame of the answer; `tell` is given what goes before it."""
        cells: list[tuple[str, str, str | None]] = [tuple(one) for one in request["cells"]]
        missing = [key for key, _, source in cells if source is None and key not in self._known]
        if missing:
            return {"missing": missing}
        deadline = time.monotonic() + SOFT_SECONDS
        seen: list[Seen] = []
        left = 0
        for index, (key, id, source) in enumerate(cells):
            if key not in self._known and index and time.monotonic() > deadline:
                left += 1
                continue
            hits = self._hits(key, source or "", index, tell)
            if isinstance(hits, str):
                if index == 0:
                    return {"findings": [], "hits": True, "unscannable": hits, "left": 0}
                continue
            seen.append(Seen(index, id, hits))
        findings = to_json(match(self._rules, seen))
        return {"findings": findings, "hits": bool(seen[0].hits), "unscannable": None, "left": left}

    def _hits(self, key: str, source: str, index: int, tell: Teller | None) -> Hits | str:
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        if tell is not None and index:
            tell({"at": index})
        found: Hits | str
        try:
            found = hits_of(self._rules, extract(source, _LANGUAGES[key[0]]))
        except Unscannable as problem:
            found = problem.reason
        except (MemoryError, RecursionError):
            found = "examining it needs more memory than there is for it"
        except (
            Exception
        ) as problem:  # The edge of a process: a fault of ours must not mean 'allow'.
            found = f"the examiner stumbled over it ({type(problem).__name__})"
        self._known[key] = found
        while len(self._known) > MAX_KNOWN_CELLS:
            self._known.popitem(last=False)
        return found


def main() -> None:
    """Serve frames on the standard streams until the other side closes them."""
    rules = load_rules(Path(sys.argv[1])) if len(sys.argv) > 1 else default_rules()
    examiner = Examiner(rules)
    frames.confine()
    frames.write({"ready": rules.version})
    frames.serve(lambda request: examiner.answer(request, frames.write), CPU_SECONDS)


if __name__ == "__main__":
    main()
