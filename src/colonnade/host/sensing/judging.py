"""The process that judges conduct: one window of time for each runtime. It knows nobody.

Started as `python -m colonnade.host.sensing.judging [RULES]` by `judge`, which kills it when it
takes too long. As root it becomes a user who owns nothing once everything is read. A request (see
`kit.frames`) has observations as lines (`observations.line`), and runtimes that have ended:

    → {"lines": ["{…}", …], "ended": ["…"]}
    ← {"findings": [{…}, …], "skipped": 0}       findings as `detection.conduct.travel` has them
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from colonnade.detection.conduct.conduct import Conduct
from colonnade.detection.conduct.reading import command_features
from colonnade.detection.conduct.travel import to_json
from colonnade.detection.rulebook import default_rules, load_rules
from colonnade.detection.rules import RuleSet
from colonnade.kit import frames
from colonnade.kit.ownership import JUDGE_UID
from colonnade.observations import Observation
from colonnade.observations.line import observation_of

CPU_SECONDS = 60
"""Well above the keeper's own budget, which is the one that counts."""
MOST_RUNTIMES = 4096
MOST_FINDINGS = 200
"""Of one runtime in one answer; a rule that holds over many things comes to the same."""


class Judging:
    """The windows of every runtime."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._windows: dict[str, Conduct] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """What is found by what is new; a line that is no observation is counted, and skipped."""
        batches: dict[str, list[Observation]] = {}
        skipped = 0
        for line in request["lines"]:
            try:
                seen = observation_of(line.encode())
            except ValueError:
                skipped += 1
                continue
            batches.setdefault(seen.runtime, []).append(seen)
        found = [one for runtime, seen in batches.items() for one in self._judge(runtime, seen)]
        for runtime in request["ended"]:
            self._windows.pop(runtime, None)
        return {"findings": found, "skipped": skipped}

    def _judge(self, runtime: str, seen: list[Observation]) -> list[dict[str, Any]]:
        window = self._windows.get(runtime)
        if window is None:
            while len(self._windows) >= MOST_RUNTIMES:
                del self._windows[next(iter(self._windows))]
            window = self._windows[runtime] = Conduct(self._rules, runtime)
        return [to_json(one) for one in window.take(seen)[:MOST_FINDINGS]]


def main() -> None:
    """Serve frames on the standard streams until the other side closes them."""
    rules = load_rules(Path(sys.argv[1])) if len(sys.argv) > 1 else default_rules()
    _load(rules)
    _step_down()
    frames.confine()
    frames.write({"ready": rules.version})
    frames.serve(Judging(rules).answer, CPU_SECONDS)


def _load(rules: RuleSet) -> None:
    """Read everything that later work needs: files of ours may be out of reach afterwards."""
    _ = rules.lookouts
    command_features("python3 a.py b -c 'import os'")


def _step_down() -> None:
    """As root, be nobody, for good."""
    os.nice(5)
    if os.geteuid() == 0:
        # In a user namespace of its own the host is root over no such id.
        with suppress(OSError):
            os.setgroups([])
            os.setresgid(JUDGE_UID, JUDGE_UID, JUDGE_UID)
            os.setresuid(JUDGE_UID, JUDGE_UID, JUDGE_UID)


if __name__ == "__main__":
    main()
