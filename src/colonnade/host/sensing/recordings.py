"""What was seen of each runtime, as files that `colonnade replay` reads and the judge is fed from.

One file a runtime, one observation a line, for the operator's eyes only. Each is bounded: when it
is full, its older half is dropped. It stays for some days after the runtime's end, so that a
contested judgement can be made again. Everything here blocks; call it in a thread.
"""

import os
import re
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from colonnade.kit.log import get_logger

MAX_BYTES = 8 << 20
KEPT_DAYS = 14
SUFFIX = ".jsonl"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

log = get_logger(__name__)


class Recordings:
    """The folder of recordings; made where it is missing."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder, self._max_bytes = folder, max_bytes
        folder.mkdir(mode=0o700, exist_ok=True)

    def path(self, runtime: str) -> Path:
        """Where a runtime's recording is. Raises ValueError for what is no runtime's id."""
        if not _NAME.fullmatch(runtime):
            raise ValueError("not a runtime's id")
        return self._folder / f"{runtime}{SUFFIX}"

    def append(self, runtime: str, lines: Sequence[bytes]) -> None:
        """Add lines to a runtime's recording. Raises OSError, ValueError."""
        path = self.path(runtime)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(path, flags, 0o600), "ab") as file:
            file.write(b"".join(lines))
            size = file.tell()
        if size > self._max_bytes:
            self._halve(path)

    def tail(self, runtime: str, most_bytes: int) -> list[bytes]:
        """The newest whole lines of a recording, without their ends; none where there is none."""
        try:
            with self.path(runtime).open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - most_bytes))
                lines = file.read().split(b"\n")
        except FileNotFoundError:
            return []
        # The first is only the end of a line unless the file began with it, and the last is empty
        # or what a crash left of one.
        return [line for line in lines[int(size > most_bytes) : -1] if line]

    def sweep(self, living: Collection[str], now: float | None = None) -> None:
        """Remove what is older than `KEPT_DAYS`, of runtimes that are no more."""
        oldest = (time.time() if now is None else now) - KEPT_DAYS * 86_400
        for path in self._folder.glob(f"*{SUFFIX}*"):
            with suppress(OSError):
                if path.name.partition(".")[0] not in living and path.lstat().st_mtime < oldest:
                    path.unlink()

    def _halve(self, path: Path) -> None:
        """Keep the newer half, from the beginning of a line on; whole or not at all."""
        with path.open("rb") as file:
            file.seek(-self._max_bytes // 2, os.SEEK_END)
            file.readline()
            kept = file.read()
        fresh = path.with_suffix(f"{SUFFIX}.new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(kept)
        fresh.replace(path)
        log.info("recording-halved", runtime=path.stem)
