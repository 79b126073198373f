"""One process that examines cells, as its keeper sees it.

What the frames say is described in `examiner`.
"""

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from colonnade.detection.cells import Cell
from colonnade.enforcement.memory import MAX_KNOWN_CELLS
from colonnade.kit.framed_process import FramedProcess


class ExaminerProcess(FramedProcess):
    """A running process and what it has been told."""

    def __init__(self) -> None:
        super().__init__()
        self._known: OrderedDict[str, None] = OrderedDict()

    @classmethod
    async def start(cls, folder: Path | None) -> Self:
        """A process with the rules in `folder` (None: the shipped ones); it says when it is ready.

        Raises OSError when the system has no room for one.
        """
        words = [str(folder)] if folder else []
        return await cls.launch("colonnade.enforcement.examiner", *words)

    def ask(self, cells: Sequence[tuple[str, Cell]]) -> None:
        """Ask about cells by their keys; sources go along only where it may not have them."""
        named: list[tuple[str, str, str | None]] = []
        for key, cell in cells:
            source = None if key in self._known else cell.source
            named.append((key, cell.id, source))
            self._known[key] = None
            self._known.move_to_end(key)
        while len(self._known) > MAX_KNOWN_CELLS:
            self._known.popitem(last=False)
        self.send({"cells": named})

    def forget(self, keys: Sequence[str]) -> None:
        """It does not know these any more: their sources go along the next time."""
        for key in keys:
            self._known.pop(key, None)
