"""Other ways to write the same thing in Python: texts, and magics as the calls they stand for."""

import ast
from collections.abc import Callable
from random import Random
from string import ascii_lowercase

from colonnade.evaluation.disguises.reading import Line

Spell = Callable[[str], str]
"""A text into the source of an expression that has it as its value."""


def fresh(random: Random, taken: str = "") -> str:
    """A name of seven letters that does not stand in `taken`."""
    while (name := "".join(random.choices(ascii_lowercase, k=7))) in taken:
        pass
    return name


def plain(text: str) -> str:
    """A text as an ordinary literal."""
    return repr(text)


def in_pieces(random: Random) -> Spell:
    """Texts as two to five pieces that are put together in one of several ways."""

    def spell(text: str) -> str:
        if len(text) < 2:
            return repr(text)
        count = min(random.randint(1, 4), len(text) - 1)
        cuts = sorted(random.sample(range(1, len(text)), count))
        ends = zip([0, *cuts], [*cuts, len(text)], strict=True)
        return random.choice(_TOGETHER)([text[start:end] for start, end in ends])

    return spell


def _joined(pieces: list[str]) -> str:
    return f"''.join([{', '.join(map(repr, pieces))}])"


def _added(pieces: list[str]) -> str:
    return f"({' + '.join(map(repr, pieces))})"


def _filled(pieces: list[str]) -> str:
    return f"({'%s' * len(pieces)!r} % ({', '.join(map(repr, pieces))}))"


def _placed(pieces: list[str]) -> str:
    """The last piece first, and `format` puts it where it belongs."""
    places = "".join(f"{{{(place + 1) % len(pieces)}}}" for place in range(len(pieces)))
    return f"{places!r}.format({', '.join(map(repr, [pieces[-1], *pieces[:-1]]))})"


def _cleaned(pieces: list[str]) -> str:
    mark = next((one for one in "~^@|" if not any(one in piece for piece in pieces)), "")
    return f"{mark.join(pieces)!r}.replace({mark!r}, '')" if mark else _joined(pieces)


def _turned(pieces: list[str]) -> str:
    return f"{''.join(pieces)[::-1]!r}[::-1]"


_TOGETHER = (_joined, _added, _joined, _added, _filled, _placed, _cleaned, _turned)


def by_numbers(random: Random) -> Spell:
    """Texts as their characters' numbers, plain, moved or mixed."""

    def spell(text: str) -> str:
        if not text:
            return "''"
        numbers = ", ".join(str(ord(character)) for character in text)
        key = random.randint(1, 9)
        moved = ", ".join(str(ord(character) + key) for character in text)
        mixed = ", ".join(str(ord(character) ^ key) for character in text)
        return random.choice(
            (
                f"''.join(chr(number - {key}) for number in [{moved}])",
                f"''.join([chr(number ^ {key}) for number in ({mixed},)])",
                f"('%c' * {len(text)} % ({numbers},))",
                f"(lambda *numbers: ''.join(map(chr, numbers)))({numbers})",
                f"''.join(map(chr, [{numbers}]))",
                f"''.join(chr(number) for number in ({numbers},))",
                f"({' + '.join(f'chr({ord(character)})' for character in text)})"
                if len(text) <= 60
                else f"''.join([chr(n) for n in [{numbers}]])",
            )
        )

    return spell


def as_call(line: Line, spell: Spell = plain) -> str:
    """A `!` or `%` line as the call of IPython that it stands for."""
    if line.mark == "%":
        name, _, argument = line.joined.partition(" ")
        return f"get_ipython().run_line_magic({plain(name)}, {spell(argument.strip())})"
    method = "getoutput" if line.assigned or line.mark == "!!" else "system"
    return f"get_ipython().{method}({spell(line.joined)})"


def as_cell_call(magic: str, argument: str, body: str, spell: Spell = plain) -> str:
    """A cell magic as the call of IPython that it stands for."""
    body = body if body.endswith("\n") else body + "\n"
    return f"get_ipython().run_cell_magic({plain(magic)}, {plain(argument)}, {spell(body)})"


def as_sum(text: ast.JoinedStr, spell: Spell) -> str | None:
    """An f-string as a sum of texts and `format` calls; None when a format is itself computed."""
    terms: list[str] = []
    for part in text.values:
        if isinstance(part, ast.Constant):
            terms.append(spell(str(part.value)))
        elif isinstance(part, ast.FormattedValue) and (term := _formatted(part)):
            terms.append(term)
        else:
            return None
    return f"({' + '.join(terms)})" if terms else "''"


_CONVERSIONS = {ord("r"): "repr", ord("s"): "str", ord("a"): "ascii"}


def _formatted(part: ast.FormattedValue) -> str | None:
    value = ast.unparse(part.value)
    if part.conversion in _CONVERSIONS:
        value = f"{_CONVERSIONS[part.conversion]}({value})"
    if part.format_spec is None:
        return f"format({value})"
    spec = part.format_spec
    if isinstance(spec, ast.JoinedStr) and all(
        isinstance(one, ast.Constant) for one in spec.values
    ):
        written = "".join(str(one.value) for one in spec.values if isinstance(one, ast.Constant))
        return f"format({value}, {written!r})"
    return None
