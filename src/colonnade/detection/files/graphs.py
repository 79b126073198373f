"""The inputs and outputs of an ONNX model, and the shape of its last constant; never its weights.

Field numbers: onnx/onnx.proto3 of ONNX 1.23 (ModelProto, GraphProto, ValueInfoProto, TypeProto,
TensorShapeProto, TensorProto), read November 2026.
"""

from collections.abc import Iterator

from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.files.protobuf import Field, Wire
from colonnade.detection.files.source import NotThisKind, Source
from colonnade.detection.files.tasks import Graph, Port, Shape, tasks_of

MAX_DIMENSIONS = 8
MAX_PORTS_SHOWN = 16
_LARGEST_VERSION = 100
_FIRST_FIELDS = frozenset(bytes([one]) for one in b"\x08\x12\x1a\x22\x28\x32\x3a\x42\x72")
"""The tags of ModelProto's fields 1 to 8 and 14, as they are written."""
_CONTINUED, _WIRE_TYPE = 0x80, 7
_MODEL_VERSION, _MODEL_GRAPH = 1, 7
_GRAPH_CONSTANT, _GRAPH_INPUT, _GRAPH_OUTPUT = 5, 11, 12
_PORT_NAME, _PORT_TYPE = 1, 2
_TYPE_TENSOR, _TENSOR_SHAPE, _SHAPE_DIMENSION, _DIMENSION_VALUE = 1, 2, 1, 1
_CONSTANT_DIMENSIONS, _CONSTANT_NAME = 1, 8


def may_be_model(head: bytes) -> bool:
    """Whether a file begins as a model's does, with any of its fields: their order is free.

    A field of a high number, which readers of models pass over, may stand first as well.
    """
    if head[:1] in _FIRST_FIELDS:
        return True
    many = len(head) > 1 and head[0] >= _CONTINUED and head[1] < _CONTINUED
    return many and head[0] & _WIRE_TYPE in {0, 2}


def graph_features(source: Source) -> Iterator[Feature]:
    """Inputs, outputs and tasks of a model, whatever the file is called.

    Raises NotThisKind for what is no model or is cut short, Unscannable from the budgets.
    """
    graph = read_graph(source)
    yield Feature.whole(Kind.FILE_FORMAT, "onnx")
    for port in graph.inputs[:MAX_PORTS_SHOWN]:
        yield Feature.whole(Kind.GRAPH_INPUT, str(port))
    for port in graph.outputs[:MAX_PORTS_SHOWN]:
        yield Feature.whole(Kind.GRAPH_OUTPUT, str(port))
    for task in tasks_of(graph):
        yield Feature.whole(Kind.GRAPH, task)


def read_graph(source: Source) -> Graph:
    """The graph of a model. Inputs that are constants (as before ONNX 1.4) are left out.

    Raises NotThisKind and Unscannable.
    """
    wire = Wire(source)
    inputs: list[Port] = []
    outputs: list[Port] = []
    constants: set[str] = set()
    last: Shape = ()
    for field in wire.fields(*_place_of_graph(wire, source.size)):
        if field.number == _GRAPH_INPUT:
            inputs.append(_port(wire, field))
        elif field.number == _GRAPH_OUTPUT:
            outputs.append(_port(wire, field))
        elif field.number == _GRAPH_CONSTANT:
            name, last = _constant(wire, field)
            constants.add(name)
    if not outputs:
        raise NotThisKind("it has no output")
    free = tuple(port for port in inputs if port.name not in constants)
    return Graph(free, tuple(outputs), last)


def _place_of_graph(wire: Wire, size: int) -> tuple[int, int]:
    version, place = 0, (0, 0)
    for field in wire.fields(0, size):
        if field.number == _MODEL_VERSION:
            version = field.value
        elif field.number == _MODEL_GRAPH:
            place = (field.start, field.end)
    if not 0 < version <= _LARGEST_VERSION or place == (0, 0):
        raise NotThisKind("it is no model")
    return place


def _port(wire: Wire, port: Field) -> Port:
    name, shape = "", None
    for field in wire.fields(port.start, port.end):
        if field.number == _PORT_NAME:
            name = wire.text(field)
        elif field.number == _PORT_TYPE:
            shape = _shape(wire, field)
    return Port(name, shape)


def _shape(wire: Wire, kind: Field) -> Shape | None:
    """The shape within a type; None where it has none."""
    found: Shape | None = None
    for tensor in _only(wire, kind, _TYPE_TENSOR):
        for shape in _only(wire, tensor, _TENSOR_SHAPE):
            dimensions = _only(wire, shape, _SHAPE_DIMENSION)
            sizes = [_size(wire, one) for one in dimensions]
            found = tuple(sizes[:MAX_DIMENSIONS])
    return found


def _size(wire: Wire, dimension: Field) -> int | None:
    values = [field.value for field in _only(wire, dimension, _DIMENSION_VALUE)]
    return _sane(values[-1]) if values else None


def _constant(wire: Wire, constant: Field) -> tuple[str, Shape]:
    name, sizes = "", list[int | None]()
    for field in wire.fields(constant.start, constant.end):
        if field.number == _CONSTANT_DIMENSIONS and len(sizes) < MAX_DIMENSIONS:
            sizes += [_sane(value) for value in wire.varints(field)]
        elif field.number == _CONSTANT_NAME:
            name = wire.text(field)
    return name, tuple(sizes[:MAX_DIMENSIONS])


def _sane(size: int) -> int | None:
    """Sizes are positive; zero, negative and absurd ones mean 'any'."""
    return size if 0 < size < 1 << 31 else None


def _only(wire: Wire, within: Field, number: int) -> Iterator[Field]:
    return (one for one in wire.fields(within.start, within.end) if one.number == number)
