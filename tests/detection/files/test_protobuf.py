import contextlib

import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.files.protobuf import MAX_FIELDS, Field, Wire
from colonnade.detection.files.source import NotThisKind, Source
from colonnade.detection.limits import Unscannable


def fields(data: bytes) -> list[Field]:
    return list(Wire(Source.of_bytes(data)).fields(0, len(data)))


def test_every_kind_of_field_is_visited():
    data = b"\x08\x96\x01" + b"\x12\x03abc" + b"\x1d1234" + b"\x2112345678"
    assert [(one.number, one.value, one.end - one.start) for one in fields(data)] == [
        (1, 150, 0),
        (2, 0, 3),
        (3, 0, 4),
        (4, 0, 8),
    ]
    wire = Wire(Source.of_bytes(data))
    assert wire.text(fields(data)[1]) == "abc"
    assert wire.text(fields(data)[1], longest=2) == "ab"


def test_numbers_are_read_packed_or_one_by_one():
    data = b"\x0a\x03\x01\x96\x01" + b"\x08\x07"
    wire = Wire(Source.of_bytes(data))
    assert [list(wire.varints(one)) for one in fields(data)] == [[1, 150], [7]]


@pytest.mark.parametrize(
    "data",
    [b"\x00\x01", b"\x0b", b"\x0a\x05abc", b"\x08" + b"\xff" * 20, b"\x08\x80", b"\x1d12", b"\x80"],
)
def test_what_is_malformed_is_of_no_known_kind(data: bytes):
    with pytest.raises(NotThisKind):
        fields(data)


def test_visits_are_bounded():
    with pytest.raises(Unscannable):
        fields(b"\x08\x01" * (MAX_FIELDS + 1))


def test_long_values_are_skipped_without_being_read():
    reads: list[int] = []
    size = 1 << 40

    def pread(count: int, offset: int) -> bytes:
        reads.append(count)
        length = size - 7
        head = b"\x0a" + bytes((length >> 7 * n & 127) | (128 if n < 5 else 0) for n in range(6))
        return (head + b"\0" * count)[offset : offset + count] if offset < 8 else b""

    (field,) = Wire(Source(pread, size)).fields(0, size)
    assert field.end == size
    assert sum(reads) < 10_000


@given(st.integers(0, 1 << 40), st.text(max_size=20), st.lists(st.integers(0, 1 << 60), max_size=9))
def test_the_walk_agrees_with_the_library(version: int, producer: str, sizes: list[int]):
    model = onnx.ModelProto(ir_version=version, producer_name=producer)
    tensor = onnx.TensorProto(dims=sizes, name=producer)
    found = fields(model.SerializeToString())
    assert [one.value for one in found if one.number == 1] == [version]
    data = tensor.SerializeToString()
    wire = Wire(Source.of_bytes(data))
    parts = list(wire.fields(0, len(data)))
    assert [value for one in parts if one.number == 1 for value in wire.varints(one)] == sizes
    assert [wire.text(one) for one in parts if one.number == 8] == [producer]


@given(st.binary(max_size=200))
def test_any_bytes_are_fields_or_are_malformed(data: bytes):
    with contextlib.suppress(NotThisKind):
        assert all(0 <= one.start <= one.end <= len(data) for one in fields(data))
