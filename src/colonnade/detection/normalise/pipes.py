"""What simple commands print when everything that goes in is known: `echo … | base64 -d`.

To undo another filter, add it to `_FILTERS`.
"""

import base64
import bz2
import re
import zlib
from collections.abc import Callable, Sequence

from colonnade.detection.normalise.fold import Folder, arguments_of
from colonnade.detection.normalise.fold.functions import inflate
from colonnade.detection.normalise.fold.literals import unescape
from colonnade.detection.normalise.fold.statements import follow, parse
from colonnade.detection.normalise.fold.values import MAX_FOLDED

MAX_STATEMENTS = 40
"""Of a program whose output goes on."""
_READING_FILES = frozenset({"base64", "base32", "xxd", "rev", "gunzip", "zcat", "bunzip2"})
_RANGE = re.compile(r"(.)-(.)", re.DOTALL)
_EDIT = re.compile(r"s([/|#,@:])([^\\^$.*\[\]/|#]{1,100})\1([^\\&/|#]*)\1(g?)")
_FAILURES = (ValueError, OSError, EOFError, ArithmeticError, zlib.error)


def printed(
    words: Sequence[str], given: str | None, file: Callable[[str], str | None]
) -> str | None:
    """What the command `words` prints with `given` as its input, or None when that is not known.

    `file` gives the text of a file that the notebook wrote.
    """
    if not words:
        return given
    program, arguments = words[0].rsplit("/", 1)[-1], list(words[1:])
    named = [one for one in arguments if not one.startswith("-")]
    match program:
        case "echo":
            return _echoed(arguments)
        case "printf":
            return _formatted(arguments)
        case "python" | "python3" if arguments[:1] == ["-c"] and len(arguments) > 1:
            return _said(arguments[1])
        case "cat" if named:
            return file(named[-1])
        case "cat" | "tee":
            return given
        case _ if given is None and named and program in _READING_FILES:
            return _filtered(program, file(named[-1]), arguments)
        case _:
            return _filtered(program, given, arguments)


def _said(source: str) -> str | None:
    """What a program of a few known statements prints, or None."""
    folder, said = Folder(), list[str]()
    for statement in parse(source).named_children[:MAX_STATEMENTS]:
        call = next(iter(statement.named_children), statement)
        if call.type != "call" or folder.callee(call) != "print":
            follow(folder, statement)
            continue
        values = [folder.text(one) for one in arguments_of(call)]
        if None in values:
            return None
        said.append(" ".join(one for one in values if one is not None))
    return "\n".join(said) or None


def _filtered(program: str, given: str | None, arguments: list[str]) -> str | None:
    undo = _FILTERS.get(program)
    if undo is None or given is None or len(given) > MAX_FOLDED:
        return None
    try:
        return undo(given, arguments)
    except _FAILURES:
        return None


def _echoed(arguments: list[str]) -> str:
    escapes = False
    while arguments and arguments[0] in {"-n", "-e", "-ne", "-en", "-E"}:
        escapes = escapes or "e" in arguments.pop(0)
    text = " ".join(arguments)
    return unescape(text) if escapes else text


def _formatted(arguments: list[str]) -> str | None:
    if not arguments:
        return None
    text = unescape(arguments[0])
    for argument in arguments[1:20]:
        text = text.replace("%s", argument, 1).replace("%b", unescape(argument), 1)
    return text


def _text(data: bytes) -> str:
    """Bytes as UTF-8; what is none is kept for the next filter, one character a byte."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _base64(given: str, arguments: list[str]) -> str | None:
    if not any(one in {"-d", "--decode", "-di", "-D", "-id"} for one in arguments):
        return None
    return _text(base64.b64decode("".join(given.split()), validate=True))


def _base32(given: str, arguments: list[str]) -> str | None:
    return _text(base64.b32decode("".join(given.split()))) if "-d" in arguments else None


def _hex(given: str, arguments: list[str]) -> str | None:
    if not any(one.startswith("-") and "r" in one for one in arguments):
        return None
    return _text(bytes.fromhex("".join(given.split())))


def _inflated(given: str, arguments: list[str]) -> str | None:
    if not any(one.startswith("-") and ("d" in one or "uncompress" in one) for one in arguments):
        return None
    return _text(inflate(given.encode("latin-1")))


def _translated(given: str, arguments: list[str]) -> str | None:
    sets = [_letters(one) for one in arguments if not one.startswith("-")]
    if "-d" in arguments and sets:
        return given.translate({ord(letter): None for letter in sets[0]})
    if len(sets) == 2 and sets[1] and not any(one.startswith("-") for one in arguments):
        first, second = sets
        return given.translate(
            {ord(one): second[min(place, len(second) - 1)] for place, one in enumerate(first)}
        )
    return None


def _letters(written: str) -> str:
    """The letters of a set of `tr`: `a-z` are all of them."""
    inner = written[1:-1] if written[:1] == "[" and written[-1:] == "]" else written
    return _RANGE.sub(
        lambda found: "".join(map(chr, range(ord(found[1]), min(ord(found[2]), 0x7F) + 1))),
        unescape(inner),
    )


def _edited(given: str, arguments: list[str]) -> str | None:
    """`sed 's/a/b/g'` with plain texts."""
    edits = [one for one in arguments if one not in {"-e", "-E", "-r"}]
    found = _EDIT.fullmatch(edits[0]) if len(edits) == 1 else None
    if found is None or len(found[3]) > 100:
        return None
    return "\n".join(
        line.replace(found[2], found[3], -1 if found[4] else 1) for line in given.split("\n")
    )


def _openssl(given: str, arguments: list[str]) -> str | None:
    plain = "base64" in arguments or "-base64" in arguments
    return _base64(given, ["-d"]) if plain and "-d" in arguments else None


_FILTERS: dict[str, Callable[[str, list[str]], str | None]] = {
    "base64": _base64,
    "base32": _base32,
    "xxd": _hex,
    "rev": lambda given, _: "\n".join(line[::-1] for line in given.split("\n")),
    "tr": _translated,
    "sed": _edited,
    "openssl": _openssl,
    "gunzip": lambda given, _: _inflated(given, ["-d"]),
    "zcat": lambda given, _: _inflated(given, ["-d"]),
    "gzip": lambda given, arguments: _inflated(given, arguments),
    "zlib-flate": lambda given, arguments: _inflated(given, arguments),
    "bunzip2": lambda given, _: _text(
        bz2.BZ2Decompressor().decompress(given.encode("latin-1"), MAX_FOLDED)
    ),
}
