"""Constant expressions into the value that they would have, without running anything.

- `values`: what a constant can be, and the names that stand for constants.
- `folder`: the folder, its budgets, and the dotted name that a callee goes by.
- `literals`, `operators`, `attributes`, `calls`, `loops`: expressions, by type of node.
- `functions`, `methods`, `makers`, `sequences`: what of the standard library is known.
- `statements`: assignments, choices, loops; `building`: which of them build a text.
- `own_functions`: functions of the notebook's own.

Everything else is None: not known. Budgets bound steps, size and depth, so that a decompression
bomb folds to None. To undo another disguise, add a function to `functions.FUNCTIONS`, a method to
`methods.METHODS`, or a handler for a type of node; the value is judged as if it had been written
plainly.
"""

from colonnade.detection.normalise.fold import (
    attributes,
    calls,
    literals,
    loops,
    makers,
    operators,
)
from colonnade.detection.normalise.fold.folder import HANDLERS, Folder
from colonnade.detection.normalise.fold.nodes import arguments_of, source_of
from colonnade.detection.normalise.fold.values import Function, Named, Namespace, Opened, Value

__all__ = [
    "HANDLERS",
    "Folder",
    "Function",
    "Named",
    "Namespace",
    "Opened",
    "Value",
    "arguments_of",
    "attributes",
    "calls",
    "literals",
    "loops",
    "makers",
    "operators",
    "source_of",
]
