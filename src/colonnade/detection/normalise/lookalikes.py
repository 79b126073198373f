"""Letters that look like others, controls that change the order of reading, and what is invisible.

Python itself takes fullwidth `exec` for `exec` (it normalises names by NFKC). A Cyrillic `о` in a
Latin word it does not, but people read addresses, folders and comments with one as Latin.
The table holds the letters of Cyrillic, Greek and Armenian that Unicode's confusables (UTS #39,
revision 15) give a single Latin prototype for and that look alike in common fonts.
"""

import re
import unicodedata

_CYRILLIC = dict(zip("асеорхуіјѕԁԛԝһӏѵгпкмтвн", "aceopxyijsdqwhlvrnkmtbh", strict=True))
_CYRILLIC_CAPITALS = dict(zip("АВЕКМНОРСТХУІЈЅҮԌԚԜ", "ABEKMHOPCTXYIJSYGQW", strict=True))
_GREEK = dict(zip("οαρυνικτεη", "oapuvikten", strict=True))
_GREEK_CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))
_ARMENIAN = dict(zip("օհոսցզ", "ohnugq", strict=True))
_TABLE = str.maketrans(
    {
        **_CYRILLIC,
        **_CYRILLIC_CAPITALS,
        **_GREEK,
        **_GREEK_CAPITALS,
        **_ARMENIAN,
        "ɡ": "g",
        "ı": "i",
    }
)
_FOREIGN = re.compile(
    r"[\u0400-\u058f\u0250-\u02af\u0131]|(?<=[A-Za-z])[\u0370-\u03ff](?=[A-Za-z])"
)
"""Greek letters at the edge of a word are mathematics: `Δt`, `ρ_air`."""
_UNDERSCORES = re.compile("[\ufe33\ufe34\ufe4d-\ufe4f\uff3f]")
"""What Python takes for an underscore in a name (NFKC), and `\\w` takes for the end of a word."""
_WORD = re.compile(r"[^\W\d]\w*")
_BIDIRECTIONAL = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u180e]")
_INVISIBLE_IN_WORD = re.compile(r"[A-Za-z][\u200b\u2060-\u2064\ufeff\u00ad\u180e]+[A-Za-z]")
LEAST_LETTERS = 3
"""Of a word that is looked at, with at least one that is Latin."""


def plain(text: str) -> tuple[str, frozenset[str]]:
    """`text` as a person reads it, on the same lines, and how it was disguised.

    The ways are `mixed-script`, `bidirectional` and `invisible`. A word wholly in another script is
    a word of that script and stays.
    """
    if text.isascii():
        return text, frozenset()
    ways: set[str] = set()
    if _BIDIRECTIONAL.search(text):
        ways.add("bidirectional")
        text = _BIDIRECTIONAL.sub("", text)
    if _INVISIBLE.search(text):
        if _INVISIBLE_IN_WORD.search(text):
            ways.add("invisible")
        text = _INVISIBLE.sub("", text)
    text = _UNDERSCORES.sub("_", text)
    return _WORD.sub(lambda word: _latin(word[0], ways), text), frozenset(ways)


def _latin(word: str, ways: set[str]) -> str:
    if word.isascii():
        return word
    word = unicodedata.normalize("NFKC", word) if len(word) <= 200 else word
    letters = [letter for letter in word if letter.isalpha()]
    if len(letters) < LEAST_LETTERS or not any(letter.isascii() for letter in letters):
        return word
    if not _FOREIGN.search(word):
        return word
    mapped = word.translate(_TABLE)
    if not mapped.isascii():
        return word
    ways.add("mixed-script")
    return mapped
