"""A bundle holds a program's paths and sources, and cannot be changed."""

import os
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.kit.beneath import closing, open_root
from colonnade.sensors.files import bundle
from colonnade.sensors.files.bundle import pack, unpack


def packed(folder: Path) -> dict[str, bytes]:
    with closing(open_root(folder)) as root, closing(pack(root, Random(0))) as made:
        with pytest.raises(PermissionError):
            os.pwrite(made, b"x", 0)
        return {one.path: os.pread(made, one.size, one.offset) for one in unpack(made)}


def test_sources_come_whole_and_others_by_name(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "main.py").write_text("print()")
    (tmp_path / "weights.bin").write_bytes(bytes(1000))
    (tmp_path / "link.py").symlink_to("core/main.py")
    os.mkfifo(tmp_path / "pipe.py")
    assert packed(tmp_path) == {"core/main.py": b"print()", "weights.bin": b""}


def test_a_bundle_has_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MAX_FILES", 3)
    monkeypatch.setattr(bundle, "MAX_BYTES", 25)
    monkeypatch.setattr(bundle, "MAX_FILE_BYTES", 20)
    for number in range(9):
        (tmp_path / f"{number}.py").write_bytes(b"x" * 100)
    assert list(map(len, packed(tmp_path).values())) == [20, 5, 0]


@given(st.dictionaries(st.binary(min_size=1, max_size=40), st.binary(max_size=300), max_size=5))
def test_any_names_and_bytes_are_packed(files: dict[bytes, bytes]) -> None:
    with TemporaryDirectory() as made:
        wanted: list[bytes] = []
        for name, data in files.items():
            clean = name.replace(b"/", b"_").replace(b"\0", b"_") + b".py"
            Path(made, os.fsdecode(clean)).write_bytes(data)
            wanted.append(data)
        found = packed(Path(made))
        assert all(path.encode() for path in found)
        assert set(found.values()) <= set(wanted)


@given(st.binary(max_size=200))
def test_what_is_no_bundle_gives_only_what_lies_within_it(data: bytes) -> None:
    with closing(os.memfd_create("any")) as made:
        os.write(made, data)
        for one in unpack(made):
            assert one.offset + one.size <= len(data)
