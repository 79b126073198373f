"""Which rules hold the policy's bar of precision, and whether its `fallen_back` says the same.

A rule may refuse or hold only while its precision holds the bar (design.md, 'How the rules
change'). One wrong firing among thirty proves little, so a rule is *below* only where even the
upper end of Wilson's interval is: the evidence is then enough. The counts are kept as a record
beside the policy, `policies/measured.json`, written by `colonnade evaluate --record`, so that
`colonnade policy check` can hold any policy and any bar against them without judging a notebook.

To measure rules by something else than precision, add it to `Measured` and to `standing_of`.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from colonnade.evaluation.intervals import Rate, wilson
from colonnade.kit.forms import read_form
from colonnade.kit.shipped import shipped
from colonnade.policy import Policy

FORM = 1


class Standing(StrEnum):
    """How a rule's measured precision stands to the bar."""

    PROVEN = "proven"
    """Even the lower end of the interval is at the bar or above."""
    HOLDS = "holds"
    """The measured share is, the lower end is not: too few firings to be sure."""
    DOUBTFUL = "doubtful"
    """The measured share is below, the upper end is not: too few firings to be sure of that."""
    BELOW = "below"
    """Even the upper end is below the bar: it falls back to giving notices."""
    UNMEASURED = "unmeasured"
    """It fired nowhere that counts."""


class Measured(BaseModel):
    """How often a rule's firings were right and wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: int
    category: str
    right: int = Field(ge=0)
    wrong: int = Field(ge=0)


class Record(BaseModel):
    """The counts of one measurement.

    Attributes:
        notebooks: how many were judged.
        rules_version: of the rules that judged them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: int = Field(default=FORM, ge=FORM, le=FORM)
    rules_version: str
    notebooks: int
    rules: tuple[Measured, ...]

    @classmethod
    def read(cls, file: Path) -> Self:
        """The record in a file. Raises Invalid naming the file and what is wrong."""
        return read_form(file, cls, "Measure it anew.")


def shipped_record() -> Record:
    """The record that ships beside the policy. Raises Invalid when it is not sound."""
    return Record.read(shipped("policies") / "measured.json")


def standing_of(precision: Rate, bar: float) -> Standing:
    """Where a measured precision stands to the bar."""
    if precision.value is None:
        return Standing.UNMEASURED
    if precision.value < bar:
        return Standing.BELOW if precision.high < bar else Standing.DOUBTFUL
    return Standing.PROVEN if precision.low >= bar else Standing.HOLDS


def disagreements(measured: Iterable[Measured], policy: Policy) -> tuple[str, ...]:
    """Where the figures and the policy's `fallen_back` say different things, a sentence each.

    A rule that is below the bar, in a category that is switched on, belongs there; a rule that is
    proven to hold it does not, and neither does one that nobody knows. What is doubtful, holds or
    is unmeasured may stand there or not: the evidence leaves it to people.
    """
    return tuple(_disagreements({one.id: one for one in measured}, policy))


def _disagreements(known: dict[str, Measured], policy: Policy) -> Iterator[str]:
    for one in known.values():
        category = policy.category(one.category)
        counts = category is not None and category.enabled
        standing = _standing(one, policy.precision_bar)
        if counts and standing is Standing.BELOW and one.id not in policy.fallen_back:
            high = wilson(one.right, one.right + one.wrong)[1]
            yield (
                f"{one.id} is right in {one.right} of {one.right + one.wrong}, at most {high:.3f}:"
                f" below the bar of {policy.precision_bar}. Name it under fallen_back."
            )
        if standing is Standing.PROVEN and one.id in policy.fallen_back:
            yield f"{one.id} is proven to hold the bar. Take it from fallen_back."
    for id in policy.fallen_back:
        if id not in known:
            yield f"{id} stands under fallen_back, and no rule that was measured is called so."


def _standing(one: Measured, bar: float) -> Standing:
    total = one.right + one.wrong
    low, high = wilson(one.right, total)
    return standing_of(Rate(hits=one.right, total=total, low=low, high=high), bar)
