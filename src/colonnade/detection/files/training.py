"""What training a face swapper leaves on the disk: saved models, sets of faces, alignments.

Sources: DeepFaceLab's `Saveable`, `ModelBase` and `PackedFaceset`, and faceswap's
`lib/serializer.py`, read November 2026.
"""

import re
import zlib
from collections.abc import Iterator

from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.files import pickles
from colonnade.detection.files.source import NotThisKind, Source

FACESET_HEAD = (1).to_bytes(8, "little")
"""Version of a packed set of faces; the only one there is."""
SAMPLE_KEYS = frozenset(
    {
        "face_type",
        "landmarks",
        "source_filename",
        "seg_ie_polys",
        "xseg_mask",
        "eyebrows_expand_mod",
        "person_name",
        "sample_type",
        "shape",
    }
)
MODEL_KEYS = frozenset(
    {"iter", "options", "loss_history", "sample_for_preview", "choosed_gpu_indexes"}
)
OPTION_KEYS = frozenset(
    {
        "ae_dims",
        "archi",
        "ct_mode",
        "d_dims",
        "d_mask_dims",
        "e_dims",
        "eyes_mouth_prio",
        "eyes_prio",
        "face_style_power",
        "face_type",
        "gan_power",
        "inter_dims",
        "lr_dropout",
        "masked_training",
        "morph_factor",
        "random_src_flip",
        "random_warp",
        "true_face_power",
        "uniform_yaw",
    }
)
ALIGNMENT_KEYS = frozenset({"__meta__", "__data__"})
_LAYER = re.compile(r"(down|upscalem?)\d+/(?:\w+/){0,3}(?:weight|bias):0")
"""A layer of an encoder or decoder as DeepFaceLab's own library names it: others say `kernel` or
`weights`, and the detectors and masks that come with the program have no such layers."""
_NEEDED_KEYS = 3


def faceset_features(source: Source) -> Iterator[Feature]:
    """Of a packed set of aligned faces: version, length and pickle of its samples' settings.

    Raises NotThisKind, and Unscannable from the budget.
    """
    head = source.exactly(0, 16)
    length = int.from_bytes(head[8:], "little")
    if head[:8] != FACESET_HEAD or not 0 < length <= source.size - 16:
        raise NotThisKind("it does not begin as a packed set of faces does")
    keys = pickles.texts(source.read(16, min(length, pickles.MAX_BYTES))) & SAMPLE_KEYS
    if len(keys) < _NEEDED_KEYS:
        raise NotThisKind("its pickle is of something else")
    yield from _known("dfl-faceset", keys)


def saved_features(source: Source) -> Iterator[Feature]:
    """Of a pickle that a trainer saved: its state with options, or the weights of one part.

    Raises NotThisKind, and Unscannable from the budget.
    """
    texts = pickles.texts(source.read(0, pickles.MAX_BYTES))
    state, options = texts & MODEL_KEYS, texts & OPTION_KEYS
    layers = {layer[1] for text in texts if (layer := _LAYER.fullmatch(text))}
    if "options" in state and "iter" in state and len(options) >= _NEEDED_KEYS:
        yield from _known("dfl-model-state", state | options)
    elif layers:
        yield from _known("dfl-model-part", frozenset(layers))
    else:
        raise NotThisKind("its pickle is of something else")


def alignments_features(source: Source) -> Iterator[Feature]:
    """Of faceswap's alignments: a zlib stream of a pickle with two keys.

    Raises NotThisKind, and Unscannable from the budget.
    """
    try:
        data = zlib.decompressobj().decompress(source.read(0, pickles.MAX_BYTES), pickles.MAX_BYTES)
    except zlib.error as problem:
        raise NotThisKind("it is no zlib stream") from problem
    keys = pickles.texts(data)
    if not keys >= ALIGNMENT_KEYS:
        raise NotThisKind("its pickle is of something else")
    yield from _known("faceswap-alignments", ALIGNMENT_KEYS)


def _known(name: str, keys: frozenset[str]) -> Iterator[Feature]:
    yield Feature.whole(Kind.FILE_FORMAT, name)
    for key in sorted(keys):
        yield Feature.whole(Kind.METADATA_KEY, key)
