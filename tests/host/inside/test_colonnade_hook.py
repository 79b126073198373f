"""The hook tells what is made at run time, and passes over what stands in files."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from colonnade.host.stage import INSIDE

Told = list[tuple[str, str]]


class Interpreter:
    """Runs code under the hook, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, code: str) -> Told:
        """Origin and text of what was told."""
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        script = self.folder / "cell.py"
        beginning = "import colonnade_hook, time\ncolonnade_hook.install()\n"
        script.write_text(f"{beginning}{code}\ntime.sleep(0.5)\n")
        variables = {
            "PYTHONPATH": str(INSIDE),
            "COLONNADE_HOOK": str(theirs.fileno()),
            "COLONNADE_ROOT": str(self.folder / "content"),
        }
        with mine, theirs:
            done = subprocess.run(
                [sys.executable, "-X", "dev", str(script)],
                pass_fds=(theirs.fileno(),),
                env={**os.environ, **variables},
                capture_output=True,
                timeout=60,
            )
            assert (done.returncode, done.stderr) == (0, b"")
            theirs.close()
            return list(_texts(mine))


def _texts(end: socket.socket) -> Generator[tuple[str, str]]:
    while packet := end.recv(1 << 20):
        line, _, body = packet.partition(b"\n")
        head = json.loads(line)
        if head["kind"] == "text":
            yield head["origin"], body.decode()


@pytest.fixture
def python() -> Generator[Interpreter]:
    with tempfile.TemporaryDirectory() as folder:
        yield Interpreter(Path(folder))


def test_a_text_of_the_cell_is_told_from_one_that_was_made(python: Interpreter) -> None:
    told = python.run(
        "exec('a = 1')\nexec('a = ' + str(2))\nexec(compile('a=' + str(3), 'x', 'exec'))"
    )
    assert sorted(told) == [("computed", "a = 2"), ("computed", "a=3"), ("literal", "a = 1")]


def test_a_parsed_tree_is_told_by_its_text_and_data_is_not(python: Interpreter) -> None:
    told = python.run(
        "import ast\nast.literal_eval('[1,' + str(2) + ']')\n"
        "exec(compile(ast.parse('b = %d' % 1), 'x', 'exec'))"
    )
    assert told == [("computed", "b = 1")]


def test_what_libraries_make_for_themselves_is_passed_over(python: Interpreter) -> None:
    told = python.run(
        "import collections, dataclasses, enum, typing, decimal, xml.dom.minidom\n"
        "collections.namedtuple('P', 'x y')\n"
        "@dataclasses.dataclass\nclass A:\n    x: int = 1\n"
    )
    assert told == []


def test_the_same_is_told_once_and_a_flood_is_dropped(python: Interpreter) -> None:
    assert len(python.run("for _ in range(1000):\n    eval('1+' + str(1))")) == 1
    assert 1 < len(python.run("for n in range(20000):\n    eval('1+' + str(n))")) < 400


def test_a_code_object_without_a_text_is_described(python: Interpreter) -> None:
    inner = "import marshal; x = marshal.dumps(compile(open('/dev/stdin').read(), 'q', 'exec'))"
    text = "import subprocess as s\ndef f():\n    s.run(['git', 'clone', 'u'])\nx = 'a'"
    made = subprocess.run(
        [sys.executable, "-c", f"{inner}; print(x)"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    ((origin, told),) = python.run(f"import marshal\nexec(marshal.loads({made}))")
    assert origin == "code"
    assert "import subprocess" in told
    assert "s.run(['git', 'clone', 'u'])" in told


def test_a_closed_channel_or_another_file_in_its_place_harms_nobody(python: Interpreter) -> None:
    told = python.run(
        f"import os\ntaken = {str(python.folder / 'taken')!r}\n"
        "for n in os.listdir('/proc/self/fd'):\n"
        "    if int(n) >= 200: os.close(int(n))\n"
        "os.dup2(os.open(taken, os.O_CREAT | os.O_RDWR), 200)\n"
        "exec('c = %d' % 1)\ntime.sleep(0.2)\n"
        "assert os.path.getsize(taken) == 0\nos.unlink(taken)"
    )
    assert told == []


def test_without_a_channel_nothing_is_installed() -> None:
    code = "import colonnade_hook; colonnade_hook.install(); exec('1'); print('fine')"
    environment = {**os.environ, "PYTHONPATH": str(INSIDE), "COLONNADE_HOOK": "999"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )
    assert done.stdout == "fine\n"


def test_threads_and_children_each_have_their_say(python: Interpreter) -> None:
    told = python.run(
        "import os, threading\n"
        "def work(n):\n    exec('value = ' + str(n))\n"
        "threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]\n"
        "for one in threads: one.start()\n"
        "for one in threads: one.join()\n"
        "for n in range(8, 12):\n"
        "    if os.fork() == 0:\n        work(n)\n        os._exit(0)\n    os.wait()\n"
    )
    assert sorted(told) == sorted(("computed", f"value = {n}") for n in range(12))


def test_an_interrupt_and_deep_recursion_pass_through_unharmed(python: Interpreter) -> None:
    told = python.run(
        "import signal\n"
        "def stop(*_): raise KeyboardInterrupt\n"
        "signal.signal(signal.SIGALRM, stop)\nsignal.setitimer(signal.ITIMER_REAL, 0.2)\n"
        "try:\n    while True: eval('1' + '')\nexcept KeyboardInterrupt: pass\n"
        "def deeper(): exec('deeper()')\n"
        "try: deeper()\nexcept RecursionError: pass\n"
        "exec('last = ' + str(1))"
    )
    assert ("computed", "last = 1") in told
