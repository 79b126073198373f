"""The system call filter that makes the kernel ask before a program is started. Pure.

It is classic BPF over `struct seccomp_data` (seccomp(2); uapi linux/seccomp.h, linux/filter.h). It
asks about execve and execveat and lets all else pass: what is denied is for `host.seccomp`, whose
refusals go before a question (seccomp(2), 'filter return values'). A call by another architecture's
numbers (i386 and x32 on x86_64, 32-bit ARM on aarch64) ends the process, so that no exec goes by
unseen under a number that is not looked for; such programs do not run under the deny list either.

To support another machine, add its numbers to `MACHINES`.
"""

import struct
from dataclasses import dataclass

ALLOW, ASK, KILL = 0x7FFF_0000, 0x7FC0_0000, 0x8000_0000
"""SECCOMP_RET_ALLOW, _USER_NOTIF and _KILL_PROCESS."""
_NUMBER, _ARCHITECTURE = 0, 4
"""Where `nr` and `arch` stand in `struct seccomp_data`."""
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
"""BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_JMP|BPF_JGE|BPF_K, BPF_RET|BPF_K."""
_NONE = 0xFFFF_FFFF


@dataclass(frozen=True)
class Machine:
    """Numbers of one architecture.

    Attributes:
        audit: its AUDIT_ARCH_ value (uapi linux/audit.h).
        execve, execveat: system call numbers (uapi asm/unistd.h).
        foreign: numbers from here up belong to another set of calls (x32's __X32_SYSCALL_BIT).
    """

    audit: int
    execve: int
    execveat: int
    foreign: int = _NONE


MACHINES = {
    "x86_64": Machine(0xC000_003E, 59, 322, 0x4000_0000),
    "aarch64": Machine(0xC000_00B7, 221, 281),
}
"""By `os.uname().machine`."""


def build_filter(machine: Machine) -> bytes:
    """The program, as an array of `struct sock_filter`."""
    lines = (
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 3, 0, machine.foreign),
        (_EQUAL, 3, 0, machine.execve),
        (_EQUAL, 2, 0, machine.execveat),
        (_RETURN, 0, 0, ALLOW),
        (_RETURN, 0, 0, KILL),
        (_RETURN, 0, 0, ASK),
    )
    return b"".join(struct.pack("HBBI", *line) for line in lines)
