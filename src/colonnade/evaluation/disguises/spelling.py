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
    """Texts as sums or joins of two to five pieces."""

    def spell(text: str) -> str:
        if len(text) < 2:
            return repr(text)
        count = min(random.randint(1, 4), len(text) - 1)
        cuts = sorted(random.sample(range(1, len(text)), count))
        ends = zip([0, *cuts], [*cuts, len(text)], strict=True)
        pieces = [repr(text[start:end]) for start, end in ends]
        if random.random() < 0.5:
            return f"''.join([{', '.join(pieces)}])"
        return f"({' + '.join(pieces)})"

    return spell


def by_numbers(random: Random) -> Spell:
    """Texts as their characters' numbers."""

    def spell(text: str) -> str:
        numbers = ", ".join(str(ord(character)) for character in text)
        if not text:
            return "''"
        return random.choice(
            (
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
