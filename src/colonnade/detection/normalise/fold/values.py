"""What a constant expression can stand for, and how much of it is held.

Lists are never changed in place: a changed list is a new one, so that values can be shared between
cells.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MAX_FOLDED = 1 << 18
"""Characters, bytes or items of any value on the way."""
MAX_BITS = 4096
"""Of any whole number on the way."""
MAX_KEPT = 1 << 16
"""Characters and items of a value that later cells may use."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something that a dotted name leads to: a module, a function. `exec`, `os.system`."""

    dotted: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function or lambda of the notebook's own, as its source; it is read again when called."""

    name: str
    source: str

    @property
    def is_method(self) -> bool:
        """Whether it is called on something, which then is its first argument."""
        return "(self" in self.source[:200]


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is opened, by its path."""

    path: str


@dataclass(frozen=True, slots=True)
class Endless:
    """A series that begins again at its end: `itertools.cycle(key)`."""

    items: "tuple[Value, ...]"


Scalar = str | bytes | int
Value = (
    str | bytes | int | list["Value"] | dict[Scalar, "Value"] | Named | Function | Opened | Endless
)


def file_key(path: str) -> str:
    """The name under which the text of a written file is known beside the constants.

    It is the last part of the path, since folders change with `%cd`.
    """
    return "/" + path.strip().replace("\\", "/").rsplit("/", 1)[-1].lower()


def octets(value: Value) -> bytes:
    """Bytes, or the bytes of an ASCII text. Raises TypeError, UnicodeError (a ValueError)."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("ascii", "strict")
    raise TypeError


def text_of(value: Value | None) -> str | None:
    """A text, or bytes read as one, or None."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else None


def size_of(value: Value) -> int:
    """Characters, bytes or items; a number counts one."""
    return len(value) if isinstance(value, str | bytes | list | dict) else 1


def items_of(value: Value | None) -> list[Value] | None:
    """What a loop over `value` goes through, or None when that is not known."""
    match value:
        case str():
            return list(value)
        case bytes():
            return list(value)
        case list():
            return value
        case dict():
            return list(value)
        case _:
            return None


def joined(values: Iterable[Value], separator: str | bytes = "") -> Value | None:
    """Texts, or bytes, put together; None when they are mixed or too long together."""
    pieces = list(values)
    room = MAX_FOLDED - len(separator) * len(pieces)
    if sum(map(size_of, pieces)) > room:
        return None
    if isinstance(separator, str):
        texts = [one for one in pieces if isinstance(one, str)]
        if len(texts) == len(pieces):
            return separator.join(texts)
        separator = separator.encode()
    octet_strings = [one for one in pieces if isinstance(one, bytes)]
    return separator.join(octet_strings) if len(octet_strings) == len(pieces) else None


def weight_of(value: Value, limit: int = MAX_KEPT) -> int:
    """Characters and items in all of `value`; counting stops a little above `limit`."""
    total = 0
    waiting: list[Value] = [value]
    while waiting and total <= limit:
        one = waiting.pop()
        total += size_of(one)
        if total > limit:
            break
        if isinstance(one, Function):
            total += len(one.source)
        elif isinstance(one, Endless):
            waiting.extend(one.items)
        elif isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            waiting.extend(one)
            waiting.extend(one.values())
    return total


class Namespace:
    """What names stand for while a cell is read: its own, over those of the cells before it.

    Attributes:
        own: what the cell itself assigned; None for a name whose value is not known any more.
        wanted: names that decide what runs, and that are not known here.
    read: names that were looked up among those from before, whether they were there or not.
            What a cell gives depends on its source and on these, and on nothing else.
    """

    __slots__ = ("_before", "own", "read", "wanted")

    def __init__(self, before: Mapping[str, Value] | None = None) -> None:
        self._before = before or {}
        self.own: dict[str, Value | None] = {}
        self.read: set[str] = set()
        self.wanted: set[str] = set()

    def get(self, name: str) -> Value | None:
        """What `name` stands for, or None."""
        if name in self.own:
            return self.own[name]
        self.read.add(name)
        return self._before.get(name)

    def bind(self, name: str, value: Value | None) -> None:
        """From now on `name` stands for `value`; None: for something unknown."""
        self.own[name] = value

    def want(self, name: str) -> None:
        """Something that runs depends on `name`: when it is not known, another cell may know it."""
        if name not in self.own and self.get(name) is None:
            self.wanted.add(name)

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None or name in self.own
