import contextlib
import os
import pickle
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.features.feature import Kind
from colonnade.detection.files.examine import examine_bytes, examine_descriptor, examine_file
from colonnade.detection.files.images import MAX_SEGMENTS
from colonnade.detection.limits import Unscannable
from colonnade.detection.match import match_group
from colonnade.detection.rulebook import default_rules
from colonnade.detection.scopes import Scope
from colonnade.kit.errors import Invalid, NotFound
from detection.files.building import (
    aligned_jpeg,
    aligned_png,
    alignments,
    faceset,
    jpeg,
    png,
    swapper,
)

MINER = b"\x7fELF stratum+tcp:// mining.subscribe mining.submit"
STATE = pickle.dumps({"iter": 1, "options": {"ae_dims": 1, "archi": "df", "ct_mode": "none"}})
KNOWN = {
    "dfl-aligned-face": aligned_jpeg(),
    "faceswap-aligned-face": aligned_png(),
    "dfl-faceset": faceset(),
    "faceswap-alignments": alignments(),
    "dfl-model-state": STATE,
    "onnx": swapper(),
    "miner-program": MINER,
}
PLACE = PurePath("work/data_src/aligned/00001_0.jpg")


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_file_is_known_under_any_name(name: str, tmp_path: Path):
    (tmp_path / "holiday.txt").write_bytes(KNOWN[name])
    found = examine_file(tmp_path / "holiday.txt")
    assert name in [one.value for one in found]
    assert all((one.line, one.end_line) == (0, 0) for one in found)


RULES_OF = {
    "dfl-aligned-face": "aligned-faces-file",
    "faceswap-aligned-face": "aligned-faces-file",
    "dfl-faceset": "aligned-faces-file",
    "faceswap-alignments": "aligned-faces-file",
    "dfl-model-state": "swap-training-file",
    "onnx": "swap-model-file",
    "miner-program": "miner-file",
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_shipped_rules_judge_what_is_found(name: str):
    found = examine_bytes(KNOWN[name], PurePath("holiday.txt"))
    (finding,) = match_group(default_rules(), Scope.FILE, found)
    assert finding.rule == RULES_OF[name]
    assert finding.touches(0)


def test_the_folders_of_a_known_file_are_told():
    found = [one.value for one in examine_bytes(aligned_jpeg(), PLACE) if one.kind is Kind.PATH]
    assert found == ["work", "data_src", "aligned", "00001_0.jpg"]


@pytest.mark.parametrize(
    "data", [b"", b"x", b"\x08", jpeg(), png(), b"\x80\x04}.", b'{"cells": []}', b"import roop\n"]
)
def test_an_ordinary_file_has_no_features_whatever_its_name(data: bytes):
    assert examine_bytes(data, PLACE) == ()


def test_an_open_file_is_examined_as_well(tmp_path: Path):
    (tmp_path / "a").write_bytes(aligned_jpeg())
    descriptor = os.open(tmp_path / "a", os.O_RDONLY)
    try:
        assert examine_descriptor(descriptor, PLACE) == examine_bytes(aligned_jpeg(), PLACE)
    finally:
        os.close(descriptor)


def test_what_cannot_be_examined_says_so(tmp_path: Path):
    with pytest.raises(NotFound):
        examine_file(tmp_path / "missing")
    with pytest.raises(Invalid):
        examine_file(tmp_path)
    with pytest.raises(Unscannable):
        examine_bytes(b"\xff\xd8" + b"\xff\xe1\x00\x02" * (MAX_SEGMENTS + 1), PLACE)


def test_a_sparse_file_of_any_size_costs_no_more(tmp_path: Path):
    with (tmp_path / "large").open("wb") as file:
        file.write(MINER)
        file.truncate(1 << 40)
    assert "miner-program" in [one.value for one in examine_file(tmp_path / "large")]


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [
            b"",
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\n",
            b"\x80\x04",
            b"\x78\x9c",
            b"\x08\x07",
            b"\1" + b"\0" * 7,
        ]
    ),
)
def test_any_bytes_are_examined_or_exceed_their_budget(data: bytes, head: bytes):
    for one in examine_bytes(head + data, PLACE):
        assert one.value == one.value.lower()


@given(st.data(), st.sampled_from(sorted(KNOWN)))
def test_a_damaged_file_is_examined_or_exceeds_its_budget(data: st.DataObject, name: str):
    damaged = bytearray(KNOWN[name][:5000])
    for _ in range(data.draw(st.integers(0, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Unscannable):
        examine_bytes(bytes(damaged), PLACE)
