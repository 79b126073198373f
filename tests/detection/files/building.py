"""Small files of each kind, made by the formats' own libraries or by hand; nobody's pictures."""

import pickle
import struct
import zlib

import onnx
from onnx import TensorProto, helper

Sizes = list[int | str | None]

ALIGNED = {
    "face_type": "whole_face",
    "landmarks": [[float(point), 2.0] for point in range(68)],
    "source_filename": "frame.png",
    "source_rect": [0, 0, 10, 10],
    "source_landmarks": [[1.0, 2.0]] * 68,
    "image_to_face_mat": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
}


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    """A JPEG without a picture, with these segments (marker, payload)."""
    made = [b"\xff\xd8", b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"]
    for marker, payload in segments:
        made.append(bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload)
    return b"".join([*made, b"\xff\xda\x00\x02\x11\x22\xff\xd9"])


def aligned_jpeg(protocol: int = 4) -> bytes:
    """An aligned face as DeepFaceLab marks it."""
    return jpeg((0xEF, pickle.dumps(ALIGNED, protocol)))


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG without a picture, with these chunks (name, data)."""
    made = [b"\x89PNG\r\n\x1a\n"]
    for name, data in (*chunks, (b"IDAT", zlib.compress(b"")), (b"IEND", b"")):
        made.append(struct.pack(">I", len(data)) + name + data + struct.pack(">I", 0))
    return b"".join(made)


def aligned_png(compressed: bool = False) -> bytes:
    """An aligned face as faceswap marks it."""
    text = repr({"alignments": {"x": 1, "landmarks_xy": []}, "source": {"face_index": 0}}).encode()
    body = zlib.compress(text) if compressed else text
    return png((b"iTXt", b"faceswap\0" + bytes([compressed, 0]) + b"\0\0" + body))


def faceset(samples: object = None) -> bytes:
    """A packed set of faces without pictures."""
    body = pickle.dumps([ALIGNED] if samples is None else samples, 4)
    return struct.pack("<QQ", 1, len(body)) + body + struct.pack("<Q", 0)


def alignments(content: object = None) -> bytes:
    """faceswap's alignments of no frames."""
    known = {"__meta__": {"version": 2.4}, "__data__": {}}
    return zlib.compress(pickle.dumps(known if content is None else content))


def port(name: str, sizes: Sizes | None) -> onnx.ValueInfoProto:
    """An input or output."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes)


def constant(name: str, *sizes: int) -> onnx.TensorProto:
    """An initialiser of zeros."""
    count = 1
    for size in sizes:
        count *= size
    return helper.make_tensor(name, TensorProto.FLOAT, sizes, b"\0" * (4 * count), raw=True)


def model(
    inputs: dict[str, Sizes | None],
    outputs: dict[str, Sizes | None],
    *constants: onnx.TensorProto,
) -> bytes:
    """An ONNX model with these inputs, outputs and constants, and some nodes."""
    nodes = [helper.make_node("Identity", ["x"], [f"y{number}"]) for number in range(20)]
    graph = helper.make_graph(
        nodes,
        "graph",
        [port(name, sizes) for name, sizes in inputs.items()],
        [port(name, sizes) for name, sizes in outputs.items()],
        list(constants),
    )
    return helper.make_model(graph, producer_name="a test").SerializeToString()


def swapper(*names: str) -> bytes:
    """A one-shot swapper: a picture, an identity, a picture, and a square constant at the end."""
    target, source, output = names or ("target", "source", "output")
    return model(
        {target: [1, 3, 128, 128], source: [1, 512]},
        {output: [1, 3, 128, 128]},
        constant("kernel", 8, 8),
        constant("buff2fs", 512, 512),
    )
