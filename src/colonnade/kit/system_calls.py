"""System calls by what they do, and a filter with which a process of ours gives them up.

The groups are shared with the filter of runtimes (`host.seccomp`), which leaves a person more. To
forbid another call, add it to the group whose sentence fits it.
"""

import errno
import os
from contextlib import suppress

MOUNTS = (
    "mount umount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig fsmount fspick "
    "mount_setattr swapon swapoff quotactl quotactl_fd"
)
NAMESPACES = "unshare setns"
PROCESSES = "ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp process_madvise"
"""Reaching into other processes."""
KERNEL = (
    "keyctl add_key request_key bpf perf_event_open userfaultfd init_module finit_module "
    "delete_module kexec_load kexec_file_load reboot syslog acct iopl ioperm modify_ldt "
    "nfsservctl lookup_dcookie uselib ustat vhangup fanotify_init"
)
HANDLES = "open_by_handle_at name_to_handle_at"
ABSENT = "clone3 openat2 io_uring_setup io_uring_enter io_uring_register"
"""To be answered 'not implemented', so that libraries fall back to what can be filtered: the flags
of clone3 and the mode of openat2 lie in memory, where a filter cannot look."""
_PROGRAMS = "execve execveat fork vfork"
_SIGNALS = "kill tkill pidfd_open pidfd_send_signal rt_sigqueueinfo rt_tgsigqueueinfo"
_NETWORK = "socket socketpair connect bind listen accept accept4"
_CHANGES = (
    "creat mkdir mkdirat mknod mknodat rename renameat renameat2 unlink unlinkat rmdir link linkat "
    "symlink symlinkat truncate chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat "
    "utime utimes utimensat futimesat setxattr lsetxattr fsetxattr removexattr lremovexattr "
    "fremovexattr"
)
_CLONE_THREAD = 0x1_0000
"""Of sched.h: what is cloned is a thread of the same process."""
_WRITING = (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC)


def give_up() -> bool:
    """Start no program, signal nobody, open no connection and change no file, from here on.

    What is open stays open, files can be read and threads started. It lasts for good. False where
    libseccomp is not installed, and nothing has changed.
    """
    try:
        import pyseccomp as library  # ImportError without libseccomp: the user and limits remain.
    except ImportError:
        return False
    rules = library.SyscallFilter(library.ALLOW)
    masked = library.MASKED_EQ

    def refuse(names: str, *conditions: library.Arg, error: int = errno.EPERM) -> None:
        for name in names.split():
            with suppress(RuntimeError, ValueError):  # Not a call of this architecture.
                rules.add_rule(library.ERRNO(error), name, *conditions)

    for group in (MOUNTS, NAMESPACES, PROCESSES, KERNEL, HANDLES):
        refuse(group)
    for group in (_PROGRAMS, _SIGNALS, _NETWORK, _CHANGES):
        refuse(group)
    refuse("clone", library.Arg(0, masked, _CLONE_THREAD, 0))
    for flag in _WRITING:
        refuse("open", library.Arg(1, masked, flag, flag))
        refuse("openat", library.Arg(2, masked, flag, flag))
    refuse(ABSENT, error=errno.ENOSYS)
    rules.load()
    return True
