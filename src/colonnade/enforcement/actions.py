"""The stop of a runtime as a sequence of events, and what is to be done next. Pure.

A stop is written down before anything is done. Where it stands is nowhere stored: it follows from
its events, so that whoever takes it up again, also after a crash, does what is missing and nothing
twice. To add a step, name its event and give it a place in `next_step`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from colonnade.runtimes.engine import Kept


class Happened(StrEnum):
    """What can have been done about a stop, or not."""

    KEPT = "kept"
    """The runtime's files are set aside."""
    NOT_KEPT = "not-kept"
    """They could not be; the detail says why."""
    STOPPED = "stopped"
    FORGOTTEN = "forgotten"
    """What was set aside was deleted; the detail says why."""


class Step(StrEnum):
    """What is to be done next."""

    KEEP = "keep"
    WAIT = "wait"
    STOP = "stop"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Event:
    """Something that happened; `detail` is a sentence or ''."""

    kind: Happened
    time: datetime
    detail: str = ""


@dataclass(frozen=True)
class Action:
    """The stop of one runtime.

    Attributes:
        reason: a sentence for the owner, without what became of the files.
        due_at: when the runtime ends; until then documents can be saved.
        keep_until: how long its files are kept.
        events: oldest first.
    """

    id: str
    notice_id: str
    person_id: str
    runtime_id: str
    reason: str
    created_at: datetime
    due_at: datetime
    keep_until: datetime
    events: tuple[Event, ...] = ()

    def happened(self, kind: Happened) -> Event | None:
        """The event of this kind, or None."""
        return next((one for one in self.events if one.kind is kind), None)

    def with_event(self, event: Event) -> "Action":
        """The action after one more event."""
        return replace(self, events=(*self.events, event))

    @property
    def has_files(self) -> bool:
        """Whether the runtime's files can be had."""
        return bool(self.happened(Happened.KEPT)) and not self.happened(Happened.FORGOTTEN)


def next_step(action: Action, now: datetime) -> Step:
    """What is to be done: the files first, then the end once it is due."""
    if action.happened(Happened.STOPPED):
        return Step.NOTHING
    if not (action.happened(Happened.KEPT) or action.happened(Happened.NOT_KEPT)):
        return Step.KEEP
    return Step.WAIT if now < action.due_at else Step.STOP


def words_at_the_end(action: Action) -> str:
    """Why the runtime ended and what became of its files, for its owner."""
    if failed := action.happened(Happened.NOT_KEPT):
        return f"{action.reason} Its files could not be kept. {failed.detail}"
    return f"{action.reason} Its files are kept until {day(action.keep_until)}."


def day(time: datetime) -> str:
    """'7 December 2026'."""
    return f"{time.day} {time:%B %Y}"


OVERDUE = "Their time was over."
NO_ROOM = "There was no room for them any more: the files nearest to their end went first."


def to_forget(kept: Sequence[Kept], now: datetime, most_bytes: int) -> Iterator[tuple[Kept, str]]:
    """What is to be deleted of all that is kept, each with why.

    1. Whatever is past its time.
    2. As long as the rest takes more than `most_bytes`: the files whose time ends first, but never
       those that were kept last.
    """
    left = sorted(kept, key=lambda one: one.until)
    for one in kept:
        if one.until <= now:
            left.remove(one)
            yield one, OVERDUE
    newest = max(left, key=lambda one: one.since, default=None)
    total = sum(one.bytes for one in left)
    for one in left:
        if total > most_bytes and one is not newest:
            total -= one.bytes
            yield one, NO_ROOM
