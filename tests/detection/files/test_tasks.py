"""What a model is for, by its inputs and outputs; each line is a public family or a near miss."""

import pytest

from colonnade.detection.files.tasks import Graph, Port, Shape, tasks_of

EMAP = (512, 512)
FACE, LARGE, VECTOR = (1, 3, 128, 128), (1, 3, 256, 256), (1, 512)
POINTS, VOLUME = (1, 21, 3), (1, 32, 16, 64, 64)


def tasks(
    inputs: dict[str, Shape | None], outputs: dict[str, Shape | None], last: Shape = ()
) -> tuple[str, ...]:
    ports = [tuple(Port(name, shape) for name, shape in one.items()) for one in (inputs, outputs)]
    return tasks_of(Graph(ports[0], ports[1], last))


@pytest.mark.parametrize(
    ("inputs", "outputs", "last", "expected"),
    [
        ({"target": FACE, "source": VECTOR}, {"output": FACE}, EMAP, "one-shot-swapper"),
        ({"a": FACE, "b": VECTOR}, {"c": FACE}, EMAP, "one-shot-swapper"),
        ({"source": VECTOR, "target": LARGE}, {"output": LARGE}, (), "one-shot-swapper"),
        (
            {"source": VECTOR, "target": LARGE},
            {"output": LARGE, "mask": (1, 1, 256, 256)},
            (),
            "one-shot-swapper",
        ),
        ({"source": (1, 3, 112, 112), "target": LARGE}, {"output": LARGE}, (), "one-shot-swapper"),
        ({"source": LARGE, "target": LARGE}, {"output": LARGE}, (), "source-to-target"),
        (
            {"x": (None, 3, 224, 224), "id": (None, 512)},
            {"y": None, "z": (None, 3, None, None)},
            (),
            "vector-driven-face",
        ),
        (
            {"in_face:0": (None, 224, 224, 3)},
            {"out_face_mask:0": None, "out_celeb_face:0": None, "out_celeb_face_mask:0": None},
            (),
            "trained-swapper",
        ),
        (
            {"x": (None, 224, 224, 3), "m": (1,)},
            {"a": (None, 224, 224, 1), "b": (None, 224, 224, 3), "c": (None, 224, 224, 1)},
            (),
            "trained-swapper",
        ),
        (
            {"in_face:0": (None, 256, 256, 3)},
            {"out_mask:0": (None, 256, 256, 1)},
            (),
            "face-mask",
        ),
        (
            {"feature": VOLUME, "kp_driving": POINTS, "kp_source": POINTS},
            {"out": (1, 3, 512, 512)},
            (),
            "reenactment",
        ),
        (
            {"mel": (None, 1, 80, 16), "face": (None, 6, 96, 96)},
            {"out": (None, 3, 96, 96)},
            (),
            "lip-sync",
        ),
        (
            {"phone": (1, None, 768), "pitch": (1, None), "pitchf": (1, None), "ds": (1,)},
            {"audio": (1, 1, None)},
            (),
            "voice-conversion",
        ),
    ],
)
def test_a_family_is_known_by_what_it_takes_and_gives(
    inputs: dict[str, Shape | None], outputs: dict[str, Shape | None], last: Shape, expected: str
):
    assert tasks(inputs, outputs, last) == (expected,)


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ({"data": (1, 3, 224, 224)}, {"logits": (1, 1000)}),  # a classifier
        ({"input.1": (None, 3, 112, 112)}, {"683": VECTOR}),  # a recogniser of faces
        ({"input": (1, 3, 512, 512)}, {"output": (1, 3, 512, 512)}),  # a restorer
        ({"content": LARGE, "style": LARGE}, {"output": LARGE}),  # a transfer of style
        ({"source": LARGE, "target": LARGE}, {"flow": (1, 2, 256, 256)}),  # a registration
        ({"z": VECTOR}, {"image": LARGE}),  # a generator of pictures from noise
        ({"source": (1, 3, 28, 28), "target": (1, 10)}, {"out": (1, 3, 28, 28)}),  # digits
        ({"mel": (1, 80, None)}, {"audio": (1, 1, None)}),  # a vocoder
        ({"src": (None, 3, None, None), "r1": None}, {"fgr": (None, 3, None, None), "pha": None}),
        ({"source": None, "target": None}, {"output": None}),
        ({}, {"output": ()}),
    ],
)
def test_what_only_looks_alike_has_no_task(
    inputs: dict[str, Shape | None], outputs: dict[str, Shape | None]
):
    assert tasks(inputs, outputs) == ()
