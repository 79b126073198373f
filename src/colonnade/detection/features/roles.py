"""Which inputs of a command or call play which part.

The one sign that every face swapper, re-enactor and lip-syncer shares, whatever it is called, is a
pair of unequal media: somebody's still, and something that drives it. Names of options, parameters
and variables are split into words and looked up here.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

"""Of one call."""
_WORD = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*")

_PARTS: dict[str, frozenset[str]] = {
    "driver": frozenset({"driving", "driven", "driver", "drv"}),
    "source": frozenset({"source", "src", "sources"}),
    "target": frozenset({"target", "tgt", "dst", "destination", "targets"}),
    "face": frozenset({"face", "faces", "head", "portrait", "avatar", "selfie"}),
    "still": frozenset({"image", "img", "picture", "pic", "photo", "still"}),
    "video": frozenset({"video", "vid", "clip", "movie", "footage"}),
    "audio": frozenset({"audio", "aud", "wav", "speech", "voice"}),
}
_DRIVES = frozenset({"face", "still", "video", "audio"})
"""What drives: alone, a drive is where files lie."""
_OF_OPTIONS: dict[str, frozenset[str]] = {
    "face": frozenset(
        {"identity", "cara", "rostro", "rosto", "visage", "gesicht", "wajah", "volto", "twarz"}
    ),
    "still": frozenset({"foto", "fotos", "bild", "imagen", "imagem", "gambar"}),
    "video": frozenset({"film", "filme", "pelicula", "footage"}),
    "audio": frozenset({"sound", "voz", "voix", "stimme", "voce", "suara", "glos"}),
}
"""What options say besides: as names of variables these words mean too much else."""
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
_OUTPUT = re.compile(
    r"--?(?:o|out\w*|save\w*|result\w*|dest\w*|sa[li]\w*da|sortie|ausgabe|uscita|hasil)"
    r"(?:[-_]\w+)*$"
)
OUTPUT_OPTION = re.compile(r"(?:^|[-_])(?:o|out|output|save|saved|result|results|dest|generated)")
"""Names of what is written, not read."""
_KEY = re.compile(r"-{0,2}[A-Za-z_][\w.-]{0,60}")
_VOICE = frozenset({"audio", "wav", "voice", "speech", "recording", "samples"})
_WHOSE = frozenset(
    {"speaker", "spk", "ref", "reference", "prompt", "clone", "cloned", "conditioning"}
)
_OWNED = frozenset({"target", "source", "custom", "my", "user"})
_SPOKEN = frozenset({"text", "sentence", "transcript"})
_SAID = _SPOKEN | {"say", "says", "words", "line", "speak", "utterance", "texto", "texte"}
_NOT_SPOKEN_LIKE = frozenset({"music", "bgm", "background", "noise", "song", "track", "effect"})


@lru_cache(8192)
def parts_of(name: str) -> frozenset[str]:
    """The parts that a name hints at; empty when one of its words speaks of other matters.

    >>> sorted(parts_of("driven_audio"))
    ['audio', 'driver']
    """
    words = _words(name)
    if words & _OTHER_MATTERS:
        return frozenset()
    named = {part for part, members in _PARTS.items() if words & members}
    if "drive" in words and (named & _DRIVES or name.startswith("-")):
        named.add("driver")
    if name.startswith("-"):
        named.update(part for part, members in _OF_OPTIONS.items() if words & members)
    return frozenset(named)


@lru_cache(8192)
def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(name[:80]))


def is_voice(name: str) -> bool:
    """Whether a name is that of somebody's recorded voice: `speaker_wav`, `ref_audio`."""
    words = _words(name)
    return bool(words & _VOICE and words & (_WHOSE | _OWNED))


def medium_of(path: str) -> str:
    """`still`, `video` or `audio` by the suffix of a path or address, or ''."""
    plain = path.lower().split("?", 1)[0]
    return next((kind for kind, suffixes in _SUFFIXES.items() if plain.endswith(suffixes)), "")


def pairs_of_media(media: set[str]) -> list[str]:
    """The unequal pairs among kinds of media, in the values of `Kind.MEDIA`."""
    return [f"{one}-file+{other}-file" for one, other in _FILE_PAIRS if {one, other} <= media]


def folder_of(component: str) -> str:
    """What a folder of this name is for: `source-faces`, `aligned`, `merged`; or ''."""
    words = _words(component)
    owner = next((one for one, members in _OWNERS if words & members), "")
    if "data" in words and owner and len(words) == 2:
        return f"{owner}-data"
    for role, members in _FOLDERS:
        if words & members:
            return f"{owner}-{role}" if owner and role in {"faces", "frames"} else role
    return ""


_OWNERS = (("source", _PARTS["source"]), ("target", _PARTS["target"]))
_FOLDERS: tuple[tuple[str, frozenset[str]], ...] = (
    ("aligned", frozenset({"aligned", "align"})),
    ("merged", frozenset({"merged", "swapped", "converted", "blended"})),
    ("faces", frozenset({"face", "faces", "faceset", "facesets"})),
    ("frames", frozenset({"frame", "frames"})),
    ("masks", frozenset({"mask", "masks", "xseg"})),
    ("voices", frozenset({"voice", "voices", "speaker", "speakers"})),
    ("model", frozenset({"model", "models", "checkpoint", "checkpoints", "weights"})),
    ("result", frozenset({"result", "results", "output", "outputs"})),
    ("workspace", frozenset({"workspace"})),
)


def pairs(names: Sequence[str]) -> list[str]:
    """The unequal pairs among the named inputs of one command or call.

    The two halves must come from two different names: `target_face` alone is no pair.
    """
    if len(names) < 2:
        return []
    hints = [parts for name in names if (parts := parts_of(name))]
    found: list[str] = []
    for pair, needed, others in _PAIRS:
        drivers = [parts for parts in hints if needed in parts]
        if any(parts & others for driver in drivers for parts in hints if parts is not driver):
            found.append(pair)
    if any(map(is_voice, names)) and any(_words(name) & _SPOKEN for name in names):
        found.append("voice+text")
    return found


def files_read(words: Sequence[str]) -> list[str]:
    """The kinds of the media files that a script is given to read, one for each file.

    What follows an option of output is written, not read.
    """
    media = (medium_of(word) for before, word in _given(words) if not _OUTPUT.match(before))
    return [medium for medium in media if medium]


def speaks_like(words: Sequence[str]) -> bool:
    """Whether a script is given something to say and a recording, and writes another sound.

    What aligns or measures speech takes both as well, and writes no sound.
    """
    if not any(_words(word) & _SAID for word in words if word.startswith("-")):
        return False
    sounds = [before for before, word in _given(words) if medium_of(word) == "audio"]
    return len(sounds) > 1 and not any(_words(option) & _NOT_SPOKEN_LIKE for option in sounds)


def _given(words: Sequence[str]) -> list[tuple[str, str]]:
    """(option, value) of each word; an option may stand before it, or within it: `out=a.mp4`."""
    found: list[tuple[str, str]] = []
    for before, word in zip(("", *words), words, strict=False):
        key, equals, value = word.partition("=")
        whole = equals and _KEY.fullmatch(key)
        found.append((f"--{key.lstrip('-')}", value) if whole else (before, word))
    return found
