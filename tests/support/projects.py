"""Small projects of our own making, each different, for tests that compare trees of files.

`project(seed)` writes Python of random but steady shape; `renamed`, `uncommented` and `moved` are
what somebody does who wants a copy not to be known again.
"""

import random
import re
from collections.abc import Mapping
from pathlib import Path

from colonnade.detection.similarity.tree import TreeFile

Project = Mapping[str, bytes]
_NAMES = ["face", "frame", "mask", "model", "image", "loss", "batch", "layer", "audio", "point"]
_BINARY = [
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "**",
    "@",
    "<<",
    "|",
    "<",
    "==",
    "and",
    "or",
    "in",
    "is not",
]


def project(seed: int, files: int = 12, functions: int = 12) -> Project:
    """A project of `files` Python files in a few folders, with a README beside them."""
    dice = random.Random(seed)
    written = {
        f"{dice.choice(['core', 'core/nets', 'tools', 'app'])}/{_name(dice)}_{index}.py": _module(
            dice, functions
        )
        for index in range(files)
    }
    return {"README.md": b"A project.\n", f"{_name(dice)}_main.py": _module(dice, 4), **written}


def tree(files: Project) -> list[TreeFile]:
    """The project as the comparing reads it."""
    return [TreeFile(path, lambda data=data: data) for path, data in sorted(files.items())]


def write(files: Project, folder: Path) -> Path:
    """The project on disk."""
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder


def renamed(files: Project) -> Project:
    """With every name of the project's own replaced by another, and every literal text changed."""

    def other(match: re.Match[bytes]) -> bytes:
        return b"x" + match[0][::-1] + b"_q"

    own = re.compile(rb"\b(?:" + "|".join(_NAMES).encode() + rb")_\d+\b")
    return {path: own.sub(other, data) for path, data in files.items()}


def uncommented(files: Project) -> Project:
    """Without comments, docstrings and empty lines, indented by two."""
    return {
        path: re.sub(rb"#.*|\"\"\"[^\"]*\"\"\"", b"", data)
        .replace(b"    ", b"  ")
        .replace(b"\n\n", b"\n")
        for path, data in files.items()
    }


def moved(files: Project, every: int = 2) -> Project:
    """With every n-th file under another name."""
    return {
        re.sub(r"[^/]+(?=\.py$)", f"part{index}", path) if index % every == 0 else path: data
        for index, (path, data) in enumerate(sorted(files.items()))
    }


def below(folder: str, files: Project) -> Project:
    """The project within a folder of another."""
    return {f"{folder}/{path}": data for path, data in files.items()}


def _module(dice: random.Random, functions: int) -> bytes:
    parts = ['"""What this part is for."""', f"import {_name(dice)}"]
    parts += [_function(dice, index) for index in range(functions)]
    return "\n\n".join(parts).encode()


def _function(dice: random.Random, index: int) -> str:
    lines = [f"    {_statement(dice)}  # {_name(dice)}" for _ in range(dice.randint(4, 9))]
    head = f"def {_name(dice)}_{index}({_name(dice)}, *{_name(dice)}):"
    return "\n".join([head, '    """Does its part."""', *lines])


def _statement(dice: random.Random) -> str:
    value = _expression(dice, 3)
    return dice.choice(
        [
            f"{_name(dice)} = {value}",
            f"{_name(dice)}[{_expression(dice, 1)}] += {value}",
            f"if {value}:\n        return {_expression(dice, 2)}",
            f"for {_name(dice)} in {value}:\n        yield {_expression(dice, 2)}",
            f"while {value}:\n        {_name(dice)}.append({_expression(dice, 2)})",
            f"with {value} as {_name(dice)}:\n        pass",
            f"assert {value}, '{_name(dice)}'",
        ]
    )


def _expression(dice: random.Random, depth: int) -> str:
    if depth == 0:
        return dice.choice([_name(dice), str(dice.randint(0, 99)), "None", f"'{_name(dice)}'"])
    one, two = _expression(dice, depth - 1), _expression(dice, dice.randint(0, depth - 1))
    return dice.choice(
        [
            f"{one} {dice.choice(_BINARY)} {two}",
            f"{_name(dice)}({one}, {_name(dice)}={two})",
            f"{_name(dice)}.{_name(dice)}({one})[{two}]",
            f"[{one}, {two}]",
            f"{{{one}: {two}}}",
            f"[{one} for {_name(dice)} in {two}]",
            f"({one} if {two} else {_name(dice)})",
            f"not {one}",
            f"lambda {_name(dice)}: {one}",
        ]
    )


def _name(dice: random.Random) -> str:
    return f"{dice.choice(_NAMES)}_{dice.randint(0, 400)}"
