"""The form of a file by its first bytes; its name is never asked.

A form here is a guess from a few bytes, good for counting. What matters is examined whole by
`examining.Examiner`, and only that is said of a single file. To add a form, add a line to `FORMS`:
the first that holds is taken. Names agree with `detection.files` where both know a form.

Sources: the formats' specifications, and for aligned faces those named in `detection.files.images`.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

HEAD_BYTES = 64
PICTURE_BYTES = 4096
"""Of pictures more is read: what a face swapper writes into one stands behind its first parts."""

JPEG, PNG = "jpeg", "png"
DFL_FACE, FACESWAP_FACE = "dfl-aligned-face", "faceswap-aligned-face"
PICTURES: Final = frozenset({JPEG, PNG, "gif", "webp", "bmp", "tiff"})
FACES: Final = frozenset({DFL_FACE, FACESWAP_FACE})
TEXT, DATA, EMPTY = "text", "data", "empty"

_Test = Callable[[bytes], bool]
_PICKLE_PROTOCOLS = range(2, 6)
_APP15, _START_OF_SCAN = 0xEF, 0xDA
_FACE_KEYS = (b"landmarks", b"face_type", b"source_")
_PRINTABLE = re.compile(rb"[\t\n\v\f\r\x1b\x20-\x7e\x80-\xff]*")


def _starts(*marks: bytes) -> _Test:
    return lambda head: head.startswith(marks)


def _at(offset: int, *marks: bytes) -> _Test:
    return lambda head: head[offset:].startswith(marks)


def _is_pickle(head: bytes) -> bool:
    return len(head) > 2 and head[0] == 0x80 and head[1] in _PICKLE_PROTOCOLS


def _is_faceset(head: bytes) -> bool:
    return head.startswith((1).to_bytes(8, "little")) and _is_pickle(head[16:])


def _is_onnx(head: bytes) -> bool:
    """ModelProto (onnx.proto3): a small version, then a text field or the graph."""
    return (
        len(head) > 3 and head[0] == 0x08 and head[1] < 100 and head[2] in b"\x12\x1a\x22\x3a\x42"
    )


def _is_zlib(head: bytes) -> bool:
    return head[:1] == b"\x78" and int.from_bytes(head[:2]) % 31 == 0


def _is_safetensors(head: bytes) -> bool:
    return head[8:10] == b'{"' and 0 < int.from_bytes(head[:8], "little") < 100 << 20


def _is_text(head: bytes) -> bool:
    return _PRINTABLE.fullmatch(head) is not None


def _is_dfl_face(head: bytes) -> bool:
    """A pickled dictionary in an APP15 segment."""
    return any(
        _is_pickle(payload) and any(key in payload for key in _FACE_KEYS)
        for payload in _app15(head)
    )


def _is_faceswap_face(head: bytes) -> bool:
    return _starts(b"\x89PNG\r\n\x1a\n")(head) and b"iTXtfaceswap\0" in head


FORMS: tuple[tuple[str, _Test], ...] = (
    (EMPTY, lambda head: not head),
    (DFL_FACE, _is_dfl_face),
    (JPEG, _starts(b"\xff\xd8\xff")),
    (FACESWAP_FACE, _is_faceswap_face),
    (PNG, _starts(b"\x89PNG\r\n\x1a\n")),
    ("gif", _starts(b"GIF87a", b"GIF89a")),
    ("webp", lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP"),
    ("avi", lambda head: head.startswith(b"RIFF") and head[8:12] == b"AVI "),
    ("wav", lambda head: head.startswith(b"RIFF") and head[8:12] == b"WAVE"),
    ("bmp", lambda head: head.startswith(b"BM") and head[6:10] == bytes(4)),
    ("tiff", _starts(b"II*\0", b"MM\0*")),
    ("mp4", _at(4, b"ftyp")),
    ("matroska", _starts(b"\x1aE\xdf\xa3")),
    ("mp3", _starts(b"ID3", b"\xff\xfb", b"\xff\xf3")),
    ("ogg", _starts(b"OggS")),
    ("flac", _starts(b"fLaC")),
    ("dfl-faceset", _is_faceset),
    ("safetensors", _is_safetensors),
    ("gguf", _starts(b"GGUF")),
    ("hdf5", _starts(b"\x89HDF\r\n\x1a\n")),
    ("npy", _starts(b"\x93NUMPY")),
    ("pickle", _is_pickle),
    ("onnx", _is_onnx),
    ("elf", _starts(b"\x7fELF")),
    ("pe", _starts(b"MZ")),
    ("script", _starts(b"#!")),
    ("zip", _starts(b"PK\x03\x04", b"PK\x05\x06")),
    ("gzip", _starts(b"\x1f\x8b")),
    ("bzip2", _starts(b"BZh")),
    ("xz", _starts(b"\xfd7zXZ\0")),
    ("zstd", _starts(b"\x28\xb5\x2f\xfd")),
    ("7z", _starts(b"7z\xbc\xaf\x27\x1c")),
    ("rar", _starts(b"Rar!\x1a\x07")),
    ("parquet", _starts(b"PAR1")),
    ("sqlite", _starts(b"SQLite format 3\0")),
    ("pdf", _starts(b"%PDF-")),
    ("zlib", _is_zlib),
    (TEXT, _is_text),
)

PROGRAMS: Final = frozenset({"elf", "pe"})
MODELS: Final = frozenset({"onnx", "pickle", "safetensors", "gguf", "hdf5", "dfl-faceset"})
ARCHIVES: Final = frozenset({"zip", "gzip", "bzip2", "xz", "zstd", "7z", "rar", "zlib"})


def form_of(head: bytes) -> str:
    """The form of a file that begins with `head`, from `HEAD_BYTES` on; `DATA` where none fits."""
    return next((name for name, fits in FORMS if fits(head)), DATA)


def wants_more(head: bytes) -> bool:
    """Whether `PICTURE_BYTES` are to be read before `form_of` is asked."""
    return head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def _app15(head: bytes) -> Iterator[bytes]:
    """The payloads of APP15 segments, as far as `head` reaches; none in what is no JPEG."""
    if not head.startswith(b"\xff\xd8\xff"):
        return
    offset = 2
    while offset + 4 <= len(head) and head[offset] == 0xFF and head[offset + 1] != _START_OF_SCAN:
        length = int.from_bytes(head[offset + 2 : offset + 4], "big")
        if head[offset + 1] == _APP15:
            yield head[offset + 4 : offset + 2 + length]
        offset += 2 + max(length, 2)
