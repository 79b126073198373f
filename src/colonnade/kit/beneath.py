"""Files reached from a folder's descriptor, never through a link, never anything but files.

Code in a runtime changes the same folders while we look: it may put a link, a FIFO or a device
where a file was a microsecond ago. So every look-up is one `openat2(2)` beneath the root without
any link, what was found is examined through `O_PATH` before it is opened at all, and everything
after that goes through the descriptor. Where `openat2` is missing (Linux before 5.6, or a filter
of system calls) each component is opened by itself with `O_NOFOLLOW`, to the same effect.

All functions block; call them from a thread. Paths are relative and canonical (`a/b`; '' is the
root itself), as the file system gives them: bytes that are no UTF-8 come as lone surrogates.
"""

import ctypes
import errno
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager

_libc = ctypes.CDLL(None, use_errno=True)

# linux/openat2.h, asm-generic/unistd.h and linux/fs.h of Linux 6.18.
_SYS_OPENAT2 = 437
_RESOLVE_NO_MAGICLINKS = 0x02
_RESOLVE_NO_SYMLINKS = 0x04
_RESOLVE_BENEATH = 0x08
_RENAME_NOREPLACE = 1

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_LOOK = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
_UNSUPPORTED = {errno.ENOSYS, errno.EPERM, errno.EINVAL, errno.E2BIG}


class _OpenHow(ctypes.Structure):
    _fields_ = (
        ("flags", ctypes.c_uint64),
        ("mode", ctypes.c_uint64),
        ("resolve", ctypes.c_uint64),
    )


@contextmanager
def closing(descriptor: int) -> Generator[int]:
    """Close `descriptor` at the end of the block."""
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def open_root(folder: str | os.PathLike[str]) -> int:
    """A descriptor of a folder that we made ourselves and trust the way to. Raises OSError."""
    return os.open(folder, _FOLDER)


def open_folder(root: int, path: str) -> int:
    """A descriptor of the folder at `path` beneath `root`, of itself for ''. Raises OSError."""
    return _open_beneath(root, path or ".", _FOLDER)


def examine(root: int, path: str) -> os.stat_result:
    """What lies at `path`, links not followed and nothing opened. Raises OSError."""
    with closing(_open_beneath_last(root, path, _LOOK)) as found:
        return os.fstat(found)


def open_file(root: int, path: str, flags: int = os.O_RDONLY) -> int:
    """A descriptor of the regular file at `path` beneath `root`.

    Raises OSError; with ENOENT, as for what does not exist, when it is a link, a folder or special.
    """
    with closing(_open_beneath_last(root, path, _LOOK)) as found:
        if not stat.S_ISREG(os.fstat(found).st_mode):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        # The descriptor is of a regular file and stays so, whatever is at the path by now.
        return os.open(f"/proc/self/fd/{found}", flags | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)


def rename(source_folder: int, source: str, target_folder: int, target: str) -> None:
    """Rename between two open folders, never over something. Raises OSError (EEXIST)."""
    result = _libc.renameat2(
        source_folder, os.fsencode(source), target_folder, os.fsencode(target), _RENAME_NOREPLACE
    )
    if result == 0:
        return
    code = ctypes.get_errno()
    if code not in {errno.ENOSYS, errno.EINVAL}:
        raise OSError(code, os.strerror(code))
    _rename_without_kernel_help(source_folder, source, target_folder, target)


def _rename_without_kernel_help(
    source_folder: int, source: str, target_folder: int, target: str
) -> None:
    # File systems without RENAME_NOREPLACE (NFS): a hard link fails when the name is taken, but
    # folders cannot have one, and there the look before the rename can lose a race with code of
    # the same owner; rename(2) then still refuses to replace a folder that is not empty.
    found = os.stat(source, dir_fd=source_folder, follow_symlinks=False)
    if stat.S_ISDIR(found.st_mode):
        if _exists(target_folder, target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        os.rename(source, target, src_dir_fd=source_folder, dst_dir_fd=target_folder)
        return
    os.link(
        source,
        target,
        src_dir_fd=source_folder,
        dst_dir_fd=target_folder,
        follow_symlinks=False,
    )
    os.unlink(source, dir_fd=source_folder)


def _exists(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _open_beneath(root: int, path: str, flags: int) -> int:
    _demand_downward(path)
    descriptor = _openat2(root, path, flags)
    return _open_step_by_step(root, path, flags) if descriptor is None else descriptor


def _open_beneath_last(root: int, path: str, flags: int) -> int:
    # RESOLVE_NO_SYMLINKS refuses a link in last place too unless O_NOFOLLOW|O_PATH asks to look at
    # it; we want to look, so the folder and the last name are two steps.
    _demand_downward(path)
    folder, _, name = path.rpartition("/")
    if not name:
        return _open_beneath(root, ".", flags)
    with closing(open_folder(root, folder)) as parent:
        return os.open(name, flags, dir_fd=parent)


def _demand_downward(path: str) -> None:
    # Parsed paths never climb; this keeps a caller's mistake from becoming a way out.
    if path.startswith("/") or ".." in path.split("/"):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))


def _openat2(root: int, path: str, flags: int) -> int | None:
    how = _OpenHow(flags, 0, _RESOLVE_BENEATH | _RESOLVE_NO_SYMLINKS | _RESOLVE_NO_MAGICLINKS)
    while True:
        descriptor = int(
            _libc.syscall(
                ctypes.c_long(_SYS_OPENAT2),
                ctypes.c_long(root),
                ctypes.c_char_p(os.fsencode(path)),
                ctypes.byref(how),
                ctypes.c_size_t(ctypes.sizeof(how)),
            )
        )
        if descriptor >= 0:
            return descriptor
        code = ctypes.get_errno()
        if code in _UNSUPPORTED:
            return None
        # EAGAIN: something was renamed during the look-up and the kernel could not be sure.
        if code not in {errno.EAGAIN, errno.EINTR}:
            raise OSError(code, os.strerror(code))


def _open_step_by_step(root: int, path: str, flags: int) -> int:
    current = os.open(".", _FOLDER, dir_fd=root)
    names = [name for name in path.split("/") if name != "."]
    for index, name in enumerate(names):
        with closing(current) as folder:
            current = os.open(name, flags if index == len(names) - 1 else _FOLDER, dir_fd=folder)
    return current
