"""What a code object that came without its text would do, written as Python that can be read.

Not what it was made from: imports, and each constant text with the name that is called with it.
"""

# It runs where `inside/` is on the path.
# pyright: basic

import dis
from types import CodeType

MOST_OBJECTS, MOST_LINES, MOST_CHARACTERS = 200, 2000, 4000
_NAMES = frozenset({"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FAST", "LOAD_DEREF"})
_PARTS = frozenset({"LOAD_ATTR", "LOAD_METHOD"})
_ENDS = ("CALL", "POP_TOP", "STORE_", "RETURN_")


def describe(code: CodeType) -> str:
    """Lines of Python for `code` and all that is defined in it."""
    lines: list[str] = []
    waiting = [code]
    for _ in range(MOST_OBJECTS):
        if not waiting or len(lines) >= MOST_LINES:
            break
        one = waiting.pop(0)
        lines += _lines(one)
        waiting += [inner for inner in one.co_consts if isinstance(inner, CodeType)]
    return "\n".join(lines[:MOST_LINES])


def _lines(code: CodeType) -> "list[str]":
    lines, texts, called, imported = [], [], "", ""
    for step in dis.get_instructions(code):
        name, value = step.opname, step.argval
        if name == "LOAD_CONST":
            texts += _constant(value)
        elif name == "BUILD_LIST" and texts and value == len(texts):
            texts = [f"[{', '.join(texts)}]"]
        elif name in _PARTS and called:
            called += f".{value}"
        elif name == "IMPORT_NAME":
            imported, texts = value, []
            lines.append(f"import {imported}")
        elif name == "IMPORT_FROM":
            lines.append(f"from {imported} import {value}")
        elif name in _NAMES or name.startswith(_ENDS):
            if texts:
                lines.append(f"{called}({', '.join(texts)})")
            called, texts = (value if name in _NAMES else ""), []
    return lines


def _constant(value: object) -> "list[str]":
    """The text, or the texts of a tuple of them, as Python writes it."""
    if isinstance(value, str):
        return [repr(value[:MOST_CHARACTERS])]
    if isinstance(value, tuple) and value and all(isinstance(one, str) for one in value):
        return [repr([one[:MOST_CHARACTERS] for one in value])]
    return []
