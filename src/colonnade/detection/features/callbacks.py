"""Functions that are handed on, to run elsewhere or later, with what they are given there.

To know another call that runs what it is given, name it in `HANDING_ON`; another way of
mapping goes into `mapped`.
"""

from tree_sitter import Node

from colonnade.detection.features.mapped import MAPS, SUBMITS
from colonnade.detection.features.reader import CodeReader
from colonnade.detection.features.ways import way_of
from colonnade.detection.normalise.fold import Folder, Value
from colonnade.detection.normalise.fold.values import text_of

HANDING_ON = frozenset(
    MAPS
    | SUBMITS
    | {"Thread", "Process", "Timer", "apply", "sorted", "filter", "partial", "register"}
    | {"run_in_executor", "to_thread", "call_later", "call_soon"}
)
"""Calls that run, now or later, a function that they are given."""
_NAMING = frozenset({"identifier", "attribute", "call"})
MAX_HANDED_ON = 20


def read_handed_on(
    folder: Folder, arguments: list[Node], lines: tuple[int, int], inner: CodeReader
) -> None:
    """`Thread(target=os.system, args=(command,))`, `map(os.system, commands)`: run elsewhere."""
    values = [one.child_by_field_name("value") or one for one in arguments]
    runs = [one.type in _NAMING and way_of(folder.callee(one)[:400]) for one in values]
    if not {"run", "command"} & {way for way in runs if way}:
        return
    for value, way in zip(values, runs, strict=True):
        for text in _commands_in(None if way else folder.fold(value)):
            inner.shell(text, *lines)


def _commands_in(value: Value | None) -> list[str]:
    """A command, each of several, or one that is given as its words."""
    match value:
        case str() | bytes():
            return [text_of(value) or ""]
        case list():
            texts = [one for one in value if isinstance(one, str)]
            if len(texts) > 1 and not any(" " in one for one in texts):
                return [" ".join(texts)]
            inner = [text for one in value if isinstance(one, list) for text in _commands_in(one)]
            return [*texts, *inner][:MAX_HANDED_ON]
        case _:
            return []
