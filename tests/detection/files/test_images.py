import contextlib
import pickle
import zlib
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.files.images import (
    MAX_CHUNKS,
    MAX_PICKLES,
    MAX_SEGMENTS,
    jpeg_features,
    png_features,
)
from colonnade.detection.files.source import NotThisKind, Source
from colonnade.detection.limits import Unscannable
from detection.files.building import ALIGNED, aligned_jpeg, aligned_png, jpeg, png

Reader = Callable[[Source], Iterable[Feature]]


def values(reader: Reader, data: bytes) -> list[tuple[Kind, str]]:
    return [(one.kind, one.value) for one in reader(Source.of_bytes(data))]


@pytest.mark.parametrize("protocol", [3, 4])
def test_an_aligned_face_is_known_by_its_dictionary(protocol: int):
    found = values(jpeg_features, aligned_jpeg(protocol))
    assert found[0] == (Kind.FILE_FORMAT, "dfl-aligned-face")
    assert {value for kind, value in found if kind is Kind.METADATA_KEY} == set(ALIGNED)


@pytest.mark.parametrize(
    "data",
    [
        jpeg(),
        jpeg((0xEF, b"anything")),
        jpeg((0xEF, pickle.dumps({"landmarks": 1, "camera": 2}))),
        jpeg((0xE1, pickle.dumps(ALIGNED))),
    ],
)
def test_an_ordinary_jpeg_has_nothing_to_say(data: bytes):
    assert values(jpeg_features, data) == []


def test_a_jpeg_of_endless_segments_is_unscannable():
    with pytest.raises(Unscannable):
        values(jpeg_features, b"\xff\xd8" + b"\xff\xe1\x00\x02" * (MAX_SEGMENTS + 1))
    with pytest.raises(Unscannable):
        values(jpeg_features, b"\xff\xd8" + b"\xff" * (MAX_SEGMENTS + 9))


def test_a_jpeg_of_endless_pickles_is_unscannable():
    with pytest.raises(Unscannable):
        values(jpeg_features, jpeg(*[(0xEF, pickle.dumps("x"))] * (MAX_PICKLES + 1)))


@pytest.mark.parametrize("compressed", [False, True])
def test_an_aligned_face_of_the_other_program_is_known(compressed: bool):
    found = values(png_features, aligned_png(compressed))
    assert found[0] == (Kind.FILE_FORMAT, "faceswap-aligned-face")
    assert (Kind.METADATA_KEY, "alignments") in found


@pytest.mark.parametrize(
    "data",
    [
        png(),
        png((b"iTXt", b"Comment\0\0\0\0\0faceswap 'alignments':")),
        png((b"tEXt", b"faceswap\0'alignments': 1")),
        png((b"iTXt", b"faceswap")),
    ],
)
def test_an_ordinary_png_has_nothing_to_say(data: bytes):
    assert values(png_features, data) == []


def test_a_text_that_inflates_without_end_is_cut():
    bomb = zlib.compress(b"'alignments': " + b"\0" * (1 << 24))
    found = values(png_features, png((b"iTXt", b"faceswap\0\1\0\0\0" + bomb)))
    assert (Kind.METADATA_KEY, "alignments") in found


def test_a_png_of_endless_chunks_is_unscannable():
    with pytest.raises(Unscannable):
        values(png_features, b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0tEXt\0\0\0\0" * (MAX_CHUNKS + 1))


@given(st.data(), st.sampled_from([(jpeg_features, aligned_jpeg()), (png_features, aligned_png())]))
def test_a_damaged_picture_is_read_or_is_of_no_known_kind(
    data: st.DataObject, pair: tuple[Reader, bytes]
):
    reader, whole = pair
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(0, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    with contextlib.suppress(NotThisKind, Unscannable):
        values(reader, bytes(damaged[:cut]))
