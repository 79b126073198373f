"""What stands in place of a runtime's Jupyter server when an attacker has replaced it.

Standard library only, since it runs inside a sandbox, on the listener that the host hands in. It
starts kernels as a proper server would; everything else it answers as the name of the notebook's
folder says (`ANSWERS` over HTTP, `FRAMES` over WebSockets), which the host writes for the runtime.
"""

import base64
import gzip
import hashlib
import json
import os
import socket
import struct
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress

Pieces = Iterator[bytes]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""The constant of RFC 6455, section 1.3."""
MOMENT = "2026-11-30T00:00:00Z"


def whole(body: bytes, more: bytes = b"") -> bytes:
    return OK + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


def for_ever(piece: bytes, seconds: float = 0) -> Pieces:
    while True:
        yield piece
        time.sleep(seconds)


def after(first: bytes, rest: Pieces) -> Pieces:
    yield first
    yield from rest


def chunk(piece: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(piece), piece)


ANSWERS: dict[str, Callable[[], Pieces]] = {
    "endless-header": lambda: after(OK, for_ever(b"X-More: " + b"a" * 1000 + b"\r\n")),
    "one-large-header": lambda: after(OK + b"X-Large: ", for_ever(b"a" * 65536)),
    "endless-body": lambda: after(
        OK + b"Transfer-Encoding: chunked\r\n\r\n", for_ever(chunk(b" " * 65536))
    ),
    "huge-body": lambda: after(OK + b"Content-Length: 99999999999\r\n\r\n", for_ever(b" " * 65536)),
    "slow-header": lambda: after(OK + b"X-Slow: ", for_ever(b"a", 0.3)),
    "slow-body": lambda: after(OK + b"Content-Length: 100000\r\n\r\n", for_ever(b" ", 0.3)),
    "silent": lambda: for_ever(b"", 0.3),
    "interim-answers": lambda: for_ever(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "no-http": lambda: iter([bytes(range(256)) * 40]),
    "two-lengths": lambda: iter(
        [OK + b"Content-Length: 2\r\nContent-Length: 90000\r\n\r\n[]" + b"x" * 70000]
    ),
    "bad-chunks": lambda: iter(
        [OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n[]\r\nffffffffffffffffff\r\n"]
    ),
    "two-framings": lambda: iter(
        [OK + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n[]\r\n0\r\n\r\n"]
    ),
    "cut-short": lambda: iter([OK + b"Content-Length: 500\r\n\r\n[{"]),
    "a-page": lambda: iter(
        [
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: colonnade=stolen\r\n"
            b"Content-Length: 25\r\n\r\n<script>alert(1)</script>"
        ]
    ),
    "elsewhere": lambda: iter(
        [b"HTTP/1.1 302 F\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"]
    ),
    "deep": lambda: iter([whole(b"[" * 500_000)]),
    "a-bomb": lambda: iter(
        [whole(gzip.compress(b" " * (16 << 20)), b"Content-Encoding: gzip\r\n")]
    ),
    "other-shapes": lambda: iter(
        [whole(json.dumps([{"id": "../../x", "name": "<b>", "last_activity": 1e999}]).encode())]
    ),
    "unasked-upgrade": lambda: iter(
        [b"HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"]
    ),
}


def frame(head: int, payload: bytes = b"", length: int | None = None) -> bytes:
    size = len(payload) if length is None else length
    if size < 126:
        return struct.pack("!BB", head, size) + payload
    return struct.pack("!BBQ", head, 127, size) + payload


OUTPUT = json.dumps({"channel": "iopub", "msg_type": "stream", "text": "x" * 60_000}).encode()
FRAMES: dict[str, Callable[[], Pieces]] = {
    "ws-flood": lambda: for_ever(frame(0x81, OUTPUT)),
    "ws-endless-message": lambda: after(frame(0x01, b"x"), for_ever(frame(0x00, b"x" * 65536))),
    "ws-huge-frame": lambda: after(frame(0x82, length=1 << 40), for_ever(b"x" * 65536)),
    "ws-pings": lambda: for_ever(frame(0x89, b"ping")),
    "ws-no-text": lambda: for_ever(frame(0x81, b"\xff\xfe\xc0"), 0.05),
    "ws-odd-frames": lambda: iter([frame(0xF7, b"?")]),
    "ws-half-a-frame": lambda: iter([frame(0x82, b"x", 500)]),
    "ws-silent": lambda: for_ever(b"", 0.3),
    "ws-odd-close": lambda: iter([frame(0x88, b"\x00\x01" + b"\xff" * 20)]),
}


def folder() -> str:
    with suppress(OSError), open("/run/colonnade/folder") as file:
        return file.read()
    return ""


def kernel() -> bytes:
    made = {"id": str(uuid.uuid4()), "name": "python3", "last_activity": MOMENT}
    return json.dumps({**made, "execution_state": "idle", "connections": 0}).encode()


def pieces_for(head: bytes) -> Pieces:
    first, *lines = head.split(b"\r\n")
    method, path, *_ = first.split(b" ")
    mode = folder().partition("/")[0]
    if path == b"/api" or (method, path) == (b"POST", b"/api/kernels"):
        return iter([whole(kernel())])
    fields = (line.split(b": ", 1) for line in lines if b": " in line)
    headers = {name.lower(): value for name, value in fields}
    if b"upgrade" in headers and mode in FRAMES:
        accept = base64.b64encode(hashlib.sha1(headers[b"sec-websocket-key"] + ACCEPT).digest())
        shaken = b"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        return after(shaken + b"Sec-WebSocket-Accept: %s\r\n\r\n" % accept, FRAMES[mode]())
    return ANSWERS.get(mode, ANSWERS["silent"])()


def serve(way: socket.socket) -> None:
    with way, suppress(OSError):
        head = b""
        while b"\r\n\r\n" not in head:
            if not (piece := way.recv(65536)):
                return
            head += piece
        for piece in pieces_for(head.partition(b"\r\n\r\n")[0]):
            way.sendall(piece)


def main() -> None:
    listener = socket.socket(fileno=3)
    listener.setblocking(True)
    while True:
        way, _ = listener.accept()
        way.setblocking(True)
        threading.Thread(target=serve, args=(way,), daemon=True).start()


if __name__ == "__main__":
    os.chdir("/")
    main()
