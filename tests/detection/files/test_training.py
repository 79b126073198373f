import contextlib
import pickle
import struct
import zlib
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.files.source import NotThisKind, Source
from colonnade.detection.files.training import (
    alignments_features,
    faceset_features,
    saved_features,
)
from colonnade.detection.limits import Unscannable
from detection.files.building import alignments, faceset

Reader = Callable[[Source], Iterable[Feature]]
OPTIONS = {"resolution": 192, "face_type": "wf", "archi": "liae-ud", "ae_dims": 256, "e_dims": 64}
STATE = {"iter": 10, "options": OPTIONS, "loss_history": [[0.1, 0.2]] * 2000}
WEIGHTS = {
    "upscale0/conv1/weight:0": np.zeros((3, 3, 512, 64), np.float32),
    "upscale0/conv1/bias:0": np.zeros(64, np.float32),
}


def formats(reader: Reader, data: bytes) -> list[str]:
    found = reader(Source.of_bytes(data))
    return [one.value for one in found if one.kind is Kind.FILE_FORMAT]


@pytest.mark.parametrize(
    ("reader", "data", "expected"),
    [
        (faceset_features, faceset(), "dfl-faceset"),
        (alignments_features, alignments(), "faceswap-alignments"),
        (saved_features, pickle.dumps(STATE), "dfl-model-state"),
        (saved_features, pickle.dumps(WEIGHTS, 4), "dfl-model-part"),
    ],
)
def test_what_training_leaves_is_known(reader: Reader, data: bytes, expected: str):
    assert formats(reader, data) == [expected]


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        (faceset_features, faceset([{"name": "a", "age": 3}])),
        (faceset_features, struct.pack("<QQ", 1, 1 << 60) + b"\x80\x04"),
        (faceset_features, struct.pack("<QQ", 2, 4) + b"\x80\x04}."),
        (alignments_features, alignments({"data": {}})),
        (alignments_features, zlib.compress(b"a text")),
        (alignments_features, b"x\x9cbroken"),
        (saved_features, pickle.dumps({"iter": 1, "options": {"lr": 0.1}, "loss_history": []})),
        (saved_features, pickle.dumps({"conv1/kernel:0": 1, "dense1/bias:0": 2})),
        (saved_features, pickle.dumps({"conv01/conv/weight:0": 1, "out_conv/weight:0": 2})),
        (saved_features, b"\x93NUMPY"),
    ],
)
def test_what_only_looks_alike_is_not(reader: Reader, data: bytes):
    with pytest.raises(NotThisKind):
        formats(reader, data)


def test_a_stream_that_inflates_without_end_is_cut():
    bomb = {"__meta__": 1, "__data__": b"\0" * (1 << 25)}
    assert formats(alignments_features, alignments(bomb)) == ["faceswap-alignments"]


WHOLE = [
    (faceset_features, faceset()),
    (alignments_features, alignments()),
    (saved_features, pickle.dumps(STATE | {"loss_history": []})),
]


@given(st.data(), st.sampled_from(WHOLE))
def test_a_damaged_file_is_read_or_is_of_no_known_kind(
    data: st.DataObject, pair: tuple[Reader, bytes]
):
    reader, whole = pair
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(0, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    with contextlib.suppress(NotThisKind, Unscannable):
        formats(reader, bytes(damaged[:cut]))
