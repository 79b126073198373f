"""What an environment holds: the lists that are shipped and those that the operator defines."""

import datetime
import hashlib
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from colonnade.kit.errors import Invalid, NotFound

DEFAULT = "scientific-2026.11"

SERVING = ("ipykernel", "jupyter-server", "terminado", "pip")
"""What every environment needs so that a runtime can serve it; taken from the default's pins."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_DATED = re.compile(r"dated (\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class Recipe:
    """One environment's list.

    Attributes:
        name: as notebooks remember it.
        requirements: one requirement a line, as pip reads them.
        pinned: whether the list is complete and every line pinned, so that nothing is resolved.
        date: when the list was published, or None for an operator's own.
    """

    name: str
    requirements: tuple[str, ...]
    pinned: bool
    date: datetime.date | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the list and the minor version of Python, in hexadecimal."""
        python = f"{sys.implementation.name}-{sys.version_info.major}.{sys.version_info.minor}"
        return hashlib.sha256("\n".join((python, *self.requirements)).encode()).hexdigest()


class _Table(BaseModel):
    """One `[environments.NAME]` table of the configuration."""

    model_config = ConfigDict(extra="forbid")

    requirements: list[str] = Field(min_length=1, max_length=1000)


def recipes(section: Mapping[str, Any] | None = None) -> dict[str, Recipe]:
    """Every recipe by name: the shipped ones and those of the `[environments]` section.

    Raises Invalid, naming the table, for a name, a form or a requirement that cannot be understood,
    and when an operator's name is a shipped one's.
    """
    shipped = _shipped()
    own = {name: _own(name, table, shipped) for name, table in (section or {}).items()}
    return shipped | own


def recipe(name: str, section: Mapping[str, Any] | None = None) -> Recipe:
    """The recipe called `name`. Raises NotFound naming those that there are."""
    known = recipes(section)
    if name not in known:
        raise NotFound(
            f"There is no environment named {name!r}; there are: {', '.join(sorted(known))}.",
            "Choose one of these, or define it under [environments] in colonnade.toml.",
        )
    return known[name]


def _shipped() -> dict[str, Recipe]:
    folder = files(__package__ or __name__)
    lists = [entry for entry in folder.iterdir() if entry.name.endswith(".txt")]
    return {
        entry.name.removesuffix(".txt"): _published(
            entry.name.removesuffix(".txt"), entry.read_text("utf-8")
        )
        for entry in lists
    }


def _published(name: str, text: str) -> Recipe:
    dated = _DATED.search(text)
    lines = tuple(line.strip() for line in text.splitlines() if line.strip()[:1] not in {"", "#"})
    published = datetime.date.fromisoformat(dated[1]) if dated else None
    return Recipe(name, lines, pinned=True, date=published)


def _own(name: str, table: Any, shipped: Mapping[str, Recipe]) -> Recipe:
    if not _NAME.fullmatch(name) or name in shipped:
        raise Invalid(
            f"[environments.{name}]: the name is taken or holds other characters than a-z, 0-9, "
            "'.', '_' and '-'.",
            "Choose another name in colonnade.toml.",
        )
    try:
        asked = [str(Requirement(line)) for line in _Table.model_validate(table).requirements]
    except (ValidationError, InvalidRequirement) as problem:
        raise Invalid(
            f"[environments.{name}]: {problem}",
            "Write requirements = ['package==version', …] in colonnade.toml.",
        ) from problem
    return Recipe(name, (*asked, *_serving(asked, shipped[DEFAULT])), pinned=False)


def _serving(asked: list[str], default: Recipe) -> list[str]:
    named = {canonicalize_name(Requirement(line).name) for line in asked}
    return [
        line
        for line in default.requirements
        if (name := canonicalize_name(Requirement(line).name)) in SERVING and name not in named
    ]
