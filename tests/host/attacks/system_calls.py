"""Tries dangerous system calls and prints what came of each, as JSON (numbers of x86-64).

Run inside a runtime, and outside without its walls: a probe is only worth something where it can
succeed. An outcome is the name of the error, 'killed', or what the call gave.
"""

import ctypes
import errno
import fcntl
import json
import os
import pty
import signal
import socket
import stat
import struct
import tempfile

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
FOLDER = tempfile.mkdtemp()


def call(number, *arguments):
    """A raw system call."""
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *arguments)
    return errno.errorcode[ctypes.get_errno()] if result == -1 else "done"


def attempt(work):
    """What an operation of Python's library comes to."""
    try:
        work()
    except OSError as problem:
        return errno.errorcode.get(problem.errno, "error")
    return "done"


def apart(work):
    """The same in a process of its own, for what would change or end this one."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, work().encode())
        os._exit(0)
    os.close(writing)
    outcome = os.read(reading, 100).decode()
    os.close(reading)
    _, status = os.waitpid(child, 0)
    # A process that turned into another program has said nothing.
    return "killed" if os.WIFSIGNALED(status) else outcome or "done"


def where(name):
    return os.path.join(FOLDER, name)


def put_into_terminal():
    _, side = pty.openpty()
    fcntl.ioctl(side, 0x5412, b"x")


def clone_apart():
    """A child in a user namespace; in it the call gives 0."""
    myself = os.getpid()
    outcome = call(56, 0x1000_0000 | signal.SIGCHLD, 0, 0, 0, 0)
    if os.getpid() != myself:
        os._exit(0)
    return outcome


def trace_a_child():
    child = os.fork()
    if child == 0:
        signal.pause()
    seized = call(101, 0x4206, child, 0, 0)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return seized


def read_a_child():
    # The child keeps its parent's addresses, so a variable of ours lies where its own does.
    child = os.fork()
    if child == 0:
        signal.pause()
    here = ctypes.create_string_buffer(8)
    part = struct.pack("PN", ctypes.addressof(here), 8)
    outcome = call(310, child, part, 1, part, 1, 0)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return outcome


def listen_to_calls():
    """A filter that lets everything pass, with a listener."""
    libc.prctl(38, 1, 0, 0, 0)
    program = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7FFF_0000))
    return call(317, 1, 8, struct.pack("HxxxxxxP", 1, ctypes.addressof(program)))


def old_call():
    """getpid by the entry of 32-bit programs, which knows other numbers (int 0x80)."""
    import mmap

    code = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    at = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return "done" if ctypes.CFUNCTYPE(ctypes.c_int)(at)() > 0 else "ENOSYS"


def open_by_handle():
    """Opens a folder of the same file system by a number, past all paths."""
    handle, mount = ctypes.create_string_buffer(struct.pack("I", 128) + bytes(132)), bytes(4)
    call(303, -100, FOLDER.encode(), handle, mount, 0)
    return call(304, os.open(FOLDER, os.O_RDONLY), handle, os.O_RDONLY)


def create(flags, mode, name="set-id"):
    descriptor = os.open(where(name) if flags & os.O_CREAT else FOLDER, flags | os.O_WRONLY, mode)
    return "done" if os.fstat(descriptor).st_mode & 0o6000 else "without"


def made(outcome, name):
    if outcome not in {"done", None}:
        return outcome
    return "done" if os.stat(where(name)).st_mode & 0o6000 else "without"


def outcome_of(work):
    """What `work` says, or the name of its error."""
    try:
        return work()
    except OSError as problem:
        return errno.errorcode.get(problem.errno, "error")


open(where("file"), "w").close()
FILE = where("file").encode()
HOW = struct.pack("QQQ", os.O_CREAT | os.O_WRONLY, 0o4755, 0)

PROBES = {
    "a user namespace": lambda: apart(lambda: call(272, 0x1000_0000)),
    "a mount namespace": lambda: apart(lambda: call(272, 0x0002_0000)),
    "a namespace by clone": lambda: apart(clone_apart),
    "clone3": lambda: call(435, 0, 0),
    "joining a namespace": lambda: apart(
        lambda: call(308, os.open("/proc/self/ns/uts", os.O_RDONLY), 0)
    ),
    "mount": lambda: apart(lambda: call(165, b"none", tempfile.mkdtemp().encode(), b"tmpfs", 0, 0)),
    "open_tree": lambda: call(428, -100, b"/", 0),
    "open_tree_attr": lambda: call(467, -100, b"/", 0, 0, 0),
    "fsopen": lambda: call(430, b"tmpfs", 0),
    "chroot": lambda: apart(lambda: call(161, FOLDER.encode())),
    "ptrace": lambda: apart(trace_a_child),
    "reading a process": lambda: apart(read_a_child),
    "pidfd_getfd": lambda: call(438, os.pidfd_open(os.getpid()), 0, 0),
    "bpf": lambda: call(321, 0, struct.pack("IIIIIIIIQ", 2, 4, 4, 1, 0, 0, 0, 0, 0), 40),
    "perf": lambda: call(298, struct.pack("IIQ", 1, 112, 0) + bytes(96), 0, -1, -1, 0),
    "io_uring": lambda: call(425, 1, bytes(120)),
    "keyctl": lambda: call(250, 0, -3, 1),
    "add_key": lambda: call(248, b"user", b"probe", b"x", 1, -2),
    "userfaultfd": lambda: call(323, 1),
    "open_by_handle_at": open_by_handle,
    "fanotify": lambda: call(300, 0, 0),
    "a filter's listener": lambda: apart(listen_to_calls),
    "a program without a path": lambda: apart(
        lambda: call(322, os.open("/bin/true", os.O_PATH), b"", 0, 0, 0x1000)
    ),
    "32-bit calls": lambda: apart(old_call),
    "x32 calls": lambda: apart(lambda: call(0x4000_0000 + 39)),
    "vsock": lambda: attempt(lambda: socket.socket(40, socket.SOCK_STREAM)),
    "a packet socket": lambda: attempt(lambda: socket.socket(17, socket.SOCK_RAW)),
    "a raw socket": lambda: attempt(lambda: socket.socket(2, socket.SOCK_RAW, 1)),
    "a kernel crypto socket": lambda: attempt(lambda: socket.socket(38, socket.SOCK_SEQPACKET)),
    "netlink for audit": lambda: attempt(lambda: socket.socket(16, socket.SOCK_RAW, 9)),
    "TIOCSTI": lambda: attempt(put_into_terminal),
    "a device": lambda: attempt(
        lambda: os.mknod(where("null"), 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    ),
    "set-user-id by chmod": lambda: attempt(lambda: os.chmod(where("file"), 0o4755)),
    "set-user-id by fchmodat2": lambda: call(452, -100, FILE, 0o4755, 0),
    "set-user-id by open": lambda: outcome_of(lambda: create(os.O_CREAT, 0o4755)),
    "set-user-id by creat": lambda: outcome_of(
        lambda: made(call(85, where("creat").encode(), 0o4755), "creat")
    ),
    "set-user-id by openat2": lambda: outcome_of(
        lambda: made(call(437, -100, where("how").encode(), HOW, 24), "how")
    ),
    "set-user-id by a nameless file": lambda: outcome_of(lambda: create(os.O_TMPFILE, 0o4755)),
    "set-user-id by mknod": lambda: outcome_of(
        lambda: made(os.mknod(where("node"), 0o4755 | stat.S_IFREG), "node")
    ),
    "real-time scheduling": lambda: apart(
        lambda: attempt(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
    ),
    "a higher priority": lambda: apart(lambda: attempt(lambda: os.setpriority(0, 0, -5))),
    "the clock": lambda: apart(lambda: call(227, 9999, bytes(16))),
}
print(json.dumps({name: probe() for name, probe in PROBES.items()}))
