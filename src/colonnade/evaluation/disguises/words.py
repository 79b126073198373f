"""The plain words of a shell text, which may be written in another way and mean the same."""

import re
from collections.abc import Callable, Iterator

_TOKEN = re.compile(
    r"""(?P<comment>(?:(?<=\s)|^)\#[^\n]*)
      | (?P<quoted>'[^']*'?|"(?:[^"\\]|\\.)*+"?|\\.|\$\([^)]*\)?|`[^`]*`?)
      | (?P<space>[\s;|&()]+)
      | (?P<word>[^\s;|&()'"\\`]+)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(r"[\w./:@%+,=?-]{4,}")
_VARIABLE = re.compile(r"\$\{?(\w+)|\bfor[ \t]+(\w+)")
_ASSIGNMENT = re.compile(r"\w+=")
_RESERVED = frozenset(
    {"then", "else", "elif", "done", "case", "esac", "while", "until", "function", "select"}
)


def plain_words(text: str) -> Iterator[tuple[int, int]]:
    """Spans of words outside quotes, comments and here-documents, in which nothing is filled in."""
    end = text.find("<<")
    text = text if end < 0 else text[: text.rfind("\n", 0, end) + 1]
    variables = frozenset(name for pair in _VARIABLE.findall(text) for name in pair)
    apart, pending = True, None
    for token in _TOKEN.finditer(text):
        if pending and token.lastgroup in {"space", "comment"}:
            yield pending
        pending = None
        if apart and token.lastgroup == "word" and _is_plain(token[0], variables):
            pending = token.span()
        apart = token.lastgroup == "space"
    if pending:
        yield pending


def _is_plain(word: str, variables: frozenset[str]) -> bool:
    """Whether a word stands for itself, and is no variable's name (`for name in a b`)."""
    fixed = word in _RESERVED or word in variables or _ASSIGNMENT.match(word)
    return bool(_PLAIN.fullmatch(word)) and not fixed


def with_words(text: str, spell: Callable[[str], str]) -> str:
    """`text` with every plain word as `spell` writes it."""
    pieces: list[str] = []
    position = 0
    for start, end in plain_words(text):
        pieces += (text[position:start], spell(text[start:end]))
        position = end
    return "".join(pieces) + text[position:]
