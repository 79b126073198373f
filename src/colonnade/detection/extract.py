"""One cell to its features. Pure: the same source always gives the same features."""

from dataclasses import dataclass, field
from typing import Literal

from colonnade.detection.features.command import read_shell
from colonnade.detection.features.feature import Collector, Feature, Kind
from colonnade.detection.features.python import read_python
from colonnade.detection.limits import MAX_DEPTH, Unscannable, guard
from colonnade.detection.normalise.fold import Folder
from colonnade.detection.normalise.jupyter import Part, split

Features = tuple[Feature, ...]


def extract(source: str, language: Literal["notebook", "shell"] = "notebook") -> Features:
    """What is in a cell as Jupyter would run it, or in a shell script.

    Raises Unscannable when the cell, or code within it, exceeds its budget.
    """
    guard(source)
    reading = _Reading()
    for part in split(source) if language == "notebook" else (Part("shell", source, 1),):
        reading.collector.offset = part.line - 1
        match part.language:
            case "python":
                read_python(reading.collector, reading.folder, part.text, reading)
            case "shell":
                read_shell(reading.collector, part.text, reading.constants(), reading)
            case "other":
                reading.collector.add(Kind.OPAQUE, "other-language", 1)
    return reading.collector.features()


@dataclass(slots=True)
class _Reading:
    """The reading of one cell: the `CodeReader` of code within code, one level deeper each time."""

    collector: Collector = field(default_factory=Collector)
    folder: Folder = field(default_factory=Folder)
    depth: int = 0

    def constants(self) -> dict[str, str]:
        """Texts that the cell's Python assigns, for `{name}` and `$name` in its commands."""
        return {
            name: str(value)
            for name, value in self.folder.names.items()
            if isinstance(value, str | int)
        }

    def python(self, source: str, line: int, end_line: int) -> None:
        """Read Python within code; it may hold magics, as a written cell does."""
        with _Deeper(self, source, line, end_line):
            for part in split(source):
                if part.language == "python":
                    read_python(self.collector, self.folder, part.text, self)
                elif part.language == "shell":
                    read_shell(self.collector, part.text, self.constants(), self)

    def shell(self, source: str, line: int, end_line: int) -> None:
        """Read shell text within code."""
        with _Deeper(self, source, line, end_line):
            read_shell(self.collector, source, self.constants(), self)


class _Deeper:
    """While open, everything found is put down to the outer lines."""

    def __init__(self, reading: _Reading, source: str, line: int, end_line: int) -> None:
        guard(source)
        if reading.depth >= MAX_DEPTH:
            raise Unscannable(f"it hides code within code more than {MAX_DEPTH} deep")
        self._reading, self._before = reading, reading.collector.pinned
        offset = reading.collector.offset
        self._lines = self._before or (line + offset, end_line + offset)

    def __enter__(self) -> None:
        self._reading.depth += 1
        self._reading.collector.pinned = self._lines

    def __exit__(self, *_: object) -> None:
        self._reading.depth -= 1
        self._reading.collector.pinned = self._before
