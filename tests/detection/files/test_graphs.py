import contextlib

import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from colonnade.detection.features.feature import Kind
from colonnade.detection.files.graphs import graph_features, may_be_model, read_graph
from colonnade.detection.files.source import NotThisKind, Source
from colonnade.detection.files.tasks import Graph, Port
from colonnade.detection.limits import Unscannable
from detection.files.building import constant, model, swapper


def read(data: bytes) -> Graph:
    return read_graph(Source.of_bytes(data))


def test_inputs_outputs_and_the_last_constant_are_read():
    graph = read(
        model(
            {"a": [1, 3, "height", None], "b": None},
            {"c": []},
            constant("d", 2),
            constant("e", 5, 7),
        )
    )
    assert graph == Graph(
        (Port("a", (1, 3, None, None)), Port("b", None)), (Port("c", ()),), (5, 7)
    )
    assert [str(one) for one in graph.inputs] == ["a:1x3x?x?", "b:?"]


def test_inputs_that_are_constants_are_no_inputs():
    graph = read(model({"a": [1], "weight": [4]}, {"c": [1]}, constant("weight", 4)))
    assert [one.name for one in graph.inputs] == ["a"]


def test_weights_are_never_read():
    weights = 30 << 20
    tensor = helper.make_tensor("w", TensorProto.INT8, [weights], b"\1" * weights, raw=True)
    data = model({"a": [1]}, {"b": [2]}, tensor, constant("last", 3))
    reads: list[int] = []

    def pread(count: int, offset: int) -> bytes:
        reads.append(count)
        return data[offset : offset + count]

    assert read_graph(Source(pread, len(data))).last_constant == (3,)
    assert sum(reads) < 20_000


def test_a_model_says_what_it_is_for_under_any_name():
    found = list(graph_features(Source.of_bytes(swapper("x", "y", "z"))))
    assert [(one.kind, one.value) for one in found] == [
        (Kind.FILE_FORMAT, "onnx"),
        (Kind.GRAPH_INPUT, "x:1x3x128x128"),
        (Kind.GRAPH_INPUT, "y:1x512"),
        (Kind.GRAPH_OUTPUT, "z:1x3x128x128"),
        (Kind.GRAPH, "one-shot-swapper"),
    ]


@pytest.mark.parametrize(
    "data", [b"", b"\x08\x07", b"\x08\x00\x3a\x02\x08\x01", b"\x08\x07\x3a\x00"]
)
def test_what_is_no_model_is_of_no_known_kind(data: bytes):
    with pytest.raises(NotThisKind):
        read(data)


def test_a_model_of_endless_parts_is_unscannable():
    graph = b"\x0a\x00" * 500_000
    size = len(graph)
    head = b"\x08\x07\x3a" + bytes([size & 127 | 128, size >> 7 & 127 | 128, size >> 14])
    with pytest.raises(Unscannable):
        read(head + graph)


SIZES = st.none() | st.lists(st.none() | st.text(max_size=3) | st.integers(1, 4096), max_size=6)
PORTS = st.dictionaries(st.text(max_size=12), SIZES, max_size=5)


@given(PORTS, PORTS.filter(bool))
def test_the_walk_agrees_with_the_library(inputs: dict, outputs: dict):
    data = model(inputs, outputs)
    graph = onnx.load_model_from_string(data).graph
    found = read(data)
    for ours, theirs in ((found.inputs, graph.input), (found.outputs, graph.output)):
        assert [one.name for one in ours] == [one.name for one in theirs]
        assert [one.shape for one in ours] == [shape(one) for one in theirs]


def shape(value: onnx.ValueInfoProto) -> tuple[int | None, ...] | None:
    tensor = value.type.tensor_type
    if not tensor.HasField("shape"):
        return None
    return tuple(one.dim_value or None for one in tensor.shape.dim)


@given(st.data())
def test_a_damaged_model_is_read_or_is_of_no_known_kind(data: st.DataObject):
    damaged = bytearray(swapper()[:4000])
    for _ in range(data.draw(st.integers(0, 12))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(NotThisKind, Unscannable):
        list(graph_features(Source.of_bytes(bytes(damaged))))


@pytest.mark.parametrize("first", [b"\x12\x01a", b"\x32\x01a", b"\xfa\x07\x01a", b""])
def test_a_model_is_known_whatever_field_stands_first(first: bytes):
    data = first + swapper("x", "y", "z")
    assert may_be_model(data[:16])
    found = {(one.kind, one.value) for one in graph_features(Source.of_bytes(data))}
    assert (Kind.GRAPH, "one-shot-swapper") in found


@pytest.mark.parametrize(
    "head", [b"", b"\x89PNG\r\n", b"\xef\xbb\xbfx", b"#!/bin/sh", b"PK\x03\x04"]
)
def test_other_files_do_not_begin_like_a_model(head: bytes):
    assert not may_be_model(head)
