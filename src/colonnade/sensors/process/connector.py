"""The kernel's process connector: tells root of every exec on the machine, after it happened.

The second source, used where notification is not to be had. It blocks nothing, and a program that
ends at once may be gone before it is read (three of four one-millisecond programs were caught,
facts of 2026-11). Forms: uapi linux/cn_proc.h, linux/connector.h and linux/netlink.h (6.1).
"""

import asyncio
import ctypes
import os
import re
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from colonnade.sensors.process.reading import Command, Process, read_process, read_running

_NETLINK_CONNECTOR, _GROUP, _VALUE = 11, 1, 1
"""NETLINK_CONNECTOR, CN_IDX_PROC and CN_VAL_PROC."""
_LISTEN = 1
_DONE = 3
_EXEC = 2
"""PROC_EVENT_EXEC."""
_HEADER = struct.Struct("=IHHII")
_MESSAGE = struct.Struct("=IIIIHH")
_WHAT = _HEADER.size + _MESSAGE.size
_PID = _WHAT + 16
"""Behind what, processor and time stand the ids of the thread and of its process."""
_ATTACH_FILTER = 26
"""SO_ATTACH_FILTER of asm-generic/socket.h."""
_ROOM_BYTES = 1 << 20
MOST_AT_ONCE = 50
_RUNTIME = re.compile(r"/([0-9a-f]{32})(?:/|$)", re.MULTILINE)

Saw = Callable[[str, Command, Process], None]
"""Takes a runtime's id, and what was started in it."""


def can_connect() -> bool:
    """Whether this process is given the machine's events."""
    try:
        _connect().close()
    except OSError:
        return False
    return True


class Connector:
    """Reads events on the running loop until it is closed. Raises OSError where it may not."""

    def __init__(self, saw: Saw) -> None:
        self._saw = saw
        self._socket = _connect()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._turn)

    def close(self) -> None:
        """Read no more."""
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _turn(self) -> None:
        for _ in range(MOST_AT_ONCE):
            try:
                event = self._socket.recv(512)
            except OSError:  # None waits, or some were lost (ENOBUFS): the scan sees what lives.
                return
            if (pid := exec_of(event)) is not None:
                self._look(pid)

    def _look(self, pid: int) -> None:
        with suppress(OSError):
            found = _RUNTIME.search(Path(f"/proc/{pid}/cgroup").read_text())
            if found is not None:
                self._saw(found[1], read_running(pid), read_process(pid))


def exec_of(event: bytes) -> int | None:
    """The process that a message says has started a program, None for other messages."""
    if len(event) < _PID + 8 or struct.unpack_from("=I", event, _WHAT)[0] != _EXEC:
        return None
    return struct.unpack_from("=II", event, _PID)[1]


def _connect() -> socket.socket:
    end = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, _NETLINK_CONNECTOR)
    try:
        end.bind((0, _GROUP))
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM_BYTES)
        _keep_execs_only(end)
        order = struct.pack("=I", _LISTEN)
        message = _MESSAGE.pack(_GROUP, _VALUE, 0, 0, len(order), 0) + order
        end.send(_HEADER.pack(_HEADER.size + len(message), _DONE, 0, 0, os.getpid()) + message)
        end.setblocking(False)
    except OSError:
        end.close()
        raise
    return end


def _keep_execs_only(end: socket.socket) -> None:
    """Let the kernel drop the other events; classic BPF loads in network order."""
    lines = (
        (0x20, 0, 0, _WHAT),
        (0x15, 0, 1, socket.htonl(_EXEC)),
        (6, 0, 0, 0xFFFF),
        (6, 0, 0, 0),
    )
    code = b"".join(struct.pack("HBBI", *line) for line in lines)
    kept = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxP", len(lines), ctypes.addressof(kept))
    end.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, program)
