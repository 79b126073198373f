"""What the arguments of a call in Python say by their names, and options that it hands on.

The name under which something is given tells its part: `driving_video=clip`, `swap(face, target)`.
What is an option is read as that of a program, whichever function it goes through.
"""

import re
from collections.abc import Sequence

from tree_sitter import Node

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.roles import is_voice, pairs, parts_of
from colonnade.detection.normalise.fold import source_of

MAX_ARGUMENTS = 30
_MOVES = re.compile(r"(?:^|[._])(?:copy|move|rename|link|symlink|download|upload)\w*$")
FEWEST_OPTIONS = 2
"""One alone may be what a parser of options is told to look for."""


def named_in(arguments: Sequence[Node]) -> tuple[list[str], list[str]]:
    """Keywords, and all names that tell an argument's part: a keyword or a variable passed."""
    keywords: list[str] = []
    names: list[str] = []
    for argument in arguments[:MAX_ARGUMENTS]:
        if argument.type == "keyword_argument":
            name = argument.child_by_field_name("name")
            if name is not None:
                keywords.append(source_of(name))
                names.append(keywords[-1])
        elif argument.type == "identifier":
            names.append(source_of(argument))
    return keywords, names


def keys_in(arguments: Sequence[Node]) -> list[str]:
    """The keys of dictionaries among what is given: `files={"face": a, "video": b}`."""
    values = [one.child_by_field_name("value") or one for one in arguments[:MAX_ARGUMENTS]]
    pairs = [pair for one in values if one.type == "dictionary" for pair in one.named_children]
    keys = (pair.child_by_field_name("key") for pair in pairs[:MAX_ARGUMENTS])
    return [source_of(key).strip("'\"") for key in keys if key is not None]


def read_parts(
    collector: Collector,
    called: str,
    names: Sequence[str],
    line: int,
    end_line: int,
    *,
    is_own: bool = False,
) -> None:
    """Note the parts that what is given under `names` plays, and which are unequal.

    What only moves files has a source and a target that mean nothing. Whether a picture speaks a
    sound, or is only shown beside it, shows in the body of the notebook's own function.
    """
    if not names or _MOVES.search(called):
        return
    for pair in pairs(names):
        if not (is_own and pair == "still+audio"):
            collector.add(Kind.MEDIA, pair, line, end_line)
    for name in names:
        for part in parts_of(name):
            collector.add(Kind.ROLE, part, line, end_line)
        if is_voice(name):
            collector.add(Kind.ROLE, "voice", line, end_line)


def hands_options_on(arguments: Sequence[Node]) -> bool:
    """Whether a call is given options of a program: `work("--text", line, "--voice", clip)`."""
    if len(arguments) < FEWEST_OPTIONS:
        return False
    given = [one for one in arguments[:MAX_ARGUMENTS] if one.type == "string"]
    return sum(source_of(one)[1:3] == "--" for one in given) >= FEWEST_OPTIONS
