"""Makes and unmakes what a runtime stands in: its folder, user, groups, disk, layer and slot."""

import asyncio
import os
import random
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from colonnade.host import bubblewrap, disks, processes, system
from colonnade.host.environment import read_environment, write_layer
from colonnade.host.ground import Ground
from colonnade.host.idmap import make_id_map
from colonnade.host.places import Places
from colonnade.host.registry import Record
from colonnade.host.sandbox import Sandbox, Start, resource_limits
from colonnade.host.stage import INSIDE
from colonnade.kit.clock import utcnow
from colonnade.kit.errors import Unavailable
from colonnade.kit.ownership import AREA_UID, RUNTIME_UIDS
from colonnade.runtimes.egress.terms import Mode
from colonnade.runtimes.engine import LaunchSpec
from colonnade.runtimes.wire import HostFolder
from colonnade.sensors.watched import Watched


class Builder:
    """The parts of runtimes on this machine, confined or (unsafe) not."""

    def __init__(self, folder: HostFolder, ground: Ground) -> None:
        self._folder = folder
        self._ground = ground

    def reserve(self, spec: LaunchSpec, users: Collection[int | None]) -> Record:
        """Make the runtime's folder and groups, and choose its user, other than `users`.

        Raises Invalid for an environment that cannot be used, StorageFull, Unavailable.
        """
        read_environment(spec.environment)
        disks.check_room(self._folder.path)
        uid = self._choose_user(users)
        try:
            self._folder.runtime(spec.id).mkdir(mode=0o700)
            groups = self._ground.limiter.create(spec.id, spec.limits)
        except OSError as problem:
            shutil.rmtree(self._folder.runtime(spec.id), ignore_errors=True)
            raise Unavailable(f"The runtime's limits cannot be set: {problem}.") from problem
        return Record(spec.id, utcnow(), uid, groups)

    async def build(self, one: Sandbox) -> Start:
        """Disk, layer and slot; how the process is to be started. Raises Unavailable, OSError."""
        environment = read_environment(one.spec.environment)
        places = self._places(one)
        disk = await self._disk(one)
        content, layer = disk / "content", disk / "layer"
        content.mkdir(exist_ok=True)
        (content / "drive").mkdir()
        (content / "drive" / "MyDrive").symlink_to(places.drive)
        write_layer(layer, environment, places)
        if one.record.uid is not None:
            _give(disk, one.record.uid)
        limits = resource_limits(
            one.spec, self._ground.own_users, self._ground.limiter.bounds_memory
        )
        if self._ground.stage is None:
            for folder in (places.slot, places.scratch):
                folder.mkdir(exist_ok=True)
            variables = places.variables(one.spec.limits)
            return Start(places.command(), variables, None, limits)
        if one.record.uid is not None and one.record.uid != AREA_UID:
            one.drive_map = await asyncio.to_thread(make_id_map, AREA_UID, one.record.uid)
        slot = self._ground.stage.slot(one.spec.id)
        self._ground.stage.open_terminals(one.spec.id)
        parts = bubblewrap.Confinement(
            slot,
            content,
            layer,
            environment,
            one.spec.limits,
            one.spec.egress,
            count_inside=not self._ground.own_users and not self._ground.limiter.bounds_memory,
        )
        if one.spec.egress.certificates:
            shutil.copy(one.spec.egress.certificates, slot.notes / bubblewrap.CERTIFICATES)
        words = bubblewrap.arguments(parts, self._ground.stage)
        return Start(places.command(), {}, words, limits)

    def leads_out(self, spec: LaunchSpec) -> bool:
        """Whether it is confined to a network of its own and has a way out of it."""
        return self._ground.stage is not None and spec.egress.mode != Mode.NONE

    def give_drive(self, one: Sandbox, area: Path) -> None:
        """Let the runtime see its owner's files. Raises OSError."""
        if self._ground.stage is None:
            self._places(one).drive.symlink_to(area)
        else:
            system.mount_mapped(area, self._ground.stage.slot(one.spec.id).drive, one.drive_map)

    def write_folder(self, one: Sandbox, folder: str) -> None:
        """Note where kernels start; whole or not at all."""
        notes = self._places(one).slot
        if self._ground.stage is not None:
            notes = self._ground.stage.slot(one.spec.id).notes
        fresh = notes / "folder.new"
        fresh.write_text(folder, "utf-8")
        fresh.replace(notes / "folder")

    def disk_bytes(self, one: Sandbox) -> int:
        """What the runtime has written to /content and its layer."""
        if self._has_image(one) and self._ground.stage is not None:
            disk = os.statvfs(self._ground.stage.slot(one.spec.id).disk)
            return (disk.f_blocks - disk.f_bfree) * disk.f_frsize
        return processes.size_of(self._folder.runtime(one.spec.id) / "disk")

    def watched(self, one: Sandbox) -> Watched:
        """The runtime as sensors see it, once its process runs."""
        assert one.process is not None
        limits = one.spec.limits
        return Watched(
            runtime=one.spec.id,
            process=one.process.pid,
            uid=one.record.uid,
            groups=tuple(one.record.groups),
            content=self._content(one),
            cpus=limits.cpus,
            memory_bytes=limits.memory_bytes,
            disk_bytes=limits.disk_bytes,
            disk_bounded=self._has_image(one) or not limits.disk_bytes,
            kept=tuple(self._kept(one)),
            hook=one.hook,
        )

    def _kept(self, one: Sandbox) -> Iterator[tuple[str, Path]]:
        if self._ground.stage is None:
            places = self._places(one)
            yield "/opt/layer", places.layer
            yield "/drive", places.drive
        else:
            slot = self._ground.stage.slot(one.spec.id)
            yield "/opt/layer", slot.disk / "layer"
            yield "/drive", slot.drive

    def clear(self, one: Sandbox) -> None:
        """Take the mounts away. The folder goes with the registry's record."""
        if one.drive_map is not None:
            with suppress(OSError):
                os.close(one.drive_map)
            one.drive_map = None
        if self._ground.stage is not None:
            self._ground.stage.clear(one.spec.id)

    async def _disk(self, one: Sandbox) -> Path:
        folder = self._folder.runtime(one.spec.id)
        if self._ground.stage is None:
            (folder / "disk").mkdir()
            return folder / "disk"
        disk = self._ground.stage.slot(one.spec.id).disk
        if self._has_image(one):
            await disks.mount_image(folder / "disk.img", disk, one.spec.limits.disk_bytes)
            return disk
        (folder / "disk").mkdir(mode=0o755)
        system.mount(folder / "disk", disk, "", system.MS_BIND)
        return disk

    def _content(self, one: Sandbox) -> Path:
        if self._ground.stage is None:
            return self._places(one).content
        return self._ground.stage.slot(one.spec.id).disk / "content"

    def _has_image(self, one: Sandbox) -> bool:
        return self._ground.disk_images and one.spec.limits.disk_bytes > 0

    def _places(self, one: Sandbox) -> Places:
        if self._ground.stage is not None:
            return bubblewrap.PLACES
        folder = self._folder.runtime(one.spec.id)
        return Places(
            environment=read_environment(one.spec.environment).folder,
            layer=folder / "disk" / "layer",
            content=folder / "disk" / "content",
            drive=folder / "drive",
            slot=folder / "slot",
            inside=INSIDE,
            scratch=folder / "scratch",
        )

    def _choose_user(self, taken: Collection[int | None]) -> int | None:
        if self._ground.stage is None or not self._ground.stage.own_ids:
            return None
        if not self._ground.own_users:
            return AREA_UID
        # At random, so that an id does not come round soon and two hosts seldom meet.
        while (uid := random.choice(RUNTIME_UIDS)) in taken:  # noqa: S311
            continue
        return uid


def _give(folder: Path, uid: int) -> None:
    os.chown(folder, uid, uid)
    for base, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(base) / name, uid, uid, follow_symlinks=False)
