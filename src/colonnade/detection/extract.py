"""One cell to its features. Pure: the same source after the same cells gives the same features."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from colonnade.detection.cells import Language
from colonnade.detection.features.command import read_shell
from colonnade.detection.features.comments import read_prose
from colonnade.detection.features.feature import Collector, Feature, Kind
from colonnade.detection.features.literal import read_text
from colonnade.detection.features.python import read_python
from colonnade.detection.features.waiting import read_presence
from colonnade.detection.limits import MAX_DEPTH, MAX_INNER_CHARACTERS, Unscannable, guard
from colonnade.detection.normalise.fold import Folder, Function, Namespace, Value, arguments_of
from colonnade.detection.normalise.fold.nodes import keywords_of
from colonnade.detection.normalise.fold.own_functions import body_of
from colonnade.detection.normalise.fold.statements import parse
from colonnade.detection.normalise.fold.values import file_key, text_of
from colonnade.detection.normalise.jupyter import Part, split
from colonnade.detection.normalise.lookalikes import plain
from colonnade.detection.surroundings import Gives, gives_of

Features = tuple[Feature, ...]
MAX_INLINED = 100
"""Calls of the notebook's own functions whose bodies are read with what they are given; what more
of them run is opaque."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a cell shows, and how it hangs together with the cells before it.

    Attributes:
        reads: names that were looked up among what the cells before gave. With the source they
            decide everything else here; nothing else does.
        gives: what it gives to the cells after it.
        wants: whether something that runs depends on a name that is not known here.
    """

    features: Features
    reads: frozenset[str] = frozenset()
    gives: Gives = field(default_factory=dict[str, Value | None])
    wants: bool = False


def extract(source: str, language: Language = "notebook") -> Features:
    """What is in a cell as Jupyter would run it, or in a shell script, seen by itself.

    Raises Unscannable when the cell, or code within it, exceeds its budget.
    """
    return extract_after(source, language).features


def extract_after(
    source: str, language: Language = "notebook", before: Mapping[str, Value] | None = None
) -> Extraction:
    """The same for a cell that runs after others, which gave `before` (see `surroundings`)."""
    guard(source)
    reading = _Reading(Folder(Namespace(before)))
    # Shells pass over null characters, and the parser of Python ends at the first.
    source = reading.plain(source.replace("\0", ""))
    match language:
        case "notebook":
            for part in split(source):
                reading.part(part)
        case "shell":
            reading.part(Part("shell", source, 1))
        case "prose":
            read_prose(reading.collector, source)
    names = reading.folder.names
    return Extraction(
        reading.collector.features(),
        frozenset(names.read),
        gives_of(names.own),
        bool(names.wanted),
    )


@dataclass(slots=True)
class _Reading:
    """The reading of one cell: the `CodeReader` of code within code, one level deeper each time."""

    folder: Folder
    collector: Collector = field(default_factory=Collector)
    depth: int = 0
    inner_characters: int = 0
    inlined: int = 0
    running: list[str] = field(default_factory=list[str])
    """Functions of the notebook's own that are being read, outermost first."""
    within: list[str] = field(default_factory=list[str])
    """Code within code that is being read, outermost first: what runs itself is read once."""

    @property
    def names(self) -> Namespace:
        """What is known of names, variables of the environment and written files."""
        return self.folder.names

    def plain(self, source: str) -> str:
        """`source` without lookalikes; how it was disguised is noted."""
        text, ways = plain(source)
        for way in sorted(ways):
            self.collector.add(Kind.DISGUISE, way, 1, source.count("\n") + 1)
        return text

    def part(self, part: Part) -> None:
        """Read one part of the cell on its own lines."""
        self.collector.offset = part.line - 1
        match part.language:
            case "python":
                read_python(self.collector, self.folder, part.text, self)
            case "shell":
                read_shell(self.collector, part.text, _Variables(self.folder), self)
            case "text":
                read_text(self.collector, part.text, 1, part.text.count("\n") + 1)
            case "other":
                self.collector.add(Kind.OPAQUE, "other-language", 1)
                read_presence(self.collector, part.text, 1, part.text.count("\n") + 1)
        if part.file:
            key = file_key(part.file)
            before = text_of(self.names.get(key)) if part.appends else ""
            self.names.bind(key, f"{before or ''}{part.text}\n")

    def python(self, source: str, line: int, end_line: int) -> None:
        """Read Python within code; it may hold magics, as a written cell does."""
        if source in self.within:
            return
        with _Deeper(self, source, line, end_line):
            for part in split(self.plain(source)):
                if part.language == "python":
                    read_python(self.collector, self.folder, part.text, self)
                elif part.language == "shell":
                    read_shell(self.collector, part.text, _Variables(self.folder), self)

    def shell(self, source: str, line: int, end_line: int) -> None:
        """Read shell text within code."""
        if source in self.within:
            return
        with _Deeper(self, source, line, end_line):
            read_shell(self.collector, self.plain(source), _Variables(self.folder), self)

    def command(self, source: str, line: int) -> None:
        """Read what a `!` line runs; its lines are its own, unless it is within other code."""
        read_shell(self.collector, source, _Variables(self.folder), self, line - 1)

    def function(self, called: Function, call: Node, lines: tuple[int, int]) -> None:
        """Read a body with what the call gives it, where that could matter."""
        deep = called.source in self.running or len(self.running) >= 2 or self.depth >= MAX_DEPTH
        self.folder.need(call)
        if deep or not self._may_matter(called):
            return
        if self.inlined >= MAX_INLINED:
            self.collector.add(Kind.OPAQUE, "budget", *lines)
            return
        self.inlined += 1
        own = dict(self.names.own)
        plain = [one for one in arguments_of(call) if one.type != "keyword_argument"]
        given = [self.folder.fold(one) for one in plain]
        if called.is_method:
            given.insert(0, None)
        keywords = {name: self.folder.fold(value) for name, value in keywords_of(call)}
        known = {name: value for name, value in keywords.items() if value is not None}
        body = body_of(self.folder, called, given, known)
        self.running.append(called.source)
        if body and (known or any(value is not None for value in given)):
            self.python(body, *lines)
        self.running.pop()
        files = {name: value for name, value in self.names.own.items() if name[:1] in {"/", "$"}}
        self.names.own = {**own, **files}

    def _may_matter(self, called: Function) -> bool:
        """Whether it may run or fetch something, itself or through another of the notebook's."""
        others = (self.names.get(name) for name in set(_CALLED.findall(called.source)))
        reached = [called, *(one for one in others if isinstance(one, Function))]
        return any(word in one.source for one in reached for word in _MATTERING)


