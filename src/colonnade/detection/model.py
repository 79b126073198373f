"""A small model as data: signs, each with a weight that anyone can read, and a threshold.

It stands in a rule like any condition (`condition: {model: deepfakes}`), so its findings are
explained, held against the bar and recorded like those of any rule. The estimate is logistic: the
weights of the signs that are there are added to the bias and squashed to a share between 0 and 1.

Every weight is above zero. Nothing that is added to a notebook can therefore lower the estimate:
a page of innocent code hides no sign. A sign is a feature of a closed vocabulary, such as
`stage: face-embed`, never the name of a program, a person or an address.

Models are made by `colonnade evaluate --train` (`evaluation.training`), which needs scikit-learn;
to use one, nothing but this module is needed.
"""

import hashlib
import math
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from colonnade.detection.features.feature import Kind
from colonnade.kit.forms import read_form
from colonnade.kit.shipped import shipped

FORM = 1
CLOSED = frozenset(
    {Kind.MEDIA, Kind.ROLE, Kind.ASKED, Kind.STAGE, Kind.TRAINING, Kind.BLEND}
    | {Kind.SAFETY, Kind.FOLDER, Kind.OPAQUE, Kind.DISGUISE}
)
"""Kinds whose values are words of our own and not of the notebook. What comments speak of is left
out, since words decide nothing; so is how media come in and go out, which notebooks that restore a
video share with those that fake one."""


class Sign(BaseModel):
    """A feature and what it adds to the estimate, in units of log odds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    value: str = Field(pattern=r"^[a-z][a-z0-9+-]{0,40}$")
    weight: float = Field(gt=0, le=20, allow_inf_nan=False)

    @field_validator("kind")
    @classmethod
    def _closed(cls, kind: Kind) -> Kind:
        if kind not in CLOSED:
            raise ValueError(f"'{kind}' is no kind with a closed vocabulary")
        return kind

    @cached_property
    def name(self) -> str:
        """As rules write it, and as columns of the table are called: `stage: face-embed`."""
        return f"{self.kind}: {self.value}"

    @cached_property
    def statement(self) -> str:
        """What a finding says of it."""
        return f"{self.name} (+{self.weight:.2f})"


class Model(BaseModel):
    """Weights with their origin.

    Attributes:
        bias: log odds of a notebook without any sign.
        threshold: the estimate from which the model speaks, 0 to 1.
        signs: strongest first.
        provenance: the table, date, commit and figures of its training; for people only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: int = Field(default=FORM, ge=FORM, le=FORM)
    name: str
    bias: float = Field(ge=-50, le=0, allow_inf_nan=False)
    threshold: float = Field(gt=0, lt=1)
    signs: tuple[Sign, ...] = Field(min_length=1, max_length=60)
    provenance: dict[str, Any]

    @field_validator("signs")
    @classmethod
    def _each_once(cls, signs: tuple[Sign, ...]) -> tuple[Sign, ...]:
        if len({sign.name for sign in signs}) < len(signs):
            raise ValueError("a sign stands there twice")
        return tuple(sorted(signs, key=lambda sign: (-sign.weight, sign.name)))

    def estimate(self, seen: Iterable[Sign]) -> float:
        """The share of notebooks with just these signs that are abuse, as far as was learned."""
        return squash(self.bias + sum(sign.weight for sign in seen))

    @property
    def sha256(self) -> str:
        """Of what decides: the origin may be told in other words without being another model."""
        decisive = self.model_copy(update={"provenance": {}})
        return hashlib.sha256(decisive.model_dump_json().encode()).hexdigest()

    @classmethod
    def read(cls, file: Path) -> Self:
        """The model in a file. Raises Invalid naming the file and what is wrong."""
        return read_form(file, cls, "Train it anew.")


@cache
def shipped_model(name: str) -> Model:
    """The model of this name that ships. Raises Invalid when there is none or it is not sound."""
    return Model.read(shipped("models") / f"{name}.json")


def squash(log_odds: float) -> float:
    """The logistic function, without overflow for any finite number."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    return (grown := math.exp(log_odds)) / (1 + grown)
