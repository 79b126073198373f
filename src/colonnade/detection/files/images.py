"""What face swappers write into the pictures of aligned faces, for their own later steps.

Sources: DeepFaceLab's `DFLIMG/DFLJPG.py` and faceswap's `lib/image.py`, read November 2026.
"""

import re
import zlib
from collections.abc import Iterator

from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.files import pickles
from colonnade.detection.files.source import NotThisKind, Source
from colonnade.detection.limits import Unscannable

MAX_SEGMENTS = 2000
MAX_PICKLES = 8
"""An aligned face has one; walking each may take 50 ms."""
MAX_CHUNKS = 65_536
MAX_TEXT_BYTES = 64 << 10
DFL_KEYS = frozenset(
    {
        "face_type",
        "landmarks",
        "source_filename",
        "source_rect",
        "source_landmarks",
        "image_to_face_mat",
        "seg_ie_polys",
        "xseg_mask",
        "eyebrows_expand_mod",
    }
)
FACESWAP_KEYS = frozenset({"alignments", "source", "landmarks_xy", "source_filename", "face_index"})
_NEEDED_KEYS = 3
_APP15, _START_OF_SCAN, _END_OF_IMAGE = 0xEF, 0xDA, 0xD9
_PNG_HEAD = 8
_QUOTED = re.compile(r"""['"](\w{3,40})['"]\s*:""")


def jpeg_features(source: Source) -> Iterator[Feature]:
    """Of an aligned face: its pickled dictionary in an APP15 segment.

    Raises NotThisKind for what is no JPEG or is cut short, Unscannable above `MAX_SEGMENTS`
    or `MAX_PICKLES`.
    """
    walked = 0
    for start, length in _segments(source):
        payload = source.exactly(start, length)
        if not pickles.is_pickle(payload):
            continue
        if (walked := walked + 1) > MAX_PICKLES:
            raise Unscannable(f"the picture holds more than {MAX_PICKLES} pickles")
        keys = pickles.texts(payload) & DFL_KEYS
        if len(keys) >= _NEEDED_KEYS:
            yield from _face("dfl-aligned-face", keys)
            return


def png_features(source: Source) -> Iterator[Feature]:
    """Of an aligned face: a dictionary in an `iTXt` chunk of faceswap's.

    Raises NotThisKind for what is no PNG or is cut short, Unscannable above `MAX_CHUNKS`.
    """
    for kind, start, length in _chunks(source):
        if kind != b"iTXt":
            continue
        keyword, separator, rest = source.read(start, min(length, MAX_TEXT_BYTES)).partition(b"\0")
        if keyword == b"faceswap" and separator:
            keys = frozenset(_QUOTED.findall(_international_text(rest)))
            yield from _face("faceswap-aligned-face", keys & FACESWAP_KEYS)
            return


def _face(name: str, keys: frozenset[str]) -> Iterator[Feature]:
    yield Feature.whole(Kind.FILE_FORMAT, name)
    for key in sorted(keys):
        yield Feature.whole(Kind.METADATA_KEY, key)


def _segments(source: Source) -> Iterator[tuple[int, int]]:
    """Offset and length of each APP15 payload, up to the picture itself."""
    offset = 2
    for _ in range(MAX_SEGMENTS):
        mark, code, *size = source.exactly(offset, 4)
        if mark != 0xFF:
            raise NotThisKind("a segment does not begin as in JPEG")
        if code == 0xFF:  # A fill byte.
            offset += 1
        elif code == 0x01 or 0xD0 <= code <= 0xD7:  # These have no payload.
            offset += 2
        elif code in {_START_OF_SCAN, _END_OF_IMAGE}:
            return
        else:
            length = int.from_bytes(size, "big")
            if code == _APP15 and length > 2:
                yield offset + 4, length - 2
            offset += 2 + max(length, 2)
    raise Unscannable(f"the picture has more than {MAX_SEGMENTS} segments")


def _chunks(source: Source) -> Iterator[tuple[bytes, int, int]]:
    """Name, offset and length of each chunk, up to `IEND`."""
    offset = _PNG_HEAD
    for _ in range(MAX_CHUNKS):
        head = source.exactly(offset, 8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind == b"IEND":
            return
        yield kind, offset + 8, length
        offset += 12 + length
    raise Unscannable(f"the picture has more than {MAX_CHUNKS} chunks")


def _international_text(rest: bytes) -> str:
    """The text of an `iTXt` chunk after its keyword (PNG specification, 11.3.3.4)."""
    if len(rest) < 2:
        return ""
    is_compressed, after_method = rest[0] == 1, rest[2:]
    *_, text = after_method.split(b"\0", 2)
    if is_compressed:
        try:
            text = zlib.decompressobj().decompress(text, MAX_TEXT_BYTES)
        except zlib.error:
            return ""
    return text.decode("utf-8", "replace")
