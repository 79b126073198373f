"""Where the candidates of a loop come from: a list of words, a file, a series of one's own.

Who opens what is theirs knows the word, or a few. Who guesses takes them from somewhere that has
very many.
"""

import re

from colonnade.detection.features.loop import Loop
from colonnade.detection.features.rounds import counts
from colonnade.detection.normalise.fold import Folder, Function

WORDS = (
    r"word|pass|pwd|dict|guess|candidat|\bcands?\b|product|permutations|combinations|brute|rockyou|palabr|clave"
    r"|contras|senha|\bmots?\b|kenn?w|парол|слов"
)
"""What lists of words to try are called."""
LISTED = re.compile(WORDS)
_NAME = re.compile(r"\b[^\W\d]\w{0,60}\b")
_FROM_FILE = re.compile(r"\bopen\b|read|splitlines")
_IN_LINE = re.compile(r"\bopen\(|read_text\(|readlines\(|\.txt\b|product\(|permutations\(")
MANY_NUMBERS = 1000
MAX_NAMES = 8


def are_words(folder: Folder, loop: Loop) -> bool:
    """Whether they are words of a list, lines of a file, or what a generator puts together."""
    if LISTED.search(loop.head) or _IN_LINE.search(loop.over):
        return True
    for name in _NAME.findall(loop.over)[:MAX_NAMES]:
        value = folder.names.get(name)
        if isinstance(value, Function) and "yield " in value.source:
            return True
        if _FROM_FILE.search(loop.before.get(name, "")):
            return True
    return False


def are_numbers(loop: Loop) -> bool:
    """Whether very many numbers are gone through."""
    return loop.rounds >= MANY_NUMBERS if loop.rounds is not None else counts(loop)
