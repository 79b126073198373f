"""The form of a policy. Everything is required: what is not said is not a rule."""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def _one_paragraph(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


Prose = Annotated[str, BeforeValidator(_one_paragraph), Field(min_length=20, max_length=4000)]
"""A paragraph for people; line breaks of the YAML file mean nothing."""


class Ladder(BaseModel):
    """From which confidence (0 to 1) a machine may take which step."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    notice: float = Field(gt=0, le=1)
    hold: float = Field(gt=0, le=1)
    refuse: float = Field(gt=0, le=1)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.notice <= self.hold <= self.refuse:
            raise ValueError("the thresholds must rise from notice over hold to refuse")
        return self


class Category(BaseModel):
    """One clause: what it forbids, and what stays allowed beside it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z-]{2,40}$")
    clause: str = Field(pattern=r"^[0-9]+(\.[0-9]+)*$")
    title: str = Field(min_length=5, max_length=120)
    enabled: bool
    forbidden: Prose
    allowed: Prose
    ladder: Ladder | None = None
    """Thresholds of its own, in place of the policy's."""


class Policy(BaseModel):
    """One version of the policy.

    Attributes:
        version: whole number, rising by one with each version.
        precision_bar: share of right decisions below which a rule may no longer refuse or hold.
        fallen_back: ids of rules that are below the bar at present; they only give notices.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(ge=1)
    date: date
    title: str = Field(min_length=5, max_length=120)
    preamble: Prose
    watching: Prose
    steps: Prose
    duration: Prose
    appeal: Prose
    precision_bar: float = Field(gt=0.5, le=1)
    ladder: Ladder
    fallen_back: tuple[str, ...] = ()
    categories: tuple[Category, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for what in ("id", "clause"):
            values = [getattr(category, what) for category in self.categories]
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"two categories share the {what} {', '.join(twice)}")
        return self

    def category(self, id: str) -> Category | None:
        """The category of this id, or None when the policy has none."""
        return next((one for one in self.categories if one.id == id), None)

    def ladder_of(self, category: Category) -> Ladder:
        """The thresholds that hold for a category."""
        return category.ladder or self.ladder
