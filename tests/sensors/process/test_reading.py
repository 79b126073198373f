"""What is read of real processes, hostile ones included."""

import ctypes
import os
import subprocess
import sys
import threading

import pytest

from colonnade.sensors.process.reading import (
    MOST_WORDS,
    read_asked,
    read_process,
    read_running,
)


def pointers(words: list[bytes]) -> ctypes.Array[ctypes.c_char_p]:
    return (ctypes.c_char_p * (len(words) + 1))(*words, None)


def test_words_are_read_out_of_memory() -> None:
    name = ctypes.create_string_buffer(b"/bin/tool")
    words = pointers([b"tool", b"", b"\xff\xfe", "größe".encode(), b"x" * 9000])
    asked = read_asked(os.getpid(), ctypes.addressof(name), ctypes.addressof(words), None)
    assert asked.program == "/bin/tool"
    assert asked.words == ("tool", "", "\ufffd\ufffd", "größe", "x" * 9000)
    assert (asked.folder, asked.image, asked.cut) == (os.getcwd(), "file", False)


def test_no_words_are_no_error() -> None:
    name = ctypes.create_string_buffer(b"/bin/tool")
    assert read_asked(os.getpid(), ctypes.addressof(name), 0, None).words == ()


def test_too_many_words_and_too_long_ones_are_cut_and_said_to_be() -> None:
    name = ctypes.create_string_buffer(b"/bin/tool")
    many = pointers([b"x"] * (MOST_WORDS + 5))
    asked = read_asked(os.getpid(), ctypes.addressof(name), ctypes.addressof(many), None)
    assert (len(asked.words), asked.cut) == (MOST_WORDS, True)
    long = pointers([b"tool", b"x" * 300_000, b"y"])
    asked = read_asked(os.getpid(), ctypes.addressof(name), ctypes.addressof(long), None)
    assert asked.cut
    assert sum(map(len, asked.words)) <= 128 << 10


@pytest.mark.parametrize("address", [8, 0x7FFF_FFFF_F000, (1 << 63) - 8, (1 << 64) - 8])
def test_addresses_that_lead_nowhere_are_an_error(address: int) -> None:
    name = ctypes.create_string_buffer(b"/bin/tool")
    wrong = (ctypes.c_void_p * 2)(address, None)
    for program, words in (
        (address, ctypes.addressof(wrong)),
        (ctypes.addressof(name), address),
        (ctypes.addressof(name), ctypes.addressof(wrong)),
    ):
        with pytest.raises(OSError, match=r"memory|Input"):
            read_asked(os.getpid(), program, words, None)


def test_a_relative_path_starts_from_its_descriptor(tmp_path: object) -> None:
    name, words = ctypes.create_string_buffer(b"tool"), pointers([b"tool"])
    folder = os.open(str(tmp_path), os.O_RDONLY)
    try:
        given = (os.getpid(), ctypes.addressof(name), ctypes.addressof(words))
        assert read_asked(*given, folder).program == f"{tmp_path}/tool"
        assert read_asked(*given, -100).program == "tool"
    finally:
        os.close(folder)


def test_a_running_program_is_read_and_one_that_has_gone_is_an_error() -> None:
    code = "import sys; sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code, "a b"], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        found = read_process(process.pid)
        assert (found.pid, found.parent) == (process.pid, os.getpid())
        process.stdin.close()
        process.wait()
    for read in (read_running, read_process):
        with pytest.raises((FileNotFoundError, ProcessLookupError)):
            read(process.pid)


def test_a_thread_is_put_down_to_its_process() -> None:
    found: list[int] = []
    thread = threading.Thread(
        target=lambda: found.append(read_process(threading.get_native_id()).pid)
    )
    thread.start()
    thread.join()
    assert found == [os.getpid()]


def test_a_program_with_spaces_and_parentheses_in_its_name_is_read(tmp_path: object) -> None:
    odd = f"{tmp_path}/a) R (b c"
    os.symlink("/bin/sleep", odd)
    with subprocess.Popen([odd, "5"]) as process:
        assert read_process(process.pid).parent == os.getpid()
        process.kill()
