"""Inputs that were made to stop, exhaust or mislead whoever reads them; all of our own writing."""

import base64
import json
import zlib
from typing import Any

CLONE = "!git clone https://github.com/iperov/DeepFaceLab"
"""Something that the rules hold, to be found among what hides it."""


def _nested(source: str, times: int) -> str:
    for _ in range(times):
        hidden = base64.b64encode(source.encode()).decode()
        source = f"import base64\nexec(base64.b64decode('{hidden}'))"
    return source


def _bomb(megabytes: int) -> str:
    packed = base64.b64encode(zlib.compress(b"#" * (megabytes << 20), 9)).decode()
    return f"import base64, zlib\nexec(zlib.decompress(base64.b64decode('{packed}')))"


BEYOND_LIMITS = {
    "20,000 open parentheses": "(" * 20_000,
    "20,000 closed parentheses": "(" * 20_000 + ")" * 20_000,
    "brackets of every kind": "x = " + "[{(" * 7_000,
    "code within code, twelve deep": _nested("print(1)", 12),
    "longer than any cell": "x = 1\n" * 400_000,
    "a name on every line": "\n".join(f"n{number} = 1" for number in range(30_000)),
    "an import on every line": "\n".join(f"import m{number}" for number in range(30_000)),
    "a text on every line": "\n".join(f"x = 't{number}'" for number in range(30_000)),
    "a dictionary of names": "x = {" + ",".join(f"'k{n}': 'v{n}'" for n in range(15_000)) + "}",
    "a command on every line": "%%bash\n" + "true\n" * 10_000,
    "200,000 magics": "!x\n" * 200_000,
    "variables that outgrow any command": "x = 'a' * 90_000\n!echo $x $x",
}
"""Cells that are not examined: each is unscannable."""

WITHIN_LIMITS = {
    "a name of 200,000 letters": "a" * 200_000 + " = 1",
    "an address without an end": "u = 'https://" + "a." * 20_000 + "'",
    "slashes": "p = '" + "/" * 100_000 + "'",
    "options without an end": "!tool " + "--a-" * 50_000,
    "quotes that never match": "!echo " + "'\"" * 20_000,
    "repeats for backtracking": "s = '" + "ab" * 50_000 + "!'\nt = '" + " " * 100_000 + "x'",
    "100,000 short lines": "x\n" * 100_000,
    "backslashes": "s = '" + "\\" * 60_000 + "'",
    "letters that are put together again": "x = 'a'" + " + 'a'" * 20_000,
    "text that doubles": "x = 'ab'\n" + "x = x + x\n" * 60,
    "a shift without an end": "x = 1 << 10_000_000_000\ny = 'a' * 10**12\nz = 9**9**9",
    "an item of an item of an item": "x = a" + "[0]" * 50_000,
    "powers of powers": "x = " + "2**" * 40_000 + "1",
    "products of products": "x = " + "2*" * 40_000 + "1",
    "a value for 40,000 names": "a = " * 40_000 + "1",
    "the same command on 10,000 lines": "!x\n" * 10_000,
    "null characters": "x = '" + "\x00" * 10_000 + "'",
}
"""Cells that take long where somebody was careless, and are read all the same."""

BOMBS = {
    "a zip bomb": _bomb(200),
    "a base64 bomb": f"import base64\nexec(base64.b64decode('{'KCgo' * 200_000}'))",
}
"""Code that runs something too large to be unpacked: never let through as if it were known."""

MISLEADING = {
    "bidirectional controls": f"\u202e{CLONE} # \u2066\u202d",
    "lone surrogates": f"{CLONE}\nx = '\ud800'",
    "invisible characters": f"{CLONE}\u200b\u200d\n\ufeff",
}
"""Cells that hold something which has to be found."""


def notebook(*sources: str) -> dict[str, Any]:
    """A notebook of these code cells."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "id": f"c{number}", "source": source, "metadata": {}}
        for number, source in enumerate(sources)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def stored(*sources: str) -> bytes:
    """The same as a file."""
    return json.dumps(notebook(*sources)).encode()


def deep_json(levels: int = 100_000) -> bytes:
    """A notebook whose metadata nest so deep."""
    deep = b"[" * levels + b"]" * levels
    return b'{"cells":[],"nbformat":4,"nbformat_minor":5,"metadata":{"deep":' + deep + b"}}"
