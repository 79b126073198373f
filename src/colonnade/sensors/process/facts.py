"""What was read of processes becomes observations. Pure: the time is passed in.

A command line is redacted before it is cut, and cut before it is kept.
"""

import shlex
from collections.abc import Sequence
from datetime import datetime

from colonnade.observations import Observation, Trust
from colonnade.observations.vocabulary import EXEC, EXEC_REFUSED, GAP, PROCESS_SENSOR
from colonnade.sensors.process.reading import Command, Process
from colonnade.sensors.process.redaction import redact, redact_text
from colonnade.sensors.process.terms import Refusal

MOST_CHARACTERS = 1000
"""Of an attribute; `ledger.service` takes no more."""
NOTIFICATION, CONNECTOR, SCAN = "notification", "connector", "scan"

Attributes = dict[str, str | int | float | bool]


def tell_exec(
    time: datetime, runtime: str, command: Command, process: Process, via: str
) -> Observation:
    """A program was started."""
    attributes = _attributes(command, process, via)
    return _observe(time, runtime, EXEC, _subject(command), attributes)


def tell_refused(
    time: datetime,
    runtime: str,
    command: Command,
    process: Process,
    refusal: Refusal,
    repeated: int = 0,
) -> Observation:
    """A program was not started. repeated: how many alike since the last that was told."""
    attributes = _attributes(command, process, NOTIFICATION)
    attributes |= {
        "rule": refusal.rule,
        "category": refusal.category,
        "reason": refusal.reason.value,
        "count": repeated or 1,
        "repeated": repeated > 0,
    }
    return _observe(time, runtime, EXEC_REFUSED, _subject(command), attributes)


def tell_gap(time: datetime, runtime: str, what: str, count: int, detail: str = "") -> Observation:
    """Something was not seen whole."""
    attributes: Attributes = {"count": count, "sensor": PROCESS_SENSOR}
    if detail:
        attributes["detail"] = detail[:MOST_CHARACTERS]
    return _observe(time, runtime, GAP, what, attributes)


def shown(words: Sequence[str]) -> tuple[str, bool]:
    """(the words redacted and quoted like a shell's, whether they were cut)."""
    text = shlex.join(redact(words))
    return text[:MOST_CHARACTERS], len(text) > MOST_CHARACTERS


def is_same(asked: Command, runs: Command) -> bool:
    """Whether what runs is what was asked for, as far as both were read."""
    if not (asked.cut or runs.cut):
        return asked.words == runs.words
    whole = min(len(asked.words), len(runs.words)) - 1
    return whole > 0 and asked.words[:whole] == runs.words[:whole]


def is_script(asked: Command, runs: Command) -> bool:
    """Whether what runs may be the interpreter of the script that was asked for (execve(2)).

    The kernel puts the interpreter, its argument and the script's path in place of the first word.
    """
    rest = len(asked.words) - 1
    before = runs.words[: len(runs.words) - rest]
    behind = runs.words[len(runs.words) - rest :]
    return len(before) >= 2 and before[-1] == asked.program and behind == asked.words[1:]


def _subject(command: Command) -> str:
    return redact_text(command.program)[:MOST_CHARACTERS]


def _attributes(command: Command, process: Process, via: str) -> Attributes:
    line, cut = shown(command.words)
    return {
        "pid": process.pid,
        "started": process.started,
        "parent": process.parent,
        "command": line,
        "cut": cut or command.cut,
        "folder": redact_text(command.folder)[:MOST_CHARACTERS],
        "via": via,
        "image": command.image,
    }


def _observe(
    time: datetime, runtime: str, kind: str, subject: str, attributes: Attributes
) -> Observation:
    return Observation(time, PROCESS_SENSOR, Trust.KERNEL, kind, runtime, subject, attributes)
