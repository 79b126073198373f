"""What was known of a root's folders when they were last told, and what is other by now. Pure.

Bounded: beyond `MAX_FOLDERS` something known gives way at random and comes as new when it is seen
again; whoever makes so many folders is told of in turns.
"""

from dataclasses import dataclass
from random import Random

from colonnade.sensors.files.tally import Group, Tally
from colonnade.sensors.files.walk import Folder

MAX_FOLDERS = 10_000


@dataclass(frozen=True, slots=True)
class Change:
    """Files of one folder and extension that are not as they were.

    Attributes:
        grown: how many there are more than were known; negative where some have gone.
    """

    folder: str
    extension: str
    group: Group
    grown: int


_State = tuple[int, int, int]
"""Count, bytes, and when the latest of them changed."""


class Memory:
    """How each group of files was when it was last told."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._known: dict[str, dict[str, _State]] = {}
        self._places: list[str] = []

    def changes(self, folder: Folder[Tally]) -> list[Change]:
        """The groups of this folder that are other than known; what has gone is forgotten."""
        known = self._known.get(folder.path, {})
        for extension in known.keys() - folder.files.groups.keys():
            del known[extension]
        return [
            Change(folder.path, extension, group, group.count - known.get(extension, (0, 0, 0))[0])
            for extension, group in folder.files.groups.items()
            if known.get(extension) != _state(group)
        ]

    def keep(self, change: Change) -> None:
        """This is known now; a change that is never kept comes again."""
        if change.folder not in self._known:
            self._make_room(change.folder)
        self._known[change.folder][change.extension] = _state(change.group)

    def _make_room(self, folder: str) -> None:
        if len(self._places) < MAX_FOLDERS:
            self._places.append(folder)
        else:
            place = self._dice.randrange(MAX_FOLDERS)
            del self._known[self._places[place]]
            self._places[place] = folder
        self._known[folder] = {}


def _state(group: Group) -> _State:
    return group.count, group.bytes, group.changed
