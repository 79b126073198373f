"""Programs that Python starts by their path and their words, in the family of `exec` and `spawn`.

`os.execv('./a', ['x', '-o', 'b'])` runs `./a -o b`, which calls itself `x` to whoever lists
processes.
"""

import re

from tree_sitter import Node

from colonnade.detection.normalise.fold import Folder, source_of
from colonnade.detection.normalise.fold.sequences import parts_listed
from colonnade.detection.normalise.fold.values import text_of

_FAMILY = re.compile(r"^(?:os|posix)\.(?:(?P<mode>spawn)|exec|posix_spawn)(?P<listed>[vl]?)p?e?$")
_OF_THE_KERNEL = re.compile(r"\[[a-z]+[\w/:.+-]*\]$")
"""As processes are listed that have no file: `[kworker/0:1]`."""


def words_started(folder: Folder, name: str, arguments: list[Node]) -> tuple[str, ...]:
    """The path and the words that a call of `name` starts a program with; () for other calls."""
    family = _FAMILY.match(name)
    given = arguments[1:] if family and family["mode"] else arguments
    if family is None or not given:
        return ()
    path, *rest = given
    if family["listed"] == "l":
        words = tuple(word_of(folder, one) for one in rest)
    else:
        words = words_listed(folder, rest[0]) if rest else ()
    return (word_of(folder, path), *words[1:])


def shows_as_kernel(folder: Folder, name: str, arguments: list[Node]) -> bool:
    """Whether a call of `name` lets a program appear as one of the kernel's own."""
    first = 1 + bool(_FAMILY.match(name) and "spawn" in name and "posix" not in name)
    place = arguments[first : first + 1]
    if not _FAMILY.match(name) or not place:
        return False
    words = words_listed(folder, place[0]) or (word_of(folder, place[0]),)
    return bool(_OF_THE_KERNEL.match(words[0]))


def words_listed(folder: Folder, node: Node) -> tuple[str, ...]:
    """The words of a list of which each is known, or written there; () where it is none."""
    value = folder.fold(node)
    if isinstance(value, list):
        return tuple(str(one) for one in value if isinstance(one, str | int))
    parts = parts_listed(folder.sequences, node) if value is None else ()
    for part in parts:
        folder.need(part)
    return tuple(word_of(folder, one) for one in parts)


def word_of(folder: Folder, node: Node) -> str:
    """What `node` is as a word of a command; as it is written, where it is not known."""
    value = folder.fold(node)
    if isinstance(value, int):
        return str(value)
    text = text_of(value)
    return text if text is not None else source_of(node)[:200]
