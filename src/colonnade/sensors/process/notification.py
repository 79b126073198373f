"""How the kernel asks about an exec, and is answered: the descriptor of a seccomp filter.

Forms and numbers: seccomp_unotify(2) and uapi linux/seccomp.h (6.1). A question is answered once.
When the descriptor is closed, every exec under the filter fails with ENOSYS: closed, not open.
"""

import fcntl
import os
import select
import struct
from contextlib import suppress
from typing import NamedTuple

_RECEIVE, _SEND, _IS_VALID, _SET_FLAGS = 0xC050_2100, 0xC018_2101, 0x4008_2102, 0x4008_2104
_CONTINUE = 1
_SYNC_WAKE_UP = 1
"""Linux 6.6: wake who waits on the same processor, which halves what a question costs."""
_NOTIFICATION = struct.Struct("QIIiIQ6Q")
_RESPONSE = struct.Struct("QqiI")
_NAME = "anon_inode:seccomp notify"


class Question(NamedTuple):
    """A thread is about to start a program, and waits.

    Attributes:
        id: of the question.
        thread: its id, as this process sees it.
        number: of the system call.
        arguments: of the call; addresses are those of the thread's memory.
    """

    id: int
    thread: int
    number: int
    arguments: tuple[int, ...]


class Listener:
    """The descriptor on which questions come. One thread may wait, and any other stop it."""

    def __init__(self, descriptor: int) -> None:
        """Takes the descriptor over. Raises ValueError, and closes it, when it is no listener."""
        if os.readlink(f"/proc/self/fd/{descriptor}") != _NAME:
            os.close(descriptor)
            raise ValueError("not the listener of a filter")
        self._descriptor = descriptor
        self._stopped = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._stops, self._either = select.poll(), select.poll()
        self._stops.register(self._stopped, select.POLLIN)
        self._either.register(self._stopped, select.POLLIN)
        self._either.register(descriptor, select.POLLIN)
        with suppress(OSError):
            fcntl.ioctl(descriptor, _SET_FLAGS, struct.pack("Q", _SYNC_WAKE_UP))

    def fileno(self) -> int:
        """The descriptor; -1 once it is closed."""
        return self._descriptor

    def wait(self, seconds: float | None = None) -> bool:
        """Until a question waits, or for so long.

        False when none came, it was stopped, or nobody is left who could ask.
        """
        milliseconds = None if seconds is None else seconds * 1000
        return self._either.poll(milliseconds) == [(self._descriptor, select.POLLIN)]

    def rest(self, seconds: float) -> None:
        """Let questions wait for so long, or until it is stopped."""
        self._stops.poll(seconds * 1000)

    def stop(self) -> None:
        """`wait` and `rest` return, now and from now on."""
        if self._descriptor >= 0:
            os.eventfd_write(self._stopped, 1)

    def receive(self) -> Question | None:
        """The next question; None when who asked has gone. Blocks when none waits."""
        buffer = bytearray(_NOTIFICATION.size)
        try:
            fcntl.ioctl(self._descriptor, _RECEIVE, buffer)
        except OSError:
            return None
        id, thread, _, number, _, _, *arguments = _NOTIFICATION.unpack(buffer)
        return Question(id, thread, number, tuple(arguments))

    def is_valid(self, question: Question) -> bool:
        """Whether who asked still waits: what was read of its memory before was its own."""
        try:
            fcntl.ioctl(self._descriptor, _IS_VALID, struct.pack("Q", question.id))
        except OSError:
            return False
        return True

    def let_pass(self, question: Question) -> bool:
        """Let the program start. Whether who asked was still there, as `is_valid` says."""
        return self._answer(_RESPONSE.pack(question.id, 0, 0, _CONTINUE))

    def refuse(self, question: Question, error: int) -> bool:
        """Let the call fail with `error`, an errno. Whether who asked was still there."""
        return self._answer(_RESPONSE.pack(question.id, 0, -error, 0))

    def close(self) -> None:
        """Answer nobody any more: whoever waits, and every exec to come, fails."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            os.close(self._stopped)
            self._descriptor = -1

    def _answer(self, response: bytes) -> bool:
        try:
            fcntl.ioctl(self._descriptor, _SEND, response)
        except (OSError, ValueError):
            # Once it is closed everybody who waited has been told so by the kernel.
            return False
        return True
