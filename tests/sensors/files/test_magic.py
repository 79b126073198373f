"""Forms are told by bytes; names are not even asked for."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.sensors.files import magic
from detection.files import building

NAMES = {name for name, _ in magic.FORMS} | {magic.DATA}


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"", "empty"),
        (building.jpeg(), "jpeg"),
        (building.aligned_jpeg(), "dfl-aligned-face"),
        (building.aligned_jpeg(3), "dfl-aligned-face"),
        (building.jpeg((0xE1, bytes(900)), (0xEF, b"\x80\x04.landmarks")), "dfl-aligned-face"),
        (building.jpeg((0xEF, b"a comment about landmarks")), "jpeg"),
        (building.png(), "png"),
        (building.aligned_png(), "faceswap-aligned-face"),
        (building.faceset(), "dfl-faceset"),
        (building.swapper(), "onnx"),
        (building.alignments(), "zlib"),
        (pickle.dumps({"a": 1}, 4), "pickle"),
        (b"\x93NUMPY\x01\0", "npy"),
        (b"\x7fELF\x02\x01\x01\0", "elf"),
        (b"\x20\0\0\0\0\0\0\0" + b'{"a":{}}', "safetensors"),
        (b"\0\0\0\x20ftypisom", "mp4"),
        (b"#!/bin/sh\n", "script"),
        ("naïve text\n".encode(), "text"),
        (b"\0\x01\x02\x03" * 8, "data"),
    ],
)
def test_a_form_is_told_by_its_bytes(data: bytes, form: str) -> None:
    head = data[: magic.HEAD_BYTES]
    if magic.wants_more(head):
        head = data[: magic.PICTURE_BYTES]
    assert magic.form_of(head) == form


@given(st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_any_bytes_have_one_form(data: bytes, start: bytes) -> None:
    assert magic.form_of(start + data) in NAMES
