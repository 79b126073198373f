"""The host's own mount namespace, and in it a stage from which sandboxes take their parts.

- Bubblewrap runs as the runtime's user, who cannot walk to folders of the operator's: those are
  shown read-only on the stage first.
- `slots` is a shared mount: what the host mounts there later appears in sandboxes that run.

Everything on the stage goes with the host's namespace, so a crash leaves no mount behind.
"""

import hashlib
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from colonnade.host import system

INSIDE = Path(__file__).parent / "inside"
MOST_TERMINALS = 64
_COPIED = (
    "alternatives",
    "ca-certificates.conf",
    "fonts",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "mime.types",
    "ssl/certs",
    "ssl/openssl.cnf",
    "terminfo",
)
_WRITTEN = {
    "passwd": "root:x:0:0:root:/:/usr/sbin/nologin\njovyan:x:1000:1000::/content:/bin/bash\n",
    "group": "root:x:0:\njovyan:x:1000:\n",
    "hosts": "127.0.0.1 localhost colonnade\n::1 localhost\n",
    "hostname": "colonnade\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "resolv.conf": "",
    "profile": 'PS1="\\w$ "\n',
}


@dataclass(frozen=True)
class Slot:
    """One runtime's part of the stage. `notes`, `drive` and `terminals` are mounted into the
    sandbox."""

    folder: Path

    @property
    def notes(self) -> Path:
        """What the host writes for the runtime to read."""
        return self.folder / "notes"

    @property
    def drive(self) -> Path:
        """Where the owner's files are mounted."""
        return self.folder / "drive"

    @property
    def terminals(self) -> Path:
        """Its pseudo-terminals: a devpts of its own, mounted by `Stage.open_terminals`."""
        return self.folder / "terminals"

    @property
    def disk(self) -> Path:
        """Where the runtime's disk is mounted, outside the shared part."""
        return self.folder.parent.parent / "disks" / self.folder.name


class Stage:
    """Made once by `enter_stage`, before the process has a second thread."""

    def __init__(self, root: Path, own_ids: bool) -> None:
        self.root = root
        self.own_ids = own_ids
        """Whether ids can be given away: true for root in the first user namespace."""
        self._shown: dict[tuple[Path, int, int], Path] = {}

    def show(self, source: Path) -> Path:
        """`source` read-only, at a path that every runtime's user can walk to. Raises OSError."""
        # A folder that was built anew at the same path is another folder.
        found = source.stat()
        key = (source, found.st_dev, found.st_ino)
        if key not in self._shown:
            target = self.root / "shown" / str(len(self._shown))
            target.mkdir()
            system.bind_read_only(source, target)
            self._shown[key] = target
        return self._shown[key]

    def slot(self, id: str) -> Slot:
        """The slot of a runtime, made on demand."""
        slot = Slot(self.root / "slots" / id)
        for folder in (slot.notes, slot.drive, slot.terminals, slot.disk):
            folder.mkdir(parents=True, exist_ok=True)
        return slot

    def open_terminals(self, id: str) -> None:
        """Give the runtime pseudo-terminals of its own, `MOST_TERMINALS` of them. Raises OSError.

        A kernel has some 3,000 for all sandboxes together (Documentation/filesystems/devpts.rst):
        without a bound one runtime could take them all, and nobody else could open a terminal.
        """
        options = f"ptmxmode=0666,mode=620,max={MOST_TERMINALS}"
        flags = system.MS_NOSUID | system.MS_NOEXEC
        system.mount(None, self.slot(id).terminals, "devpts", flags, options)

    def clear(self, id: str) -> None:
        """Take a runtime's mounts and slot away; whatever is gone already is fine.

        What cannot be unmounted stays: nothing is deleted through a mount, which may show a
        person's files.
        """
        slot = Slot(self.root / "slots" / id)
        shutil.rmtree(slot.notes, ignore_errors=True)
        for target in (slot.drive, slot.terminals, slot.disk):
            with suppress(OSError):
                system.unmount(target)
            with suppress(OSError):
                target.rmdir()
        with suppress(OSError):
            slot.folder.rmdir()

    def close(self) -> None:
        """Strike the stage."""
        with suppress(OSError):
            system.unmount(self.root)
            self.root.rmdir()


def enter_stage(data: Path) -> Stage:
    """Move this process to a mount namespace of its own and set the stage.

    As root it stays in its user namespace; without, it makes one in which it keeps its id. Raises
    OSError where namespaces are not to be had.
    """
    user, group = os.geteuid(), os.getegid()
    own_ids = user == 0 and _is_first_user_namespace()
    try:
        system.unshare(system.CLONE_NEWNS)
    except PermissionError:
        own_ids = False
        system.unshare(system.CLONE_NEWNS | system.CLONE_NEWUSER)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    root = _stage_folder(data, own_ids)
    system.mount(None, Path("/"), "", system.MS_PRIVATE | system.MS_REC)
    flags = system.MS_NOSUID | system.MS_NODEV
    system.mount(None, root, "tmpfs", flags, "mode=755,size=64m")
    for name in ("shown", "slots", "disks"):
        (root / name).mkdir()
    system.mount(root / "slots", root / "slots", "", system.MS_BIND)
    system.mount(None, root / "slots", "", system.MS_SHARED)
    _furnish(root / "etc")
    return Stage(root, own_ids)


def _is_first_user_namespace() -> bool:
    # 4,294,967,295 ids are mapped in the first namespace only; in others root may own none but its.
    return Path("/proc/self/uid_map").read_text().split()[2] == "4294967295"


def _stage_folder(data: Path, own_ids: bool) -> Path:
    name = "colonnade-" + group_name(data)
    root = Path("/run") / name if own_ids else data / "host" / "stage"
    root.mkdir(mode=0o755, exist_ok=True)
    return root


def group_name(data: Path) -> str:
    """A short name for what this data folder's host makes elsewhere on the machine."""
    return hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]


def _furnish(etc: Path) -> None:
    etc.mkdir()
    for name in _COPIED:
        source, target = Path("/etc") / name, etc / name
        target.parent.mkdir(exist_ok=True, parents=True)
        with suppress(OSError, shutil.Error):
            if source.is_dir():
                shutil.copytree(source, target, symlinks=True, ignore_dangling_symlinks=True)
            elif source.exists():
                shutil.copy(source, target)
    for name, text in _WRITTEN.items():
        (etc / name).write_text(text)
