"""Descriptors that come over a socket: closed on exec from the first moment, never more than asked.

`socket.recv_fds` of Python 3.11 drops its flags, so it cannot do the first.
"""

import array
import socket


def receive(end: socket.socket, size: int, count: int) -> tuple[bytes, list[int]]:
    """One packet of at most `size` bytes and its descriptors. Raises OSError.

    What comes beyond `count` descriptors is closed by the kernel (unix(7), MSG_CTRUNC).
    """
    room = socket.CMSG_LEN(count * array.array("i").itemsize)
    data, ancillary, _, _ = end.recvmsg(size, room, socket.MSG_CMSG_CLOEXEC)
    found = array.array("i")
    for level, kind, content in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            found.frombytes(content[: len(content) - len(content) % found.itemsize])
    return data, list(found)
