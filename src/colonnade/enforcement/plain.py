"""Cells that are small and plain enough to be examined where they arrive.

Most cells that people run by hand are of this kind: `df.head()`, `accuracy`, `x = 3`. The trip to
an examining process and back takes longer than the examination; docs/decisions/0006 weighs the two.
The examination itself is the same one: the same features, the same rules.
"""

import re

from colonnade.detection.cells import Cell
from colonnade.detection.extract import extract_after
from colonnade.detection.limits import Unscannable
from colonnade.detection.match import hits_of
from colonnade.detection.rules import RuleSet

MAX_CHARACTERS = 400
_PLAIN = re.compile(rf"[A-Za-z0-9_ \n\t+\-*/<>=.,:()\[\]]{{0,{MAX_CHARACTERS}}}")


def is_plain(source: str) -> bool:
    """Whether nothing in `source` can make its examination long.

    Without quotes, escapes, magics, comments and letters beyond ASCII there is no text in it to
    decode, and no code within code; its length bounds everything else to some 0.2 ms.
    """
    return _PLAIN.fullmatch(source) is not None


def is_untouched(rules: RuleSet, cell: Cell) -> bool:
    """Whether `cell` is plain, holds nothing that any rule looks at and runs nothing that other
    cells decide; False when in doubt."""
    if cell.language != "notebook" or not is_plain(cell.source):
        return False
    try:
        found = extract_after(cell.source)
        return not found.wants and not hits_of(rules, found.features)
    except Unscannable:
        return False
