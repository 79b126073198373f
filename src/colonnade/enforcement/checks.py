"""Checks before running: the verdict on a whole notebook, for its owner, with nothing recorded.

A check judges as the gate does, by the same rules and policy, in processes of its own, so that no
check makes anybody's cell wait. It knows the notebook only: what ran before in a kernel is not
there to be looked at. Nobody's record, notices or ledger learn of it.
"""

import asyncio
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any, cast

from pydantic import BaseModel, ConfigDict

from colonnade.detection.rules import RuleSet
from colonnade.enforcement import repository
from colonnade.enforcement.file_workers import FileWorkers
from colonnade.enforcement.report.explain import Explanation, explain
from colonnade.enforcement.scanning import Verdict, judge_file
from colonnade.enforcement.sources import NotebookSource
from colonnade.kit.database import Database
from colonnade.kit.errors import NotFound, TooMany, Unavailable
from colonnade.policy import PolicyBook

WAIT_SECONDS = 20.0
"""For one's turn."""
MAX_AT_ONCE = 16
"""People whose notebooks are held in memory at once, to be sent to a process."""


class Unexamined(BaseModel):
    """What exceeded its budget: a cell, counted from 0, or the whole when `cell` is null."""

    model_config = ConfigDict(frozen=True)

    cell: int | None
    reason: str


class Checked(BaseModel):
    """What would happen if every cell were run, the gravest step first."""

    model_config = ConfigDict(frozen=True)

    name: str
    sha256: str
    verdict: Verdict
    category: str
    confidence: float
    findings: tuple[Explanation, ...]
    unscannable: tuple[Unexamined, ...]
    policy_version: int
    rules_version: str


class Checks:
    """The service. One instance a process; `close` it."""

    def __init__(
        self,
        database: Database,
        book: PolicyBook,
        rules: RuleSet,
        workers: FileWorkers,
        notebooks: NotebookSource,
    ) -> None:
        self._database, self._book, self._rules = database, book, rules
        self._workers, self._notebooks = workers, notebooks
        self._busy: set[str] = set()

    async def close(self) -> None:
        """End the processes."""
        await self._workers.close()

    @contextmanager
    def turn(self, person_id: str) -> Generator[None]:
        """One check at a time for each person: open it before what is to be checked is read.

        Raises TooMany when theirs is under way, and Unavailable when too many people's are.
        """
        if person_id in self._busy:
            raise TooMany("Another check of yours is under way.", "Try again when it is done.")
        if len(self._busy) >= MAX_AT_ONCE:
            raise Unavailable("Many notebooks are being checked.", "Try again in a moment.")
        self._busy.add(person_id)
        try:
            yield
        finally:
            self._busy.discard(person_id)

    async def check_saved(self, person_id: str, path: str) -> Checked:
        """The verdict on the person's saved notebook at a canonical `path`, as it would meet them:
        what they declared a purpose for runs. Raises NotFound and Unavailable.
        """
        async with self._database.reading() as session:
            saved = await self._notebooks.notebook_at(session, person_id, path)
            declared = await repository.declared_rules(session, person_id, path)
        if saved is None:
            raise NotFound("There is no notebook of this name.", "It may have been moved.")
        data = await asyncio.to_thread(_without_outputs, saved)
        return await self.check(path, data, declared)

    async def check(
        self, name: str, data: bytes, declared: frozenset[str] = frozenset()
    ) -> Checked:
        """The verdict on a file's content; the suffix of `name` says what it is.

        Raises Invalid when it is no notebook or script, and Unavailable.
        """
        scanned = await self._workers.examine(name, data, WAIT_SECONDS)
        policy = self._book.current
        verdict = judge_file(scanned, policy, declared)
        return Checked(
            name=name,
            sha256=scanned.sha256,
            verdict=verdict.verdict,
            category=verdict.category,
            confidence=verdict.confidence,
            findings=tuple(explain(verdict, self._rules, policy)),
            unscannable=tuple(
                Unexamined(cell=cell, reason=reason) for cell, reason in scanned.unscannable
            ),
            policy_version=policy.version,
            rules_version=self._rules.version,
        )


def name_of(path: str) -> str:
    """The last component of a file's name as somebody sent it; '' is a notebook's."""
    return PurePosixPath(path.replace("\\", "/")).name or "notebook.ipynb"


def _without_outputs(notebook: Mapping[str, Any]) -> bytes:
    """The notebook as JSON; its outputs are not judged, and may be large."""
    cells = notebook.get("cells")
    listed = cast("list[object]", cells) if isinstance(cells, list) else []
    return json.dumps({**notebook, "cells": [_bare(cell) for cell in listed]}).encode()


def _bare(cell: object) -> object:
    if not isinstance(cell, dict):
        return cell
    fields = cast("dict[str, Any]", cell)
    return {key: value for key, value in fields.items() if key != "outputs"}
