"""Precision, recall and false alarms, overall and by label, family, owner and split.

*Caught* is held or refused. What stands apart (gray areas, categories that are switched off) is
reported and counted neither as right nor as wrong. Precision depends on how common abuse is among
the notebooks at hand; recall and the share of false alarms do not.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from pydantic import BaseModel, ConfigDict, computed_field

from colonnade.enforcement.verdict import Outcome
from colonnade.evaluation.intervals import Rate, rate
from colonnade.evaluation.judging import Judged
from colonnade.evaluation.manifest import LABELS, Side


class Group(BaseModel):
    """Notebooks that share something, and what became of them.

    Attributes:
        unscannable: notebooks with a cell that exceeded its budget, whatever the step of the rest.
        caught: recall where the side is 'abuse', the share of false alarms where it is 'benign'.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    side: Side
    notebooks: int
    allow: int
    notice: int
    hold: int
    refuse: int
    unscannable: int
    caught: Rate
    refused: Rate


class Label(Group):
    """A label; `precision` is that of its category, None for labels that break none.

    Among the notebooks caught for the category, those of the label against those that are benign or
    of another abusive label.
    """

    category: str
    precision: Rate | None

    @computed_field
    @property
    def recall(self) -> Rate | None:
        """The share that was caught of what should be."""
        return self.caught if self.side is Side.ABUSE else None

    @computed_field
    @property
    def false_positive_rate(self) -> Rate | None:
        """The share that was caught of what should not be."""
        return self.caught if self.side is Side.BENIGN else None


class Overall(BaseModel):
    """The figures over every label that counts."""

    model_config = ConfigDict(frozen=True)

    precision: Rate
    recall: Rate
    false_positive_rate: Rate
    benign_refused: Rate


def overall(judged: Sequence[Judged]) -> Overall:
    """Over all that could be judged."""
    usable = [one for one in judged if not one.problem]
    abuse = [one for one in usable if one.side is Side.ABUSE]
    benign = [one for one in usable if one.side is Side.BENIGN]
    return Overall(
        precision=_share([one for one in (*abuse, *benign) if one.caught], _is_abuse),
        recall=_share(abuse, _is_caught),
        false_positive_rate=_share(benign, _is_caught),
        benign_refused=_share(benign, is_refused),
    )


def by_label(judged: Sequence[Judged]) -> tuple[Label, ...]:
    """Every label that occurs, in the order of `LABELS`."""
    usable = [one for one in judged if not one.problem]
    return tuple(
        Label(
            **_group(label, ones).__dict__,
            category=LABELS[label],
            precision=_precision(label, usable) if ones[0].side is Side.ABUSE else None,
        )
        for label in LABELS
        if (ones := [one for one in usable if one.entry.label == label])
    )


def by_family(judged: Sequence[Judged]) -> tuple[Group, ...]:
    """Tool families, where the manifest names them."""
    return _groups(judged, lambda one: one.entry.family)


def by_owner(judged: Sequence[Judged]) -> tuple[Group, ...]:
    """Owners, those with the most mistakes first."""
    groups = _groups(judged, lambda one: one.entry.owner)
    return tuple(sorted(groups, key=_mistakes, reverse=True))


def by_split(judged: Sequence[Judged]) -> tuple[Group, ...]:
    """The manifest's splits."""
    return _groups(judged, lambda one: one.entry.split)


def _groups(judged: Iterable[Judged], name: Callable[[Judged], str]) -> tuple[Group, ...]:
    """One group for each name and side; '' names none."""
    found: defaultdict[tuple[str, Side], list[Judged]] = defaultdict(list)
    for one in judged:
        if not one.problem and name(one):
            found[name(one), one.side].append(one)
    return tuple(_group(key[0], found[key]) for key in sorted(found, key=str))


def _group(name: str, ones: Sequence[Judged]) -> Group:
    steps = [one.step for one in ones]
    return Group(
        name=name,
        side=ones[0].side,
        notebooks=len(ones),
        allow=steps.count(Outcome.ALLOW),
        notice=steps.count(Outcome.NOTICE),
        hold=steps.count(Outcome.HOLD),
        refuse=steps.count(Outcome.REFUSE),
        unscannable=sum(one.unscannable > 0 for one in ones),
        caught=_share(ones, _is_caught),
        refused=_share(ones, is_refused),
    )


def _precision(label: str, usable: Iterable[Judged]) -> Rate:
    caught = [
        one
        for one in usable
        if one.caught and one.side is not Side.APART and one.category == LABELS[label]
    ]
    return _share(caught, lambda one: one.entry.label == label)


def _mistakes(group: Group) -> tuple[int, int]:
    caught = group.caught.hits
    wrong = {Side.ABUSE: group.notebooks - caught, Side.BENIGN: caught, Side.APART: 0}[group.side]
    return wrong, group.notebooks


def _share(ones: Iterable[Judged], hit: Callable[[Judged], bool]) -> Rate:
    return rate((one.entry.owner, hit(one)) for one in ones)


def _is_abuse(one: Judged) -> bool:
    return one.side is Side.ABUSE


def _is_caught(one: Judged) -> bool:
    return one.caught


def is_refused(one: Judged) -> bool:
    """Whether any of its cells would be refused."""
    return one.step is Outcome.REFUSE
