"""What a model is for, by what it takes and gives: names can change, inputs and outputs cannot.

A task is a hint about capability and no verdict; rules in `rules/` say what follows from it. To
know another one, write a function from a `Graph` to a bool and list it in `TASKS`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Shape = tuple[int | None, ...]
"""Sizes in order; None is any size."""

IDENTITY_SIZE = 512
"""Length of the vector that the usual recognisers of faces give."""
SMALLEST_FACE = 64
"""Pixels; below this a picture is a digit or a thumbnail."""
MEL_BANDS = 80
_SOURCE = re.compile(r"(source|src)(_\w+)?", re.IGNORECASE)
_TARGET = re.compile(r"(target|tgt|dst)(_\w+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output. `shape` is None where the model does not say."""

    name: str
    shape: Shape | None

    def __str__(self) -> str:
        sizes = ("?",) if self.shape is None else (one or "?" for one in self.shape)
        return f"{self.name}:{'x'.join(map(str, sizes))}"


@dataclass(frozen=True, slots=True)
class Graph:
    """A model seen from outside. `last_constant` is the shape of its last initialiser."""

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    last_constant: Shape


def tasks_of(graph: Graph) -> tuple[str, ...]:
    """Names of the tasks that the graph fits."""
    return tuple(name for name, fits in TASKS.items() if fits(graph))


def _one_shot_swapper(graph: Graph) -> bool:
    """A face and an unequal picture, or a face's identity and a picture, to a picture.

    With an identity, either the names say it or a square constant at the end, through which the
    programs turn one recogniser's vector into the model's own.
    """
    if len(graph.inputs) != 2 or not _pictures(graph.outputs):
        return False
    named = _named_unequally(graph)
    if _identity_and_picture(graph):
        return named or graph.last_constant == (IDENTITY_SIZE, IDENTITY_SIZE)
    sizes = {_side(port) for port in graph.inputs}
    return named and len(_pictures(graph.inputs)) == 2 and len(sizes) == 2


def _source_to_target(graph: Graph) -> bool:
    """Two pictures of one size and unequal names to a picture: a swap, or a transfer of style."""
    pictures = _pictures(graph.inputs)
    same = len({_side(port) for port in pictures}) == 1
    two = len(graph.inputs) == len(pictures) == 2
    return two and same and _named_unequally(graph) and bool(_pictures(graph.outputs))


def _vector_driven_face(graph: Graph) -> bool:
    """A vector as long as an identity and a picture, to a picture of the same size."""
    return _identity_and_picture(graph) and not _one_shot_swapper(graph)


def _trained_swapper(graph: Graph) -> bool:
    """A face to another face with the masks of both, as a trained pair of decoders exports it."""
    names = {port.name.removesuffix(":0") for port in graph.outputs}
    if {"out_celeb_face", "out_face_mask"} <= names:
        return True
    faces, sizes = _pictures(graph.inputs), [_side(port) for port in graph.outputs]
    masks = [port for port in graph.outputs if _channels(port) == 1]
    if not faces or len(graph.inputs) > 2 or len(sizes) != 3 or len(masks) != 2:
        return False
    given = _pictures(graph.outputs)
    return len(given) == 1 and _side(faces[0]) is not None and set(sizes) == {_side(faces[0])}


def _face_mask(graph: Graph) -> bool:
    """The mask of a face, under the names that one family of programs gives; of two uses."""
    given = {port.name.removesuffix(":0") for port in graph.inputs}
    made = {port.name.removesuffix(":0") for port in graph.outputs}
    return (given, made) == ({"in_face"}, {"out_mask"})


def _reenactment(graph: Graph) -> bool:
    """Two sets of the same key points, and a picture or a volume, to a picture."""
    points = [
        port.shape
        for port in graph.inputs
        if port.shape is not None and len(port.shape) == 3 and port.shape[2] in {2, 3}
    ]
    paired = any(points.count(one) >= 2 and one[1] is not None for one in points)
    seen = any(port.shape is not None and len(port.shape) in {4, 5} for port in graph.inputs)
    return paired and seen and bool(_pictures(graph.outputs))


def _lip_sync(graph: Graph) -> bool:
    """A stretch of sound as a mel spectrogram and a face, to a face."""
    sounds = [port for port in graph.inputs if MEL_BANDS in (port.shape or ())[1:]]
    faces = [port for port in graph.inputs if _channels(port) in {3, 6} and _side(port) is not None]
    return bool(sounds) and bool(faces) and bool(_pictures(graph.outputs))


def _voice_conversion(graph: Graph) -> bool:
    """Content of speech, its pitch in two forms, and a speaker, to sound."""
    names = {port.name for port in graph.inputs}
    content = any(
        port.shape is not None and len(port.shape) == 3 and port.shape[2] in {256, 768}
        for port in graph.inputs
    )
    return {"pitch", "pitchf"} <= names and content


TASKS: Mapping[str, Callable[[Graph], bool]] = {
    "one-shot-swapper": _one_shot_swapper,
    "source-to-target": _source_to_target,
    "vector-driven-face": _vector_driven_face,
    "trained-swapper": _trained_swapper,
    "face-mask": _face_mask,
    "reenactment": _reenactment,
    "lip-sync": _lip_sync,
    "voice-conversion": _voice_conversion,
}


def _identity_and_picture(graph: Graph) -> bool:
    """Exactly an identity's vector and a picture, to a picture of that size."""
    vectors = [
        port
        for port in graph.inputs
        if port.shape is not None and len(port.shape) == 2 and port.shape[1] == IDENTITY_SIZE
    ]
    pictures = _pictures(graph.inputs)
    if len(graph.inputs) != 2 or len(vectors) != 1 or len(pictures) != 1:
        return False
    return any(_side(port) in {_side(pictures[0]), None} for port in _pictures(graph.outputs))


def _named_unequally(graph: Graph) -> bool:
    names = [port.name.removesuffix(":0") for port in graph.inputs]
    return any(map(_SOURCE.fullmatch, names)) and any(map(_TARGET.fullmatch, names))


def _pictures(ports: tuple[Port, ...]) -> list[Port]:
    """Those that are pictures in colour, square and not tiny, or of any size."""
    return [
        port
        for port in ports
        if _channels(port) == 3 and ((side := _side(port)) is None or side >= SMALLEST_FACE)
    ]


def _channels(port: Port) -> int | None:
    """Channels of a picture, whether they stand first or last; None for what is none."""
    if port.shape is None or len(port.shape) != 4:
        return None
    _, first, _, last = port.shape
    if first in {1, 3, 6} and _is_square(port.shape[2:]):
        return first
    return last if last in {1, 3, 6} and _is_square(port.shape[1:3]) else None


def _is_square(sides: Shape) -> bool:
    return sides[0] == sides[1]


def _side(port: Port) -> int | None:
    """Pixels of a side; None for any."""
    if port.shape is None or len(port.shape) != 4 or _channels(port) is None:
        return None
    return port.shape[2]
