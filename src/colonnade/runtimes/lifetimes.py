"""When a runtime ends by itself, and when its owner is warned: pure, the time passed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from colonnade.runtimes.classes import RuntimeClass


@dataclass(frozen=True)
class Countdown:
    """What is left of a runtime.

    Attributes:
        idle_ends_at: when it ends unless it is used; None while its kernel computes.
        lifetime_ends_at: when it ends whatever happens.
        warning: whether the nearer end is within the class's `warning_seconds`.
        over: why it must end now, a sentence for its owner, or ''.
    """

    idle_ends_at: datetime | None
    lifetime_ends_at: datetime
    warning: bool
    over: str


def count_down(
    terms: RuntimeClass, claimed: datetime, last_activity: datetime, busy: bool, now: datetime
) -> Countdown:
    """The countdown of a runtime that was `claimed` and last used then.

    A `busy` kernel is never idle; the lifetime is counted from `claimed` in any case. When both
    ends are past, the lifetime is the reason given.
    """
    lifetime_ends = claimed + timedelta(seconds=terms.lifetime_seconds)
    idle_ends = None if busy else last_activity + timedelta(seconds=terms.idle_seconds)
    over = ""
    if idle_ends and idle_ends <= now:
        over = f"It was not used for {duration(terms.idle_seconds)}."
    if lifetime_ends <= now:
        over = f"It reached its longest lifetime of {duration(terms.lifetime_seconds)}."
    nearer = min(lifetime_ends, idle_ends or lifetime_ends)
    warning = now >= nearer - timedelta(seconds=terms.warning_seconds)
    return Countdown(idle_ends, lifetime_ends, warning, over)


def needs_a_look(terms: RuntimeClass, last_activity: datetime, now: datetime) -> bool:
    """Whether it is worth asking if the kernel computes: only shortly before a warning would come.

    The look begins two minutes early, so that a computing kernel never shows a warning.
    """
    ahead = timedelta(seconds=terms.warning_seconds + 120)
    return now >= last_activity + timedelta(seconds=terms.idle_seconds) - ahead


def duration(seconds: int) -> str:
    """`seconds` in the words a person would use: '90 minutes', '12 hours'."""
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return f"{seconds} seconds"
