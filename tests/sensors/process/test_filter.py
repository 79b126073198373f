"""What the filter answers, for each machine, and that foreign system calls end the process."""

import platform
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.sensors.process.filter import ALLOW, ASK, KILL, MACHINES, build_filter

from .conftest import Box, Watch

NAMES = sorted(MACHINES)
I386 = 0x4000_0003
"""AUDIT_ARCH_I386."""


def answer(program: bytes, number: int, architecture: int) -> int:
    """What the kernel's machine for classic BPF would come to (uapi linux/filter.h)."""
    data = struct.pack("=II56x", number, architecture)
    lines = [struct.unpack_from("HBBI", program, at) for at in range(0, len(program), 8)]
    at = value = 0
    while True:
        code, then, other, k = lines[at]
        at += 1
        if code == 0x20:
            (value,) = struct.unpack_from("=I", data, k)
        elif code == 0x15:
            at += then if value == k else other
        elif code == 0x35:
            at += then if value >= k else other
        else:
            assert code == 0x06
            return k


@pytest.mark.parametrize("name", NAMES)
def test_both_ways_to_start_a_program_are_asked_about(name: str) -> None:
    machine = MACHINES[name]
    for number in (machine.execve, machine.execveat):
        assert answer(build_filter(machine), number, machine.audit) == ASK


@pytest.mark.parametrize("name", NAMES)
@given(number=st.integers(0, 0xFFFF_FFFF))
def test_other_calls_pass_and_foreign_ones_end_the_process(name: str, number: int) -> None:
    machine = MACHINES[name]
    program = build_filter(machine)
    if number >= machine.foreign:
        assert answer(program, number, machine.audit) == KILL
    elif number not in {machine.execve, machine.execveat}:
        assert answer(program, number, machine.audit) == ALLOW
    assert answer(program, number, I386) == KILL


@pytest.mark.sandbox
@pytest.mark.skipif(platform.machine() != "x86_64", reason="x32 is of x86_64")
async def test_an_exec_by_the_number_of_x32_ends_the_process(box: Box, watch: Watch) -> None:
    code = """
import ctypes, os
if os.fork() == 0:
    words = (ctypes.c_char_p * 2)(b"true", None)
    ctypes.CDLL(None).syscall(0x40000000 + 520, b"/bin/true", words, None)
    os._exit(0)
print(os.WTERMSIG(os.wait()[1]))
"""
    box.confined = False  # So that the deny list of `host.seccomp` is not what ends it.
    assert (await box.run(code)).printed == "31\n"
    assert watch.seen == []


@pytest.mark.sandbox
@pytest.mark.skipif(platform.machine() != "x86_64", reason="i386 is of x86_64")
async def test_an_exec_by_the_number_of_i386_ends_the_process(box: Box, watch: Watch) -> None:
    code = """
import ctypes, mmap, os
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes.fromhex("b80b000000 cd80 c3"))  # mov eax, 11; int 0x80; ret
if os.fork() == 0:
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    os._exit(0)
print(os.WTERMSIG(os.wait()[1]))
"""
    box.confined = False
    assert (await box.run(code)).printed == "31\n"
    assert watch.seen == []
