"""The system calls about namespaces, mounts and processes that Python has no names for.

Numbers and flags: Linux uapi `sched.h`, `mount.h`, `prctl.h` and `fcntl.h` (6.1); the system call
numbers are the same on every architecture since 5.0. Every function raises OSError.
"""

import ctypes
import os
import struct
from pathlib import Path

CLONE_NEWNS, CLONE_NEWUSER = 0x0002_0000, 0x1000_0000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC = 32, 0x1000, 0x4000
MS_PRIVATE, MS_SHARED = 1 << 18, 1 << 20
MNT_DETACH = 2
_PR_SET_CHILD_SUBREAPER = 36

_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_AT_FDCWD, _AT_EMPTY_PATH = -100, 0x1000
_OPEN_TREE_CLONE, _MOVE_MOUNT_F_EMPTY_PATH = 1, 4
_ATTR_NOSUID, _ATTR_NODEV, _ATTR_IDMAP = 2, 4, 0x0010_0000

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
    return result


def _call(number: int, *arguments: object) -> int:
    return _check(_libc.syscall(ctypes.c_long(number), *arguments), f"system call {number}")


def unshare(flags: int) -> None:
    """Move this process, which must have one thread only, to new namespaces."""
    _check(_libc.unshare(flags), "unshare")


def become_subreaper() -> None:
    """Let orphans among this process's descendants become its children (prctl(2))."""
    _check(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl")


def mount(source: Path | None, target: Path, kind: str, flags: int, options: str = "") -> None:
    """mount(2)."""
    given = os.fsencode(source) if source else b"none"
    result = _libc.mount(
        given, os.fsencode(target), kind.encode(), ctypes.c_ulong(flags), options.encode()
    )
    _check(result, str(target))


def unmount(target: Path) -> None:
    """Take the uppermost mount away from `target`, now for new users and soon for all."""
    _check(_libc.umount2(os.fsencode(target), MNT_DETACH), str(target))


def bind_read_only(source: Path, target: Path) -> None:
    """Show `source` at `target`, not to be written, without devices or set-user-id."""
    mount(source, target, "", MS_BIND | MS_REC)
    mount(None, target, "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def mount_mapped(source: Path, target: Path, user_namespace: int | None) -> None:
    """Show `source` at `target` with the ids that the user namespace's map gives (None: as is).

    The mount is finished before it appears, so nobody sees it with the wrong ids.
    """
    path = ctypes.c_char_p(os.fsencode(source))
    tree = _call(_OPEN_TREE, _AT_FDCWD, path, _OPEN_TREE_CLONE | os.O_CLOEXEC)
    try:
        flags = _ATTR_NOSUID | _ATTR_NODEV | (0 if user_namespace is None else _ATTR_IDMAP)
        attributes = ctypes.create_string_buffer(
            struct.pack("QQQQ", flags, 0, 0, user_namespace or 0), 32
        )
        empty = ctypes.c_char_p(b"")
        _call(_MOUNT_SETATTR, tree, empty, _AT_EMPTY_PATH, attributes, ctypes.c_size_t(32))
        where = ctypes.c_char_p(os.fsencode(target))
        _call(_MOVE_MOUNT, tree, empty, _AT_FDCWD, where, _MOVE_MOUNT_F_EMPTY_PATH)
    finally:
        os.close(tree)


def map_ids(process: int, inside: int, outside: int) -> None:
    """In the new user namespace of `process`, let id `inside` stand for id `outside`."""
    folder = Path(f"/proc/{process}")
    if os.geteuid() != 0:
        (folder / "setgroups").write_text("deny")
    (folder / "uid_map").write_text(f"{inside} {outside} 1")
    (folder / "gid_map").write_text(f"{inside} {outside} 1")
