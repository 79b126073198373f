"""A runtime's folders, each by the path that the runtime knows it by and a descriptor.

Folders on the host's own stage are opened by their paths. What a sandbox mounts for itself (`/tmp`,
`/dev/shm`) is reached through one of its processes, once, and held by descriptor: a process of the
runtime can end, and another can take its number. Whether it is this sandbox is checked by what it
shows at /content, which is the runtime's own folder and nobody else's.
"""

import ctypes
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from colonnade.kit import beneath
from colonnade.kit.beneath import closing
from colonnade.sensors.kin import descendants
from colonnade.sensors.watched import Watched

CONTENT = "/content"
VOLATILE = ("tmp", "dev/shm")
"""What a sandbox mounts for itself, from its own root."""
_TMPFS = 0x01021994
"""linux/magic.h."""
_ROOM = 256
"""Above the size of `struct statfs` everywhere; its first word is the type (statfs(2))."""
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(slots=True)
class Roots:
    """The folders of one runtime. `open` gives what is there now; call `close` at the end."""

    watched: Watched
    _held: dict[str, int] = field(default_factory=dict[str, int])
    _missing: bool = True

    def open(self) -> Iterator[tuple[str, int]]:
        """The path inside and a descriptor of each, which is closed when the next is asked for."""
        for shown, folder in self._on_the_host():
            with suppress(OSError), closing(beneath.open_root(folder)) as descriptor:
                yield shown, descriptor
        self._hold_volatile()
        yield from self._held.items()

    def is_held(self, shown: str) -> bool:
        """Whether this one is mounted by the sandbox itself."""
        return shown in self._held

    def close(self) -> None:
        """Let go of what is held."""
        for descriptor in self._held.values():
            os.close(descriptor)
        self._held.clear()
        self._missing = False

    def _on_the_host(self) -> Iterator[tuple[str, Path]]:
        if self.watched.content is not None:
            yield CONTENT, self.watched.content
        yield from self.watched.kept
        yield from self.watched.volatile

    def _hold_volatile(self) -> None:
        if self.watched.content is None or not self._missing:
            return
        for process in descendants(self.watched.process):
            with suppress(OSError):
                self._held |= _volatile_of(process, self.watched.content)
                self._missing = False
                return


def _volatile_of(process: int, content: Path) -> dict[str, int]:
    """What this process has at the places of `VOLATILE`. Raises OSError when it is no sandbox's."""
    root = os.open(f"/proc/{process}/root", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    with closing(root):
        if not os.path.samestat(beneath.examine(root, "content"), os.stat(content)):
            raise FileNotFoundError("it is not in the sandbox")
        found: dict[str, int] = {}
        for place in VOLATILE:
            with suppress(OSError):
                descriptor = beneath.open_folder(root, place)
                if _is_tmpfs(descriptor):
                    found[f"/{place}"] = descriptor
                else:
                    os.close(descriptor)
        return found


def _is_tmpfs(descriptor: int) -> bool:
    buffer = ctypes.create_string_buffer(_ROOM)
    if _libc.fstatfs(descriptor, buffer):
        return False
    return ctypes.cast(buffer, ctypes.POINTER(ctypes.c_long))[0] == _TMPFS
