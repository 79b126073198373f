"""Runtime classes: the kinds of machine a person may choose, from the operator's configuration.

The `[runtimes]` section of colonnade.toml is one `RuntimesSettings`; each `[[runtimes.classes]]` is
a `RuntimeClass`. To add a property of a class, add its field here and its line in
docs/reference/runtime-classes.md.
"""

import os
from collections.abc import Collection, Mapping
from typing import Any, Self

import psutil
from pydantic import BaseModel, ByteSize, ConfigDict, Field, ValidationError, model_validator

from colonnade.accounts.permissions import Role
from colonnade.kit.errors import Invalid
from colonnade.runtimes.egress.lists import Domain
from colonnade.runtimes.egress.terms import Mode
from colonnade.runtimes.engine import Limits
from colonnade.runtimes.environments import DEFAULT

GIB = 1 << 30

STOCK_NAME = "python3"
"""What stock Jupyter clients and most notebooks ask for: the default class."""

LEAST_MEMORY = ByteSize(256 << 20)
"""A server with an idle kernel needs about 100 MB (facts/gate.md); numpy and friends the rest."""


class RuntimeClass(BaseModel):
    """One kind of runtime. Sizes are bytes, or text such as '4 GiB'; times are seconds.

    A runtime's row keeps its class as it was when it started, so that a changed configuration
    never shortens what somebody was promised.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    display_name: str = Field(min_length=1, max_length=80)
    cpus: float = Field(default=1.0, gt=0, le=1024)
    memory: ByteSize = Field(default=ByteSize(2 * GIB), ge=LEAST_MEMORY)
    disk: ByteSize = Field(default=ByteSize(10 * GIB), ge=0)
    processes: int = Field(default=512, ge=64, le=65536)
    accelerator: str = Field(default="", max_length=40)
    accelerators: int = Field(default=0, ge=0, le=64)
    environment: str = DEFAULT
    idle_seconds: int = Field(default=3600, ge=60)
    lifetime_seconds: int = Field(default=12 * 3600, ge=120)
    warning_seconds: int = Field(default=300, ge=10)
    per_person: int = Field(default=3, ge=1)
    pool: int = Field(default=1, ge=0, le=64)
    egress: Mode = Mode.OPEN
    egress_allow: tuple[Domain, ...] = Field(default=(), max_length=1000)
    """Domains that runtimes of the class reach beside those of [egress] with 'allow-list'."""
    exec_gate: bool = False
    """Whether each command is judged before it runs, and refused when it cannot be."""
    exec_deadline_seconds: float = Field(default=0.25, ge=0.05, le=5)
    roles: frozenset[Role] = frozenset(Role)
    people: frozenset[str] | None = None
    """Names of those who may use it; None is everybody with one of the `roles`."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if bool(self.accelerator) != bool(self.accelerators):
            raise ValueError("accelerator (its kind) and accelerators (how many) go together")
        if self.warning_seconds >= min(self.idle_seconds, self.lifetime_seconds):
            raise ValueError("warning_seconds must be less than idle_seconds and lifetime_seconds")
        return self

    @property
    def limits(self) -> Limits:
        """What a sandbox of this class may use."""
        return Limits(self.cpus, int(self.memory), int(self.disk), self.processes)

    def open_to(self, name: str, role: Role) -> bool:
        """Whether a person of this name and role may use the class."""
        return role in self.roles and (self.people is None or name in self.people)


class RuntimesSettings(BaseModel):
    """The `[runtimes]` section. The first class is the default one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    classes: tuple[RuntimeClass, ...] = Field(min_length=1)
    cpu_overcommit: float = Field(default=8.0, ge=1, le=100)
    """How many cores may be promised for each one there is; notebooks mostly wait for people."""
    queue_wait_seconds: float = Field(default=20, ge=0, le=300)
    """How long a request for a kernel waits for a place before it is answered with its position."""
    reserve_seconds: int = Field(default=180, ge=10)
    """How long a place that became free is kept for the person who is first in the queue."""
    ticket_seconds: int = Field(default=1800, ge=60)
    """How long a place in the queue is kept for somebody who does not ask again."""

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [one.name for one in self.classes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two classes are named {', '.join(twice)}")
        if STOCK_NAME in names[1:]:
            raise ValueError(f"{STOCK_NAME} is the default class; put it first")
        return self

    @property
    def default(self) -> RuntimeClass:
        """What `python3` stands for."""
        return self.classes[0]


def runtimes_settings(
    section: Mapping[str, Any], environments: Collection[str] | None = None
) -> RuntimesSettings:
    """The validated `[runtimes]` section; without classes, one that suits this machine.

    With `environments` (names of those that there are), classes may name no other. Raises Invalid
    saying which class and which of its properties is wrong.
    """
    table = dict(section)
    table.setdefault("classes", [class_of_this_machine()])
    try:
        settings = RuntimesSettings.model_validate(table)
    except ValidationError as problem:
        said = "; ".join(_sentence(error["loc"], error["msg"], table) for error in problem.errors())
        raise Invalid(f"[runtimes] in colonnade.toml: {said}.", "Correct the file.") from problem
    for one in settings.classes:
        if environments is not None and one.environment not in environments:
            raise Invalid(
                f"[runtimes] in colonnade.toml: class {one.name}: there is no environment named "
                f"{one.environment!r}; there are: {', '.join(sorted(environments))}.",
                "Correct the file.",
            )
    return settings


def class_of_this_machine() -> RuntimeClass:
    """One CPU class: up to two cores and an eighth of the memory, between 1 and 8 GiB."""
    memory = min(max(psutil.virtual_memory().total // 8, GIB), 8 * GIB)
    cpus = float(min(os.cpu_count() or 1, 2))
    return RuntimeClass(
        name=STOCK_NAME, display_name="Python 3 · CPU", cpus=cpus, memory=ByteSize(memory), pool=2
    )


def _sentence(place: tuple[int | str, ...], message: str, table: Mapping[str, Any]) -> str:
    match place:
        case ("classes", int(number), *rest):
            entry: Any = table["classes"][number]
            name = entry.get("name", number + 1) if isinstance(entry, dict) else number + 1  # pyright: ignore
            where = ".".join(map(str, rest))
            return f"class {name}{': ' + where if where else ''}: {message}"
        case _:
            where = ".".join(map(str, place))
            return f"{where}: {message}" if where else message
