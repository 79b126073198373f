"""What is seen of programs in a real sandbox."""

import asyncio
import errno
import os
import select
from collections import Counter

import pytest

from colonnade.observations import Observation

from .conftest import Box, Watch

pytestmark = pytest.mark.sandbox


async def test_a_program_is_seen_with_its_words_folder_and_parent(box: Box, watch: Watch) -> None:
    code = "import subprocess; print(subprocess.call(['/bin/echo', 'one', 'two words']))"
    ran = await box.run(code)
    assert ran.printed == "one two words\n0\n"
    (seen,) = watch.seen
    assert seen.subject == "/bin/echo"
    assert seen.attributes["command"] == "/bin/echo one 'two words'"
    assert seen.attributes["folder"] == "/tmp"
    assert seen.attributes["via"] == "notification"


async def test_every_one_of_300_quick_programs_is_seen(box: Box, watch: Watch) -> None:
    code = """
import os
for number in range(300):
    child = os.posix_spawn("/bin/true", ["true", str(number)], {})
    os.waitpid(child, 0)
"""
    await box.run(code)
    assert watch.commands() == [f"true {number}" for number in range(300)]
    assert watch.gaps() == []


async def test_a_renamed_program_shows_its_words(box: Box, watch: Watch) -> None:
    await box.run(
        "import os, shutil, subprocess\n"
        "shutil.copy('/bin/true', '/tmp/helper')\n"
        "subprocess.call(['./helper', '--algo', 'rx/0'], executable='/tmp/helper')"
    )
    (seen,) = watch.seen
    assert (seen.subject, seen.attributes["command"]) == ("/tmp/helper", "./helper --algo rx/0")


async def test_a_program_in_memory_is_told_as_such(box: Box, watch: Watch) -> None:
    code = """
import os
memory = os.memfd_create("x")
os.write(memory, open("/bin/true", "rb").read())
for path in (f"/proc/self/fd/{memory}", f"/dev/fd/{memory}"):
    if os.fork() == 0:
        os.execve(path, ["innocent"], {})
    os.wait()
if os.fork() == 0:
    try:
        os.execve(memory, ["innocent"], {})
    except OSError as problem:
        print(type(problem).__name__, flush=True)
        os._exit(0)
os.wait()
"""
    ran = await box.run(code)
    assert [one.attributes["image"] for one in watch.seen] == ["memfd", "memfd"]
    assert ran.printed == "PermissionError\n"


async def test_a_link_to_a_program_in_memory_is_found_once_it_runs(box: Box, watch: Watch) -> None:
    code = """
import os, shutil, time
memory = os.memfd_create("x")
os.write(memory, open("/bin/sleep", "rb").read())
os.symlink(f"/proc/self/fd/{memory}", "/tmp/link")
if os.fork() == 0:
    os.execve("/tmp/link", ["sleep", "1"], {})
os.wait()
"""
    await box.run(code)
    assert [one.attributes["image"] for one in watch.seen] == ["file", "memfd"]


async def test_daemons_are_seen(box: Box, watch: Watch) -> None:
    code = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sleep", ["sleep", "0.5"])
    os._exit(0)
os.wait()
time.sleep(1)
"""
    await box.run(code)
    assert watch.commands() == ["sleep 0.5"]


async def test_a_shell_on_a_terminal_is_seen(box: Box, watch: Watch) -> None:
    code = """
import os, pty
child, terminal = pty.fork()
if child == 0:
    os.execv("/bin/sh", ["sh"])
os.write(terminal, b"/bin/echo from the terminal; exit\\n")
os.waitpid(child, 0)
"""
    await box.run(code)
    assert watch.commands() == ["sh", "/bin/echo from the terminal"]


async def test_a_program_that_is_looked_for_in_many_folders_is_told_once(
    box: Box, watch: Watch
) -> None:
    await box.run("import subprocess; subprocess.call(['true'])")
    assert [one.subject for one in watch.seen] == ["/usr/bin/true"]


async def test_an_interpreter_is_told_beside_its_script(box: Box, watch: Watch) -> None:
    code = """
import os, subprocess
with open("/tmp/job", "w") as file:
    file.write("#!/bin/sh -e\\nread line\\n")
os.chmod("/tmp/job", 0o755)
job = subprocess.Popen(["/tmp/job", "now"], stdin=subprocess.PIPE)
import time; time.sleep(1)
job.communicate(b"\\n")
"""
    await box.run(code)
    assert watch.commands() == ["/tmp/job now", "/bin/sh -e /tmp/job now"]
    assert watch.gaps() == []


RACE = """
import ctypes, os, threading
libc = ctypes.CDLL(None)
shown = ctypes.create_string_buffer(b"1.55")
name = ctypes.create_string_buffer(b"sleep")
words = (ctypes.c_void_p * 3)(ctypes.addressof(name), ctypes.addressof(shown), None)
none = (ctypes.c_void_p * 1)(None)
def change():
    while True:
        shown[3] = b"5"
        shown[3] = b"6"
for _ in range(12):
    if os.fork() == 0:
        threading.Thread(target=change, daemon=True).start()
        libc.execve(b"/bin/sleep", words, none)
