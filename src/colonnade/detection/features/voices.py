"""Voices that came ready-made with a program, and are no recording of anybody's own.

Who clones a voice brings a recording. Who only speaks takes what is there: a sample in the folders
in which packages keep theirs, or a voice by its name.
"""

import re

_SOUNDS = (".wav", ".mp3", ".flac", ".m4a", ".ogg")
_FOLDERS = frozenset(
    {"asset", "assets", "example", "examples", "demo", "demos", "resources", "tests", "test_data"}
    | {"prompts", "presets", "preset_voices", "site-packages", "dist-packages"}
)
_KEPT_BY_A_PERSON = frozenset({"mydrive", "drive", "gdrive", "uploads"})
_NAME = re.compile(r"[A-Za-z][\w\-]{0,40}")


def is_ready_made(path: str) -> bool:
    """Whether a sound lies where packages keep their samples.

    >>> is_ready_made("demo/voices/en-Alice_woman.wav")
    True
    """
    if not path[-5:].lower().endswith(_SOUNDS) or "/" not in path:
        return False
    folders = set(path.lower().split("/")[:-1])
    return bool(folders & _FOLDERS) and not folders & _KEPT_BY_A_PERSON


def is_named(*given: str | None) -> bool:
    """Whether a voice is called by a name alone, and no file: `lj`, `af_heart`.

    Where the folder of the voices is given as well, it is one's own.
    """
    return len(given) == 1 and _NAME.fullmatch(given[0] or "") is not None


def loads_voice(called: str) -> bool:
    """Whether the call of this dotted name loads a voice that a program keeps."""
    return called.endswith(("load_voice", "load_voices"))
