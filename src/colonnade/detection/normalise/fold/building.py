"""Whether going on with a loop is worth it: most loops build no text that anybody runs."""

from colonnade.detection.normalise.fold.folder import Folder
from colonnade.detection.normalise.fold.values import Value, size_of

MAX_IDLE_ROUNDS = 32


class Building:
    """Whether the rounds of a loop build a text that is known.

    Most loops build nothing; going through all their rounds would be wasted. A loop may change a
    text without adding to it (`x = b64decode(x)`) for `MAX_IDLE_ROUNDS`.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._last = dict(folder.names.own)
        self._idle = 0
        self.targets: list[str] = []

    def goes_on(self) -> bool:
        """Whether another round is worth going through."""
        if self._folder.is_spent or self._idle > MAX_IDLE_ROUNDS:
            return False
        own, changed, grown = self._folder.names.own, False, False
        for name, value in own.items():
            before = self._last.get(name)
            if value is before or name in self.targets or not _may_be_text(value):
                continue
            changed = changed or not _is_same(value, before)
            grown = grown or size_of(value or "") > size_of(before or "")
        self._last = dict(own)
        self._idle += not grown
        return changed


def _is_same(value: Value | None, before: Value | None) -> bool:
    """Lists are only compared by their length: they may be large, and one that grows differs."""
    if isinstance(value, list):
        return isinstance(before, list) and len(value) == len(before)
    return value == before


def _may_be_text(value: Value | None) -> bool:
    """A text, or the letters or codes of one."""
    if isinstance(value, list):
        last = value[-1] if value else None
        return isinstance(last, str | bytes | int) and not isinstance(last, bool)
    return isinstance(value, str | bytes)
