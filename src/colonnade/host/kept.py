"""The files of runtimes that outlive them: DATA/host/kept/ID with the runtime's disk and a record.

A disk is moved there while its sandbox still runs (whoever has it mounted or open goes on), so that
nothing which happens to the sandbox afterwards can take the files with it. Here is where an archive
of them is made, too. They stay until `forget`.
"""

import asyncio
import errno
import os
import re
import sys
from collections.abc import AsyncGenerator, Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from colonnade.host import disks, processes, system
from colonnade.host.ground import Ground
from colonnade.kit.errors import NotFound, StorageFull, TooMany, Unavailable
from colonnade.kit.ids import new_id
from colonnade.kit.log import get_logger
from colonnade.runtimes.engine import Kept
from colonnade.runtimes.wire import HostFolder

MOST_ARCHIVES = 2
"""Of one runtime's files, under way at a time."""
CHUNK_BYTES = 1 << 18
IMAGE, FOLDER, RECORD = "disk.img", "content", "record.json"
_PACKING = Path(__file__).with_name("packing.py")
_ID = re.compile(r"[0-9a-f]{32}")
_KEPT = TypeAdapter(Kept)

log = get_logger(__name__)


class KeptFiles:
    """The folder of what is kept."""

    def __init__(self, folder: HostFolder, ground: Ground) -> None:
        self._runtimes, self._ground = folder, ground
        self._folder = folder.path / "kept"
        self._sizes: dict[str, int] = {}
        self._archives: dict[str, int] = {}

    def recover(self) -> None:
        """Finish what a host before was doing when it died. Call before runtimes are swept."""
        for place in sorted(self._folder.glob("*")):
            if self._disk(place.name) is not None:
                continue
            source = self._source(place.name)
            if source is not None and (place / RECORD).exists():
                source.rename(place / source.name)
            else:
                processes.remove_tree(place)

    def keep(self, kept: Kept) -> None:
        """Set the disk of a living runtime aside. Once is enough; again changes nothing.

        Raises NotFound when there is no disk, StorageFull, Unavailable; then nothing was changed.
        """
        if self._disk(kept.id) is not None:
            return
        source, place = self._source(kept.id), self._folder / kept.id
        if source is None:
            raise NotFound("This runtime has no disk any more.")
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(place / RECORD, _KEPT.dump_json(kept))
            source.rename(place / source.name)
            if self._ground.stage is None:
                # Without a sandbox its programs know the files by this path.
                source.symlink_to(place / source.name)
        except OSError as problem:
            processes.remove_tree(place)
            log.error("files-not-kept", runtime=kept.id, reason=str(problem))
            raise _failure(problem) from problem
        log.info("files-kept", runtime=kept.id, until=kept.until.isoformat())

    def has(self, id: str) -> bool:
        """Whether the runtime's files are kept."""
        return self._disk(id) is not None

    def list(self, living: Collection[str]) -> list[Kept]:
        """Everything that is kept; blocks. `living` ones still grow."""
        found: list[Kept] = []
        for place in sorted(self._folder.glob("*")):
            disk = self._disk(place.name)
            try:
                record = _KEPT.validate_json((place / RECORD).read_bytes())
            except (OSError, ValidationError) as problem:
                log.warning("kept-unreadable", runtime=place.name, kind=type(problem).__name__)
                continue
            if disk is not None:
                size = self._size(record.id, disk, still=record.id not in living)
                found.append(replace(record, bytes=size))
        return found

    def forget(self, id: str) -> None:
        """Delete what is kept of a runtime; blocks. An unknown id is fine."""
        if not _ID.fullmatch(id):
            return
        place = self._folder / id
        # Without a record the next host deletes what a crash leaves of it.
        (place / RECORD).unlink(missing_ok=True)
        processes.remove_tree(place)
        self._sizes.pop(id, None)
        log.info("files-forgotten", runtime=id)

    async def archive(self, id: str) -> AsyncGenerator[bytes]:
        """The files as a compressed tar archive, made while it is read.

        Raises NotFound, TooMany, and Unavailable, also in the middle when it cannot be finished.
        """
        if self._archives.get(id, 0) >= MOST_ARCHIVES:
            raise TooMany("These files are being downloaded already.", "Wait until that is done.")
        self._archives[id] = self._archives.get(id, 0) + 1
        try:
            root = await self._open(id)
            try:
                packer = await _start_packing(root)
            finally:
                os.close(root)
            async for piece in _read(packer):
                yield piece
        finally:
            self._archives[id] -= 1
            if not self._archives[id]:
                del self._archives[id]

    async def _open(self, id: str) -> int:
        """A descriptor of the kept /content, which holds its disk mounted until it is closed."""
        disk = self._disk(id)
        if disk is None:
            raise NotFound("There are no files of such a runtime.")
        if disk.name == FOLDER:
            return os.open(disk, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        if self._ground.stage is None:
            raise Unavailable("This host cannot read disk images.", "Start it as root.")
        target = self._ground.stage.root / "kept" / new_id()
        target.mkdir(parents=True)
        try:
            await disks.mount_read_only(disk, target)
            try:
                return os.open(target / FOLDER, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            finally:
                system.unmount(target)
        finally:
            target.rmdir()

    def _disk(self, id: str) -> Path | None:
        if not _ID.fullmatch(id):
            return None
        places = (self._folder / id / IMAGE, self._folder / id / FOLDER)
        return next((place for place in places if place.exists()), None)

    def _source(self, id: str) -> Path | None:
        folder = self._runtimes.runtime(id)
        places = (folder / IMAGE, folder / "disk" / FOLDER)
        return next((place for place in places if place.exists()), None)

    def _size(self, id: str, disk: Path, *, still: bool) -> int:
        if id in self._sizes:
            return self._sizes[id]
        size = disk.stat().st_blocks * 512 if disk.is_file() else processes.size_of(disk)
        if still:
            self._sizes[id] = size
        return size


async def _start_packing(root: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(_PACKING), str(root)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        pass_fds=(root,),
        env={},
        cwd="/",
        limit=CHUNK_BYTES,
    )


async def _read(packer: asyncio.subprocess.Process) -> AsyncGenerator[bytes]:
    """All that it writes; it is ended when the reader goes away."""
    assert packer.stdout is not None
    try:
        while piece := await packer.stdout.read(CHUNK_BYTES):
            yield piece
        if await packer.wait():
            raise Unavailable("The archive could not be finished.", "Try again.")
    finally:
        with suppress(ProcessLookupError):
            packer.kill()
        await packer.wait()


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _failure(problem: OSError) -> StorageFull | Unavailable:
    if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StorageFull("The machine's disk is full.")
    return Unavailable(f"The machine's disk did not take them ({problem.strerror}).")
