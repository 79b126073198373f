"""Keeps the processes that examine whole files, and kills the one that takes too long.

They are not those that examine cells: a check of a large notebook keeps nobody's cell waiting.
"""

import asyncio
from pathlib import Path
from typing import Any, cast

from colonnade.detection.findings import from_json
from colonnade.detection.rules import RuleSet
from colonnade.detection.scan import Scanned
from colonnade.kit.errors import ColonnadeError, Invalid, NotFound, Unavailable
from colonnade.kit.framed_process import FramedProcess
from colonnade.kit.process_pool import Pool

BUDGET_SECONDS = 15.0
"""For one file. The largest honest notebooks that were found take under one second."""
TOO_SLOW = "examining it takes longer than there is time for it"
DIED = "examining it ended the process that did it"
_PROBLEMS: dict[str, type[ColonnadeError]] = {"not-found": NotFound}


class _Failed(Exception):
    """A process did not give its answer, and has to be ended."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FileWorkers:
    """A few processes that examine files; `examine` may be called by many tasks at once."""

    def __init__(
        self,
        rules: RuleSet,
        folder: Path | None = None,
        count: int = 1,
        seconds: float = BUDGET_SECONDS,
        rest_seconds: float | None = None,
    ) -> None:
        self._rules, self._seconds = rules, seconds
        words = [str(folder)] if folder else []

        async def launch() -> FramedProcess:
            return await FramedProcess.launch("colonnade.enforcement.file_examiner", *words)

        self._pool = Pool(launch, count, rules.version, rest_seconds)

    def warm(self) -> None:
        """Start the processes in the background."""
        self._pool.warm()

    async def close(self) -> None:
        """End every process that is idle; those at work end with their task."""
        await self._pool.close()

    async def examine(
        self, path: str, data: bytes | None = None, wait_seconds: float | None = None
    ) -> Scanned:
        """Findings over the file at `path`, or over `data` under that name.

        What exceeds its budget, or ends its process, is unscannable. Raises NotFound or Invalid for
        unusable input, and Unavailable when no process can be started or, after `wait_seconds`,
        none is free.
        """
        request: dict[str, Any] = {"path": path}
        if data is not None:
            request = {"name": path, "bytes": len(data)}
        return await self._examine(path, request, data or b"", wait_seconds)

    async def examine_tree(self, folder: str) -> Scanned:
        """Findings over the folder as one program; raises as `examine` does."""
        return await self._examine(folder, {"tree": folder})

    async def _examine(
        self,
        path: str,
        request: dict[str, Any],
        data: bytes = b"",
        wait_seconds: float | None = None,
    ) -> Scanned:
        deadline = asyncio.get_running_loop().time() + wait_seconds if wait_seconds else None
        try:
            async with self._pool.lend(deadline) as process:
                answer = await self._ask(process, path, request, data)
        except _Failed as problem:
            return Scanned(path, "", unscannable=((None, problem.reason),))
        except TimeoutError as problem:
            raise Unavailable(
                "Other notebooks are being examined.", "Try again in a moment."
            ) from problem
        if isinstance(answer, ColonnadeError):
            raise answer
        return answer

    async def _ask(
        self, process: FramedProcess, path: str, request: dict[str, Any], data: bytes
    ) -> Scanned | ColonnadeError:
        timer = asyncio.get_running_loop().call_later(self._seconds, process.give_up)
        try:
            process.send(request, data)
            return self._read(path, await process.receive())
        except TimeoutError as problem:
            raise _Failed(TOO_SLOW) from problem
        except (EOFError, ValueError, KeyError, TypeError) as problem:
            raise _Failed(DIED) from problem
        finally:
            timer.cancel()

    def _read(self, path: str, answer: dict[str, Any]) -> Scanned | ColonnadeError:
        """Raises ValueError, KeyError or TypeError for what a sound process does not say."""
        if answer["problem"] is not None:
            problem = cast("dict[str, str]", answer["problem"])
            kind = _PROBLEMS.get(problem["code"], Invalid)
            return kind(str(problem["message"]), str(problem["remedy"]))
        return Scanned(
            path,
            str(answer["sha256"]),
            from_json(answer["findings"], self._rules),
            {
                (int(cell), int(first), int(last)): tuple(map(str, lines))
                for cell, first, last, lines in answer["excerpts"]
            },
            tuple(
                (None if cell is None else int(cell), str(reason))
                for cell, reason in answer["unscannable"]
            ),
            tuple(self._member(one) for one in answer["members"]),
        )

    def _member(self, answer: dict[str, Any]) -> Scanned:
        read = self._read(str(answer["path"]), answer)
        if isinstance(read, ColonnadeError):
            raise ValueError("a member is no file of its own, and has no problem of its own")
        return read
