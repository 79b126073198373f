import contextlib
import gzip
import io
import struct
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection import archives
from colonnade.detection.archives import NotAnArchive, kind_of, members_in
from colonnade.detection.limits import Unscannable


def zipped(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            one = tarfile.TarInfo(name)
            one.size = len(data)
            archive.addfile(one, io.BytesIO(data))
    return file.getvalue()


TWO = {"notes/read.txt": b"hello", "tools/run.py": b"print(1)"}


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (zipped(TWO), "zip"),
        (zipped(TWO, zipfile.ZIP_STORED), "zip"),
        (tarred(TWO), "gzip"),
        (tarred(TWO, "w"), "tar"),
    ],
)
def test_members_come_with_code_first(data: bytes, kind: str):
    assert kind_of(data[:512]) == kind
    found = list(members_in(data))
    assert [one.name for one in found] == ["tools/run.py", "notes/read.txt"]
    assert {one.name: one.data for one in found} == TWO
    assert [one.is_code for one in found] == [True, False]


def test_what_is_no_archive_is_said_to_be_none():
    for data in (b"", b"hello", gzip.compress(b"print(1)"), b"PK\x03\x04 and no more"):
        with pytest.raises(NotAnArchive):
            list(members_in(data))


@pytest.mark.parametrize("make", [zipped, tarred])
def test_a_bomb_is_left_before_it_is_unpacked(make: object):
    zeros = b"\0" * archives.MAX_MEMBER_BYTES
    count = archives.MAX_UNPACKED_BYTES // archives.MAX_MEMBER_BYTES + 2
    data = make({f"{number}.bin": zeros for number in range(count)})  # type: ignore[operator]
    assert len(data) < 1 << 20
    with pytest.raises(Unscannable, match="more than is unpacked"):
        list(members_in(data))


def test_holes_of_a_tar_count_like_bytes():
    """A sparse member claims gigabytes, and no byte of them stands in the archive."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for number in range(20):
            one = tarfile.TarInfo(f"{number}.bin")
            one.size = 512
            size = str(archives.MAX_MEMBER_BYTES)
            one.pax_headers = {"GNU.sparse.size": size, "GNU.sparse.map": f"{size},0"}
            archive.addfile(one, io.BytesIO(b"\0" * 512))
    with pytest.raises((Unscannable, NotAnArchive)):
        list(members_in(file.getvalue()))


def test_more_members_than_are_looked_at_are_unscannable(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    many = {f"{number}.txt": b"" for number in range(4)}
    for data in (zipped(many), tarred(many)):
        with pytest.raises(Unscannable, match="files"):
            list(members_in(data))


def test_a_list_of_members_that_is_too_long_is_not_read():
    data = bytearray(zipped({"a.py": b"print(1)"}))
    place = data.rfind(b"PK\x05\x06") + 12
    data[place : place + 4] = struct.pack("<L", archives.MAX_DIRECTORY_BYTES + 1)
    with pytest.raises(Unscannable, match="files"):
        list(members_in(bytes(data)))


def test_a_member_that_is_locked_or_packed_oddly_says_so():
    data = bytearray(zipped({"a.py": b"print(1)"}))
    place = data.rfind(b"PK\x01\x02") + 8
    data[place] |= 1
    (locked,) = members_in(bytes(data))
    assert (locked.problem, locked.data) == ("it is encrypted", b"")
    (odd,) = members_in(zipped({"a.py": b"print(1)"}, zipfile.ZIP_LZMA))
    assert odd.problem == "it is packed in a way that is not opened"


def test_code_that_is_too_long_has_a_problem_and_data_has_none():
    long = b" " * (archives.MAX_MEMBER_BYTES + 1)
    code, data = members_in(zipped({"a.py": long, "a.bin": long}))
    assert code.problem == "it is larger than 8 MiB"
    assert (data.problem, len(data.data)) == ("", archives.MAX_MEMBER_BYTES)


@given(data=st.binary(max_size=400), start=st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08"]))
def test_any_bytes_end_in_members_or_in_one_of_two_refusals(data: bytes, start: bytes):
    with contextlib.suppress(NotAnArchive, Unscannable):
        list(members_in(start + data))


def test_a_member_whose_name_begins_with_a_zero_is_no_crash():
    whole = zipped(TWO)
    place = whole.rindex(b"notes/read.txt")
    with contextlib.suppress(NotAnArchive, Unscannable):
        list(members_in(whole[:place] + b"\0" + whole[place + 1 :]))


@given(data=st.data(), make=st.sampled_from([zipped(TWO), tarred(TWO), tarred(TWO, "w")]))
def test_a_damaged_archive_ends_so_too(data: st.DataObject, make: bytes):
    place = data.draw(st.integers(0, len(make) - 1))
    byte = data.draw(st.integers(0, 255))
    with contextlib.suppress(NotAnArchive, Unscannable):
        list(members_in(make[:place] + bytes([byte]) + make[place + 1 :]))
