"""What this machine can see of processes, found out by trying: lines of the tier."""

import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from colonnade.host.egress import handover
from colonnade.host.egress.descriptors import receive
from colonnade.runtimes.engine import TierLine
from colonnade.sensors.process.connector import can_connect
from colonnade.sensors.process.filter import MACHINES, build_filter
from colonnade.sensors.process.notification import Listener
from colonnade.sensors.process.reading import read_asked

LAUNCH = Path(__file__).parents[1] / "launch.py"
REMEDY = (
    "Linux 5.5 or newer on x86_64 or aarch64, and a host that is not itself under such a filter"
)
_PATIENCE_SECONDS = 10.0
_CLOSED = (
    "a command that nobody judged in time is refused, and so is every one when the host is gone"
)


def try_asking(command: list[str], user: int | None) -> str:
    """Start a confined command through the filter, answer for it and read what it asks for.

    What was wrong, or ''.
    """
    machine = MACHINES.get(os.uname().machine)
    if machine is None:
        return f"no filter for {os.uname().machine}"
    mine, theirs = handover.pair()
    plan = {
        "groups": [],
        "uid": user,
        "limits": {},
        "passed": {"asking": theirs.fileno()},
        "filter": build_filter(machine).hex(),
        "parent": os.getpid(),
        "command": command,
        "variables": {},
    }
    try:
        with mine, theirs, _started(plan, theirs) as process:
            theirs.close()
            try:
                return _answer(process, mine, command[-1])
            finally:
                process.kill()
    except (OSError, ValueError) as problem:
        return str(problem)


def processes_line(asks: str, unsafe: bool) -> TierLine:
    """How programs are seen. asks: why the kernel does not ask about execs, or ''."""
    connector = can_connect()
    second = "available" if connector else "not to be had here"
    if not asks:
        detail = "every exec, by notification of its filter and a scan each second; the process "
        return TierLine("processes", "full", f"{detail}connector is {second} and not needed")
    remedy = "start without --unsafe-no-sandbox" if unsafe else REMEDY
    if connector:
        detail = "most execs, by the process connector and a scan each second"
        return TierLine("processes", "reduced", f"{detail} (no notification: {asks})", remedy)
    detail = f"only programs that live for a second, by a scan (no notification: {asks})"
    return TierLine("processes", "reduced", detail, remedy)


def exec_gate_line(asks: str, unsafe: bool) -> TierLine:
    """Whether commands can be judged before they run, and what happens when that fails."""
    if not asks:
        detail = f"for classes with exec_gate = true; fails closed: {_CLOSED}"
        return TierLine("exec gate", "full", detail)
    remedy = "start without --unsafe-no-sandbox" if unsafe else REMEDY
    detail = f"not to be had ({asks}); runtimes of classes with exec_gate = true do not start"
    return TierLine("exec gate", "missing", detail, remedy)


def _started(plan: Mapping[str, object], end: socket.socket) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(LAUNCH)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(end.fileno(),),
        env={},
        cwd="/",
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(plan).encode())
    process.stdin.close()
    return process


def _answer(process: "subprocess.Popen[bytes]", end: socket.socket, last: str) -> str:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    select.select([end], [], [], _PATIENCE_SECONDS)
    _, descriptors = receive(end, 64, 1)
    if not descriptors:
        return "the filter cannot be installed"
    listener = Listener(descriptors[0])
    read: list[str] = []
    try:
        while process.poll() is None and time.monotonic() < deadline:
            question = listener.receive() if listener.wait(0.05) else None
            if question is not None:
                program, words = question.arguments[:2]
                asked = read_asked(question.thread, program, words, None)
                read.append(asked.program)
                listener.let_pass(question)
    finally:
        listener.close()
    if process.poll() != 0:
        return "a confined command does not start under the filter"
    return "" if read[-1:] == [last] else "the memory of runtimes cannot be read"
