"""The process that matches commands against the rules over processes. It knows nobody.

Started as `python -m colonnade.host.sensing.command_examiner [RULES]` by `commands`, which kills it
when it takes too long. Frames (see `kit.frames`):

    → {"words": ["python", "main.py", "train"]}
    ← {"suspicions": [["rule/id", "deepfakes", "conduct", 0.95], …], "problem": ""}

What cannot be examined is a problem, never 'nothing suspicious'.
"""

import os
import shlex
import sys
from pathlib import Path
from typing import Any, cast

from colonnade.detection.extract import extract
from colonnade.detection.limits import Unscannable
from colonnade.detection.match import match_group
from colonnade.detection.rulebook import default_rules, load_rules
from colonnade.detection.rules import RuleSet
from colonnade.detection.scopes import Scope
from colonnade.host.sensing.commands import VERSION
from colonnade.kit import frames
from colonnade.kit.ownership import COMMANDS_UID

CPU_SECONDS = 10
"""Well above the keeper's own budget, which is the one that counts."""


def answer(rules: RuleSet, request: dict[str, Any]) -> dict[str, Any]:
    """Which rules hold for the command; a command line is read as a shell reads it."""
    words = cast("list[str]", request["words"])
    try:
        findings = match_group(rules, Scope.PROCESS, extract(shlex.join(words), "shell"))
    except Unscannable as problem:
        return {"suspicions": [], "problem": problem.reason}
    except Exception as problem:  # The edge of a process: a fault of ours must not mean 'run it'.
        return {"suspicions": [], "problem": type(problem).__name__}
    found = [
        [one.rule, one.category, one.axis.value, one.confidence]
        for one in findings
        if not one.learned
    ]
    return {"suspicions": found, "problem": ""}


def main() -> None:
    """Serve frames on the standard streams until the other side closes them."""
    rules = load_rules(Path(sys.argv[1])) if len(sys.argv) > 1 else default_rules()
    answer(rules, {"words": ["true"]})
    _give_up_rights()
    frames.confine()
    frames.write({"ready": VERSION})
    frames.serve(lambda request: answer(rules, request), CPU_SECONDS)


def _give_up_rights() -> None:
    """What a command line makes of this process, it can do to nothing that is anybody's."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(COMMANDS_UID, COMMANDS_UID, COMMANDS_UID)
        os.setresuid(COMMANDS_UID, COMMANDS_UID, COMMANDS_UID)


if __name__ == "__main__":
    main()
