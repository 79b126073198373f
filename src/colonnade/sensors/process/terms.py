"""On which terms a command may be refused before it runs: plain values, sent with a launch."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

CONDUCT = "conduct"
"""The axis of rules that say what is done, not what could be."""


@dataclass(frozen=True)
class ExecTerms:
    """The exec gate of one runtime; off unless said.

    Attributes:
        categories: of the policy, those that are switched on, each with its bar: the confidence (0
            to 1) from which a machine may refuse.
        fallen_back: ids of rules that may not refuse at present.
        deadline_seconds: what is not judged by then is refused.
    """

    on: bool = False
    categories: tuple[tuple[str, float], ...] = ()
    fallen_back: tuple[str, ...] = ()
    deadline_seconds: float = 0.25


@dataclass(frozen=True)
class Suspicion:
    """A rule that holds for a command."""

    rule: str
    category: str
    axis: str
    confidence: float


class Reason(StrEnum):
    """Why a command was refused."""

    RULE = "rule"
    LATE = "late"
    """It was not judged within the deadline."""
    UNJUDGED = "unjudged"
    """Nobody could judge it, or it could not be read whole, or it changed while it was judged."""


@dataclass(frozen=True)
class Refusal:
    """A command that does not run, and why; rule and category are '' unless a rule decided."""

    reason: Reason
    rule: str = ""
    category: str = ""


class Judge(Protocol):
    """Says which rules hold for a command. Whoever keeps sensors supplies one."""

    async def judge(self, words: Sequence[str]) -> tuple[Suspicion, ...]:
        """Every rule over processes that holds. Raises Exception when it cannot be judged."""
        ...


def refuse(terms: ExecTerms, suspicions: Sequence[Suspicion]) -> Refusal | None:
    """Whether what rules say forbids the command, and by which; the surest goes first.

    A rule forbids it when it speaks of conduct, its category is switched on, its confidence is at
    or above the category's bar, and it has not fallen back.
    """
    bars = dict(terms.categories)
    for one in sorted(suspicions, key=lambda one: (-one.confidence, one.rule)):
        bar = bars.get(one.category)
        if bar is None or one.rule in terms.fallen_back or one.axis != CONDUCT:
            continue
        if one.confidence >= bar:
            return Refusal(Reason.RULE, one.rule, one.category)
    return None
