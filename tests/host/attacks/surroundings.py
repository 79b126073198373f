"""Looks for what a runtime must not find; TARGETS, PORT and NAME are put before it.

Prints JSON: the paths of TARGETS that are there, what of /proc and /sys can be written, and what
answers beyond the sandbox.
"""

# ruff: noqa: F821 (the names above)
import errno
import json
import os
import socket


def answers(family, address):
    """Whether something accepts a connection there."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as way:
            way.settimeout(3)
            way.connect(address)
            return "connected"
    except OSError as problem:
        return errno.errorcode.get(problem.errno, "error")


def writable(top):
    """Files beneath `top` that open for writing; nothing is written."""
    found = []
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
            except OSError:
                continue
            found.append(path)
    return found


print(
    json.dumps(
        {
            "found": [path for path in TARGETS if os.path.lexists(path)],
            "settings": [*writable("/proc/sys"), *writable("/sys")],
            "switches": [
                path
                for path in ("/proc/sysrq-trigger", "/proc/kcore", "/proc/kmsg", "/dev/mem")
                if os.access(path, os.R_OK) or os.access(path, os.W_OK)
            ],
            "abstract": answers(socket.AF_UNIX, "\0" + NAME),
            "loopback": answers(socket.AF_INET, ("127.0.0.1", PORT)),
            "loopback6": answers(socket.AF_INET6, ("::1", PORT)),
        }
    )
)
