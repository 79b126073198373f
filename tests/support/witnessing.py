"""The witness of what is seen of runtimes, over a real database, and what it showed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from colonnade.enforcement.notices import Notices
from colonnade.enforcement.outside import Outside, Teller
from colonnade.enforcement.schemas import Notice
from colonnade.kit.database import Database
from colonnade.ledger import Ledger
from colonnade.observations import Observation
from colonnade.policy import load_book
from colonnade.runtimes.classes import class_of_this_machine
from colonnade.runtimes.engine import RuntimeState
from colonnade.runtimes.register import Runtime

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OWNER, RUNTIME = "a" * 32, "b" * 32


def runtime(owner: str | None = OWNER) -> Runtime:
    terms, running = class_of_this_machine(), RuntimeState.RUNNING
    return Runtime(RUNTIME, terms, running, NOON, NOON, owner, "kernel", "course/one.ipynb")


@dataclass
class Witness:
    """The witness under test, and what it showed."""

    database: Database
    tellers: Mapping[str, Teller]
    shown: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def __post_init__(self) -> None:
        self.outside = Outside(
            self.database,
            load_book(),
            "rules",
            "http://127.0.0.1:1/",
            lambda runtime_id, text: self.shown.append((runtime_id, text)),
            self.tellers,
            lambda: NOON,
        )
        self.heard = self.outside.heard

    async def notices(self, owner: str = OWNER) -> list[Notice]:
        async with self.database.reading() as session:
            return await Notices(lambda: NOON).notices_of(session, owner)

    async def ledger(self) -> list[Observation]:
        async with self.database.reading() as session:
            return list(await Ledger().of_runtime(session, RUNTIME))
