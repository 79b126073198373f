"""What each rule contributes, and whether it holds the policy's bar of precision.

Each rule is tried alone and left out in turn. A firing is *right* in a notebook whose label breaks
the rule's category (for the category 'evasion', which no label names: any), *wrong* in a benign
one, and *elsewhere* in any other; that counts neither way.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from colonnade.detection.rules import Axis, Rule, RuleSet
from colonnade.evaluation.bar import Standing, standing_of
from colonnade.evaluation.intervals import Rate, rate
from colonnade.evaluation.judging import CAUGHT, Judged
from colonnade.evaluation.manifest import Side

RIGHT, WRONG, ELSEWHERE = "right", "wrong", "elsewhere"
ANY_ABUSE = "evasion"
"""The category that no label names: it is right in any abuse."""


class RuleFigures(BaseModel):
    """One rule over all notebooks.

    Attributes:
        precision: right firings among right and wrong ones.
        alone_right, alone_wrong: notebooks that it would hold or refuse as the only rule.
        only_right, only_wrong: notebooks that would not be caught if it were missing.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    version: int
    category: str
    axis: Axis
    right: int
    wrong: int
    elsewhere: int
    precision: Rate
    standing: Standing
    alone_right: int
    alone_wrong: int
    only_right: int
    only_wrong: int


def contributions(judged: Sequence[Judged], rules: RuleSet, bar: float) -> tuple[RuleFigures, ...]:
    """The figures of every rule that may act, those that contribute most first."""
    usable = [one for one in judged if not one.problem]
    figures = [
        _figures(rule, usable, bar) for rule in rules.rules if rule.axis is not Axis.LEGITIMACY
    ]
    return tuple(sorted(figures, key=lambda one: (-one.only_right, -one.right, one.id)))


def _figures(rule: Rule, usable: Iterable[Judged], bar: float) -> RuleFigures:
    firing = [(one, _turn(one, rule.category)) for one in usable if rule.id in one.fired]
    turns = Counter(turn for _, turn in firing)
    alone = Counter(turn for one, turn in firing if one.fired[rule.id].alone in CAUGHT)
    only = Counter(
        turn for one, turn in firing if one.caught and one.fired[rule.id].without not in CAUGHT
    )
    precision = rate((one.entry.owner, turn == RIGHT) for one, turn in firing if turn != ELSEWHERE)
    return RuleFigures(
        id=rule.id,
        version=rule.version,
        category=rule.category,
        axis=rule.axis,
        right=turns[RIGHT],
        wrong=turns[WRONG],
        elsewhere=turns[ELSEWHERE],
        precision=precision,
        standing=standing_of(precision, bar),
        alone_right=alone[RIGHT],
        alone_wrong=alone[WRONG],
        only_right=only[RIGHT],
        only_wrong=only[WRONG],
    )


def _turn(one: Judged, category: str) -> str:
    if one.side is Side.BENIGN:
        return WRONG
    own = one.entry.category == category
    return RIGHT if own or (category == ANY_ABUSE and one.side is Side.ABUSE) else ELSEWHERE
