"""The short texts in a pickle, by walking its opcodes: nothing is ever unpickled.

A pickle is a program. `pickletools.genops` reads its instructions without running any, and the
keys of a dictionary stand among them as plain text.
"""

import pickletools

from colonnade.detection.files.source import NotThisKind

MAX_BYTES = 256 << 10
"""Of the beginning of a pickle; keys stand before the values, the large ones last."""
MAX_OPCODES = 50_000
MAX_TEXT_CHARACTERS = 128


def is_pickle(head: bytes) -> bool:
    """Whether it begins as binary pickles of protocol 2 to 5 do."""
    return len(head) > 2 and head[0] == 0x80 and 2 <= head[1] <= 5


def texts(data: bytes) -> frozenset[str]:
    """The short texts in the first `MAX_BYTES`, keys and values alike; data may be cut short.

    Raises NotThisKind for what does not begin as a pickle.
    """
    if not is_pickle(data):
        raise NotThisKind("it is no pickle")
    found: set[str] = set()
    try:
        for count, (_, argument, _) in enumerate(pickletools.genops(data[:MAX_BYTES])):
            if isinstance(argument, str) and len(argument) <= MAX_TEXT_CHARACTERS:
                found.add(argument)
            if count >= MAX_OPCODES:
                break
    except (ValueError, OverflowError):
        pass  # Cut short or broken: what was readable before that is what there is.
    return frozenset(found)
