"""The system calls that a runtime does without: a deny list for libseccomp.

What an ordinary notebook needs stays; what only widens the kernel's surface, reaches into other
processes or leads out of the sandbox is refused. Namespaces, capabilities and limits confine; this
takes away the tools for breaking them. A call that is newer than this list was never weighed, so it
answers 'not implemented', as on an older kernel, and libraries fall back.
"""

import errno
import os
import struct
import tempfile
from functools import cache

from colonnade.kit.system_calls import ABSENT, HANDLES, KERNEL, MOUNTS, NAMESPACES, PROCESSES

_CLOCKS = "settimeofday clock_settime clock_adjtime adjtimex stime sethostname setdomainname"
_MEMORY = "move_pages migrate_pages"
_LAST_KNOWN = 466
"""removexattrat of Linux 6.13. From 403 on a call has one number on every architecture."""

_CLONE_FLAGS = (0x80, 0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000)
"""CLONE_NEW{TIME,NS,CGROUP,UTS,IPC,USER,PID} of sched.h; NEWNET follows."""
_CLONE_NEWNET = 0x4000_0000
_TERMINAL_REQUESTS = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX put characters into a terminal's input."""
_LISTENER_FLAG = 8
_AT_EMPTY_PATH = 0x1000
_SET_ID_BITS = (0o4000, 0o2000)
_CREATING = (os.O_CREAT, 0x40_0000)
"""Flags of open(2) with which its mode counts; the second is __O_TMPFILE of fcntl.h."""
_FAMILIES = (1, 2, 10, 16)
"""AF_UNIX, AF_INET, AF_INET6, AF_NETLINK; of the last only protocol 0, NETLINK_ROUTE."""


@cache
def build_filter() -> bytes:
    """The filter as BPF, for bubblewrap's `--seccomp`. Raises ImportError without libseccomp."""
    import pyseccomp as library  # ImportError where libseccomp is not installed: a probed tier.

    rules = library.SyscallFilter(library.ALLOW)
    denied = library.ERRNO(errno.EPERM)
    masked = library.MASKED_EQ

    def refuse(names: str, *conditions: library.Arg, action: int = denied) -> None:
        for name in names.split():
            try:
                rules.add_rule(action, name, *conditions)
            except (RuntimeError, ValueError):
                # A call that this architecture or this libseccomp does not know.
                continue

    everything = (MOUNTS, NAMESPACES, PROCESSES, KERNEL, HANDLES, _CLOCKS, _MEMORY)
    refuse(" ".join(everything))
    refuse(ABSENT, action=library.ERRNO(errno.ENOSYS))
    for flag in (*_CLONE_FLAGS, _CLONE_NEWNET):
        refuse("clone", library.Arg(0, masked, flag, flag))
    for request in _TERMINAL_REQUESTS:
        refuse("ioctl", library.Arg(1, masked, 0xFFFF_FFFF, request))
    refuse("seccomp", library.Arg(1, masked, _LISTENER_FLAG, _LISTENER_FLAG))
    refuse("execveat", library.Arg(4, masked, _AT_EMPTY_PATH, _AT_EMPTY_PATH))
    for bit in _SET_ID_BITS:
        refuse("chmod fchmod", library.Arg(1, masked, bit, bit))
        refuse("fchmodat fchmodat2", library.Arg(2, masked, bit, bit))
        refuse("creat mknod", library.Arg(1, masked, bit, bit))
        refuse("mknodat", library.Arg(2, masked, bit, bit))
        for flag in _CREATING:
            made = library.Arg(1, masked, flag, flag), library.Arg(2, masked, bit, bit)
            refuse("open", *made)
            made = library.Arg(2, masked, flag, flag), library.Arg(3, masked, bit, bit)
            refuse("openat", *made)
    for family in set(range(max(_FAMILIES))) - set(_FAMILIES):
        refuse("socket", library.Arg(0, masked, 0xFFFF_FFFF, family))
    refuse("socket", library.Arg(0, library.GT, max(_FAMILIES)))
    netlink = library.Arg(0, masked, 0xFFFF_FFFF, 16)
    refuse("socket", netlink, library.Arg(2, library.NE, 0))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return _newer_calls_absent() + file.read()


def _newer_calls_absent() -> bytes:
    """Instructions to stand before the others: ENOSYS above `_LAST_KNOWN`.

    Numbers of the x32 interface, from 0x40000000 on, are left to what follows, which kills. Classic
    BPF of linux/bpf_common.h: load word, jump if greater or equal, return.
    """
    load, jump, answer = 0x20, 0x35, 0x06
    refusal = 0x0005_0000 | errno.ENOSYS
    code = ((load, 0, 0, 0), (jump, 2, 0, 0x4000_0000), (jump, 0, 1, _LAST_KNOWN + 1))
    return b"".join(struct.pack("=HBBI", *one) for one in (*code, (answer, 0, 0, refusal)))
