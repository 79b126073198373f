"""A hostile folder becomes an archive: links as links, nothing special opened, memory bounded."""

import io
import os
import socket
import stat
import subprocess
import sys
import tarfile
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.host import packing
from colonnade.host.processes import remove_tree

SCRIPT = Path(packing.__file__)


def packed(folder: Path) -> tarfile.TarFile:
    """The archive that the process makes of a folder."""
    root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    done = subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, str(root)], pass_fds=(root,), capture_output=True
    )
    os.close(root)
    assert (done.returncode, done.stderr) == (0, b"")
    return tarfile.open(fileobj=io.BytesIO(done.stdout), mode="r:gz")


def text_of(archive: tarfile.TarFile, name: str) -> str:
    found = archive.extractfile(name)
    assert found is not None
    return found.read().decode()


def test_files_come_out_byte_by_byte_with_time_and_mode(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    data = os.urandom(3 << 20)
    (tmp_path / "a" / "b" / "model.bin").write_bytes(data)
    (tmp_path / "empty").touch(mode=0o600)
    os.utime(tmp_path / "empty", (1_700_000_000, 1_700_000_000))
    os.chmod(tmp_path / "a" / "b" / "model.bin", 0o4755)
    with packed(tmp_path) as archive:
        names = archive.getnames()
        assert set(names) == {
            *("content", "content/a", "content/a/b", "content/a/b/model.bin", "content/empty")
        }
        found = archive.extractfile("content/a/b/model.bin")
        assert found is not None
        assert found.read() == data
        assert archive.getmember("content/a/b/model.bin").mode == 0o755
        assert archive.getmember("content/empty").mtime == 1_700_000_000
        archive.extractall(tmp_path / "out", filter="data")
    assert (tmp_path / "out/content/a/b/model.bin").read_bytes() == data


def test_links_are_links_and_lead_nowhere_while_packing(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    (inside / "drive").mkdir(parents=True)
    (tmp_path / "secret").write_text("of the host")
    (inside / "out").symlink_to(tmp_path / "secret")
    (inside / "folder").symlink_to("/etc")
    (inside / "round").symlink_to(".")
    (inside / "drive" / "MyDrive").symlink_to("/drive")
    with packed(inside) as archive:
        assert archive.getmember("content/out").linkname == str(tmp_path / "secret")
        assert all(archive.getmember(f"content/{name}").issym() for name in ("out", "folder"))
        assert "content/drive" in archive.getnames()
        assert "content/drive/MyDrive" not in archive.getnames()
        assert "content/folder/passwd" not in archive.getnames()


def test_what_is_no_file_is_named_and_left_out(tmp_path: Path) -> None:
    inside = tmp_path / "i"
    inside.mkdir()
    os.mkfifo(inside / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(inside / "socket"))
        (inside / "kept.txt").write_text("here")
        with packed(inside) as archive:
            said = text_of(archive, packing.LEFT_OUT)
            assert text_of(archive, "content/kept.txt") == "here"
            assert archive.getnames()[-1] == packing.LEFT_OUT
    assert "'content/pipe': a named pipe" in said
    assert "'content/socket': a socket" in said


def test_names_of_any_bytes_survive(tmp_path: Path) -> None:
    names = [b"new\nline", b"\xff\xfe", "ü\u202e.py".encode(), b"-rf", b" ", b"a" * 255, b"\\"]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(ascii(name))
    with packed(tmp_path) as archive:
        for name in names:
            assert text_of(archive, "content/" + os.fsdecode(name)) == ascii(name)


@pytest.mark.skipif(os.geteuid() != 0, reason="makes a device")
def test_a_device_is_named_and_not_opened(tmp_path: Path) -> None:
    os.mknod(tmp_path / "zero", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    with packed(tmp_path) as archive:
        assert "content/zero" not in archive.getnames()
        assert "'content/zero': a device" in text_of(archive, packing.LEFT_OUT)


@given(st.sets(st.binary(min_size=1, max_size=40), min_size=1, max_size=5))
def test_any_name_that_a_disk_takes_is_in_the_archive(
    tmp_path_factory: pytest.TempPathFactory, names: set[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("names")
    usable = {one for one in names if not {0, 47} & set(one) and one not in {b".", b".."}}
    for name in usable:
        os.close(os.open(os.fsencode(folder) + b"/" + name, os.O_CREAT | os.O_WRONLY))
    out, root = io.BytesIO(), os.open(folder, os.O_RDONLY)
    packing.pack(root, out)
    os.close(root)
    out.seek(0)
    with tarfile.open(fileobj=out, mode="r:gz") as archive:
        found = {os.fsencode(name) for name in archive.getnames()}
    assert found == {b"content", *(b"content/" + name for name in usable)}


def test_two_names_of_one_file_are_packed_once(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(os.urandom(1000))
    os.link(tmp_path / "one", tmp_path / "two")
    with packed(tmp_path) as archive:
        assert sorted(one.size for one in archive if one.isfile() or one.islnk()) == [0, 1000]
        archive.extractall(tmp_path / "out", filter="data")
    assert (tmp_path / "out/content/one").read_bytes() == (tmp_path / "two").read_bytes()


def test_folders_without_end_are_gone_into_so_far_and_named(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    with packed(tmp_path) as archive:
        assert len(archive.getnames()) == packing.DEEPEST + 1
        assert f"deeper than {packing.DEEPEST} folders" in text_of(archive, packing.LEFT_OUT)
    remove_tree(tmp_path)  # pytest would call itself for each level.


def test_a_file_of_holes_cannot_keep_the_host_busy(tmp_path: Path) -> None:
    with (tmp_path / "holes").open("wb") as file:
        os.truncate(file.fileno(), 8 << 40)
    (tmp_path / "real").write_text("here")
    with packed(tmp_path) as archive:
        assert "content/holes" not in archive.getnames()
        assert text_of(archive, "content/real") == "here"
        assert "'content/holes': claims" in text_of(archive, packing.LEFT_OUT)


def test_a_file_that_shrinks_while_it_is_read_keeps_its_length(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    descriptor = os.open(tmp_path / "file", os.O_RDONLY)
    shrunk = packing.Exactly(descriptor, 10)
    assert shrunk.read(4) == b"abc\0"
    assert shrunk.read() == bytes(6)
    assert shrunk.failed
    os.close(descriptor)


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes somebody else")
def test_who_is_not_root_packs_what_may_be_read_and_names_the_rest(tmp_path: Path) -> None:
    for name, mode in (("open.txt", 0o644), ("shut.txt", 0o600)):
        (tmp_path / name).write_text(name)
        (tmp_path / name).chmod(mode)
    tmp_path.chmod(0o755)
    root, out = os.open(tmp_path, os.O_RDONLY), os.memfd_create("archive")
    if (child := os.fork()) == 0:
        os.setresuid(65534, 65534, 65534)
        with os.fdopen(out, "wb") as file:
            packing.pack(root, file)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    os.close(root)
    os.lseek(out, 0, os.SEEK_SET)
    with os.fdopen(out, "rb") as file, tarfile.open(fileobj=file, mode="r:gz") as archive:
        assert text_of(archive, "content/open.txt") == "open.txt"
        assert "'content/shut.txt': cannot be read: Permission denied" in text_of(
            archive, packing.LEFT_OUT
        )


def most_kilobytes(process: int) -> int:
    """The most memory that a running process has had (VmHWM of proc(5)).

    What wait4 tells includes the memory of whoever started it.
    """
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


@pytest.mark.deep
def test_more_than_two_gigabytes_and_a_hundred_thousand_files_in_bounded_memory(
    tmp_path: Path,
) -> None:
    large = (1 << 31) + 4096
    with (tmp_path / "large").open("wb") as file:
        os.truncate(file.fileno(), large)
        os.pwrite(file.fileno(), b"the end", large - 7)
    (tmp_path / "many").mkdir()
    for number in range(100_000):
        (tmp_path / "many" / f"{number}.txt").write_text(str(number))
    root = os.open(tmp_path, os.O_RDONLY)
    with (tmp_path.parent / "out.tgz").open("wb") as out:
        words = [sys.executable, "-I", "-S", str(SCRIPT), str(root)]
        with subprocess.Popen(words, pass_fds=(root,), stdout=out) as process:
            used = 0
            while process.poll() is None:
                used = max(used, most_kilobytes(process.pid))
                time.sleep(0.02)
    os.close(root)
    assert process.returncode == 0
    assert 0 < used < 64 << 10
    with tarfile.open(tmp_path.parent / "out.tgz", "r|gz") as archive:
        count = 0
        for member in archive:
            count += member.name.startswith("content/many/")
            if member.name == "content/large":
                found = archive.extractfile(member)
                assert found is not None
                assert member.size == large
                while piece := found.read(1 << 20):
                    last = piece
                assert last.endswith(b"the end")
            if member.name == "content/many/99999.txt":
                found = archive.extractfile(member)
                assert found is not None
                assert found.read() == b"99999"
    assert count == 100_000
