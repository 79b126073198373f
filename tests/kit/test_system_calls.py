"""A process that gave calls up cannot do harm with them, and does its work all the same."""

import subprocess
import sys
from pathlib import Path

import pytest

FEW = """
import os, signal, socket, threading
from colonnade.kit.system_calls import give_up
there = os.open("there", os.O_RDWR)
assert give_up()
try:
    {attempt}
except OSError as problem:
    print(type(problem).__name__)
else:
    print("done")
"""


def come_to(attempt: str, folder: Path) -> str:
    """What a process comes to that gave up calls, in a folder with a file `there`."""
    (folder / "there").write_text("as it was")
    words = [sys.executable, "-c", FEW.format(attempt=attempt)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "attempt",
    [
        "os.execv('/bin/true', ['true'])",
        "os.fork()",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.kill(os.getppid(), signal.SIGUSR1)",
        "socket.socket()",
        "socket.socketpair()",
        "open('there', 'r+')",
        "open('there', 'w')",
        "open('fresh', 'x')",
        "os.open('.', os.O_TMPFILE | os.O_WRONLY)",
        "os.unlink('there')",
        "os.rename('there', 'elsewhere')",
        "os.symlink('there', 'link')",
        "os.chmod('there', 0o777)",
        "os.truncate('there', 0)",
        "os.utime('there')",
        "os.setxattr('there', 'user.x', b'x')",
        "os.pidfd_open(os.getppid())",
    ],
)
def test_what_would_do_harm_is_refused(attempt: str, tmp_path: Path) -> None:
    assert come_to(attempt, tmp_path) == "PermissionError"
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("there", "as it was")]


@pytest.mark.parametrize(
    "attempt",
    [
        "open('there').read()",
        "os.listdir('.')",
        "os.write(1, b'')",
        "os.setresuid(-1, os.getuid(), -1)",
        "t = threading.Thread(target=print); t.start(); t.join()",
        "import zlib; zlib.decompress(zlib.compress(bytes(1 << 20)))",
        "os.pread(there, 4, 0)",
        "bytes(64 << 20)",
    ],
)
def test_what_reads_and_reckons_goes_on(attempt: str, tmp_path: Path) -> None:
    assert come_to(attempt, tmp_path) == "done"
