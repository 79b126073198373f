"""Sees a cell as Jupyter would run it, before anyone asks what it means.

- `jupyter`: a cell into its Python and its shell parts, magics and `!` lines told apart.
- `shell`: shell text into commands with words, wrappers (`sudo`, `nohup`, `bash -c`) taken off.
- `fold`: constant expressions into the value that they would have, within a budget.
- `urls`: addresses into one canonical spelling.

To undo another disguise, extend `fold` (Python) or `shell.unwrap` (commands): what they give is
judged like what was written plainly. What stays opaque is reported as such by the extractors.
"""