_CALLED = re.compile(r"\b([A-Za-z_]\w{0,60})\(")
_MATTERING = (
    *("system", "Popen", "run", "call", "check_", "exec", "eval", "clone", "retrieve", "download"),
    *("get(", "getoutput", "import_module", "spawn", "open("),
)


class _Variables:
    """Variables in commands: of the environment, then of the cell's Python, then expressions."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def get(self, key: str, /) -> str | None:
        """The text that `$key` or `{key}` stands for, or None."""
        names = self._folder.names
        if key.isidentifier():
            value = names.get(f"${key}")
            value = names.get(key) if value is None else value
            if value is None and not key.isupper():
                names.want(key)
        elif any(sign in key for sign in ".[(+'\""):
            value = self._folder.fold(_expression(key))
        else:
            return None
        if isinstance(value, list):
            return " ".join(one for one in value if isinstance(one, str))
        return str(value) if isinstance(value, int) else text_of(value)


def _expression(text: str) -> Node | None:
    """The node of a lone expression."""
    statement = next(iter(parse(text).named_children), None)
    return next(iter(statement.named_children), None) if statement is not None else None


class _Deeper:
    """While open, everything found is put down to the outer lines."""

    def __init__(self, reading: _Reading, source: str, line: int, end_line: int) -> None:
        guard(source)
        reading.inner_characters += len(source)
        if reading.depth >= MAX_DEPTH:
            raise Unscannable(f"it hides code within code more than {MAX_DEPTH} deep")
        if reading.inner_characters > MAX_INNER_CHARACTERS:
            raise Unscannable(f"it hides more than {MAX_INNER_CHARACTERS >> 10} KiB within code")
        self._reading, self._source, self._before = reading, source, reading.collector.pinned
        offset = reading.collector.offset
        self._lines = self._before or (line + offset, end_line + offset)

    def __enter__(self) -> None:
        self._reading.depth += 1
        self._reading.within.append(self._source)
        self._reading.collector.pinned = self._lines

    def __exit__(self, *_: object) -> None:
        self._reading.depth -= 1
        self._reading.within.pop()
        self._reading.collector.pinned = self._before