for _ in range(12):
    os.wait()
"""


async def test_changing_the_words_while_they_are_read_is_found(box: Box, watch: Watch) -> None:
    raced: list[Observation] = []
    for _ in range(6):  # On a busy machine, the second thread may not run at the right moment.
        await box.run(RACE)
        if raced := [one for one in watch.seen if one.attributes.get("via") == "scan"]:
            break
    asked = [one for one in watch.seen if one.attributes.get("via") == "notification"]
    assert len(asked) % 12 == 0
    assert raced
    assert set(watch.gaps()) == {"argument-race"}
    for one in raced:
        (before,) = [two for two in asked if two.attributes["pid"] == one.attributes["pid"]]
        assert before.attributes["command"] != one.attributes["command"]


async def test_a_program_started_by_a_thread_is_put_down_to_its_process(
    box: Box, watch: Watch
) -> None:
    code = """
import os, threading, time
threading.Thread(target=lambda: os.execv("/bin/sleep", ["sleep", "1"])).start()
time.sleep(9)
"""
    async with box.start(code) as (_, process):
        await process.wait()
    (seen,) = watch.seen
    assert seen.attributes["command"] == "sleep 1"


async def test_a_flood_waits_and_another_runtime_does_not(box: Box, watch: Watch) -> None:
    flood = """
import os
while True:
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)
"""
    async with box.start(flood) as (first, _), box.start(flood) as (second, _):
        await asyncio.sleep(2)
        ran = await box.run("import os; print(os.system('/bin/echo still here'))")
    assert "still here" in ran.printed
    counts = Counter(one.runtime for one in watch.seen)
    assert counts[ran.runtime] == 2
    assert min(counts[first], counts[second]) > 0


async def test_programs_start_while_the_hosts_loop_does_something_else(
    box: Box, watch: Watch
) -> None:
    code = "import os, time; time.sleep(0.5); os.system('/bin/echo started')"
    async with box.start(code) as (_, process):
        ended = os.pidfd_open(process.pid)
        select.select([ended], [], [], 20)  # The loop stands still meanwhile.
        os.close(ended)
    assert watch.commands() == ["sh -c '/bin/echo started'", "/bin/echo started"]


async def test_without_a_listener_nothing_starts(box: Box, watch: Watch) -> None:
    ran = await box.run("print('never')", listens=False)
    assert ran.code != 0
    assert "never" not in ran.printed
    assert watch.seen == []


async def test_when_the_listener_dies_no_program_starts_any_more(box: Box, watch: Watch) -> None:
    code = """
import subprocess, sys
print("up", flush=True)
input_line = __import__("time").sleep(1)
try:
    subprocess.call(["/bin/echo", "started"])
except OSError as problem:
    print(problem.errno)
"""
    async with box.start(code) as (runtime, process):
        assert process.stdout is not None
        assert await process.stdout.readline() == b"up\n"
        watch.sensor.end(runtime)
        assert (await process.stdout.read()).strip() == str(errno.ENOSYS).encode()


async def test_a_handler_that_fails_still_answers_and_says_so(
    box: Box, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(thread: int) -> None:
        raise RuntimeError("a fault of ours")

    code = "import os; print(os.system('/bin/echo started'))"
    monkeypatch.setattr("colonnade.sensors.process.listening.read_process", fail)
    assert "started" in (await box.run(code)).printed
    assert "exec-unread" in watch.gaps()


async def test_addresses_that_lead_nowhere_fail_as_they_would_and_are_told(
    box: Box, watch: Watch
) -> None:
    code = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
none = (ctypes.c_void_p * 1)(None)
for path, words in ((ctypes.c_void_p(8), none), (b"/bin/true", ctypes.c_void_p(8))):
    print(libc.execve(path, words, none), errno.errorcode[ctypes.get_errno()])
"""
    assert (await box.run(code)).printed == "-1 EFAULT\n" * 2
    (gap,) = watch.seen
    assert (gap.kind, gap.subject, gap.attributes["count"]) == ("gap", "exec-unread", 2)


async def test_a_secret_among_the_words_is_not_told(box: Box, watch: Watch) -> None:
    await box.run(
        "import subprocess; subprocess.call(['/bin/true', '--password', 'correct-horse'])"
    )
    (seen,) = watch.seen
    assert seen.attributes["command"] == "/bin/true --password '<redacted>'"
    assert "horse" not in repr(seen)


async def test_the_inside_has_no_descriptor_of_the_listener(box: Box) -> None:
    code = """
import os
print([os.readlink(f"/proc/self/fd/{one}") for one in os.listdir("/proc/self/fd")
       if os.path.exists(f"/proc/self/fd/{one}")])
"""
    printed = (await box.run(code)).printed
    assert "/dev/null" in printed or "pipe:" in printed
    assert "seccomp" not in printed


async def test_a_second_listener_cannot_be_had_inside(box: Box) -> None:
    code = """
import ctypes, errno, platform
libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 317, "aarch64": 277}[platform.machine()]
print(libc.syscall(number, 1, 8, None), errno.errorcode[ctypes.get_errno()])
"""
    assert (await box.run(code)).printed == "-1 EPERM\n"
