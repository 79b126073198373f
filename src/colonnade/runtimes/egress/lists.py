"""Reads deny-lists of hosts: `policies/egress.yaml` as it ships, or the operator's own file."""

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from colonnade.kit.errors import Invalid
from colonnade.kit.shipped import shipped
from colonnade.runtimes.egress.names import domain
from colonnade.runtimes.egress.terms import DenyList

MOST_ENTRIES = 5_000
"""Of one list: all lists travel with every launch."""


def _domain(text: str) -> str:
    try:
        return domain(text)
    except Invalid as problem:
        raise ValueError(problem.message) from problem


Domain = Annotated[str, AfterValidator(_domain)]
"""A domain name, written in any script."""


class _List(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z-]{2,40}$")
    category: str = Field(pattern=r"^[a-z][a-z-]{2,40}$")
    title: str = Field(min_length=5, max_length=120)
    domains: list[Domain] = Field(default=[], max_length=MOST_ENTRIES)
    words: list[Annotated[str, Field(pattern=r"^[a-z0-9]+( [a-z0-9]+)*$")]] = Field(
        default=[], max_length=MOST_ENTRIES
    )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    lists: list[_List]


def load_lists(file: Path) -> tuple[DenyList, ...]:
    """The lists in `file`. Raises Invalid saying what is wrong with it."""
    try:
        read = _File.model_validate(yaml.safe_load(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as problem:
        raise Invalid(f"{file} is not a file of deny-lists: {problem}", "Correct it.") from problem
    return tuple(
        DenyList(
            one.id,
            one.category,
            one.title,
            tuple(one.domains),
            tuple(tuple(words.split()) for words in one.words),
        )
        for one in read.lists
    )


@cache
def shipped_lists() -> tuple[DenyList, ...]:
    """The lists that ship with this version."""
    return load_lists(shipped("policies") / "egress.yaml")
