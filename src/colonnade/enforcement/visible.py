"""Makes text that a stranger wrote fit to be shown: nothing in it acts, hides or reorders."""

import unicodedata


def visible(text: str) -> str:
    """`text` with control, bidirectional, zero-width and unassigned characters written out.

    >>> visible("a\\x1b[31m\\u202eb")
    'a\\\\x1b[31m\\\\u202eb'
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    if character == "\t":
        return "    "
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


def columns(text: str) -> int:
    """How many columns a terminal needs for `text`: wide characters take two, combining none."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return len(text) + wide - sum(unicodedata.combining(one) > 0 for one in text)


def clip(text: str, width: int) -> str:
    """`text` cut to `width` columns, its cut marked by an ellipsis."""
    if columns(text) <= width:
        return text
    kept = text[:width]
    while columns(kept) > width - 1:
        kept = kept[:-1]
    return kept + "…"
