"""Which inputs of a command or call play which part.

The one sign that every face swapper, re-enactor and lip-syncer shares, whatever it is called, is a
pair of unequal media: somebody's still, and something that drives it. Names of options, parameters
and variables are split into words and looked up here.
"""

import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[a-z]+|[A-Z][a-z]*|[A-Z]+(?![a-z])")

_PARTS: dict[str, frozenset[str]] = {
    "driver": frozenset({"driving", "driven", "driver", "drive"}),
    "source": frozenset({"source", "src", "sources"}),
    "target": frozenset({"target", "tgt", "dst", "destination", "targets"}),
    "face": frozenset({"face", "faces", "head", "portrait", "avatar", "selfie"}),
    "still": frozenset({"image", "img", "picture", "pic", "photo", "still"}),
    "video": frozenset({"video", "vid", "clip", "movie", "footage"}),
    "audio": frozenset({"audio", "wav", "speech", "voice"}),
}
_OTHER_MATTERS = frozenset(
    {"lang", "language", "domain", "dataset", "train", "val", "test", "size", "root", "vocab"}
    | {"text", "file", "sentence", "label", "table", "column", "branch", "port", "host", "group"}
)
"""Words that make `source` and `target` mean something else than media."""
_PAIRS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("still+driver", "driver", frozenset({"source", "face", "still"})),
    ("face+audio", "audio", frozenset({"face"})),
    ("still+audio", "audio", frozenset({"still", "source"})),
    ("source+target", "target", frozenset({"source"})),
    ("face+target", "target", frozenset({"face"})),
    ("face+video", "video", frozenset({"face"})),
)
_SUFFIXES = {
    "still": (".jpg", ".jpeg", ".png", ".webp", ".bmp"),
    "video": (".mp4", ".mov", ".avi", ".mkv", ".webm", ".gif"),
    "audio": (".wav", ".mp3", ".m4a", ".flac", ".ogg"),
}
_FILE_PAIRS = (("still", "video"), ("still", "audio"), ("video", "audio"))
_OUTPUT = re.compile(r"--?(?:o|out\w*|save\w*|result\w*|dest\w*)(?:[-_]\w+)*$")


def parts_of(name: str) -> frozenset[str]:
    """The parts that a name hints at; empty when one of its words speaks of other matters.

    >>> sorted(parts_of("driven_audio"))
    ['audio', 'driver']
    """
    words = {word.lower() for word in _WORD.findall(name[:80])}
    if words & _OTHER_MATTERS:
        return frozenset()
    return frozenset(part for part, members in _PARTS.items() if words & members)


def pairs(names: Iterable[str]) -> list[str]:
    """The unequal pairs among the named inputs of one command or call.

    The two halves must come from two different names: `target_face` alone is no pair.
    """
    hints = [parts for name in names if (parts := parts_of(name))]
    found: list[str] = []
    for pair, needed, others in _PAIRS:
        drivers = [parts for parts in hints if needed in parts]
        if any(parts & others for driver in drivers for parts in hints if parts is not driver):
            found.append(pair)
    return found


def file_pairs(words: Sequence[str]) -> list[str]:
    """The unequal pairs among the media files that a script is given to read.

    What follows an option of output is written, not read.
    """
    read = {
        kind
        for before, word in zip(("", *words), words, strict=False)
        if not _OUTPUT.match(before)
        for kind, suffixes in _SUFFIXES.items()
        if word.lower().endswith(suffixes)
    }
    return [f"{one}-file+{other}-file" for one, other in _FILE_PAIRS if {one, other} <= read]
