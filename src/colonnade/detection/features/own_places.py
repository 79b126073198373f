"""Places of one's own: what is sent there again and again tries what one has built."""

import re

from tree_sitter import Node

from colonnade.detection.features.loop import words_of
from colonnade.detection.normalise.fold import Folder, source_of

OWN = re.compile(
    r"localhost|127\.0\.0\.1(?!:9[01]50)|0\.0\.0\.0|::1|\b(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\."
    r"|//[\w.-]{0,40}\b(?:staging|stage|dev|test|qa|uat|preprod|sandbox)\b"
    r"|[\w-]\.(?:local|internal|test|localdomain)\b|//[\w-]{1,40}:\d",
    re.IGNORECASE,
)
"""A machine or network of one's own, or what says that it is there to be tried; not Tor's port."""


def is_own(folder: Folder, node: Node, own: re.Pattern[str] = OWN) -> bool:
    """Whether what `node` says, or a name in it stands for, is a place of one's own."""
    if own.search(folder.text(node) or source_of(node)[:400]):
        return True
    known = (folder.names.get(word) for word in words_of(node))
    return any(isinstance(one, str) and own.search(one[:200]) for one in known)
