"""Safety checks that are taken away: by an option, a switch, a patch, a threshold or a stub."""

import re

from tree_sitter import Node

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.normalise.fold import source_of

_CHECK = re.compile(
    r"nsfw|nud(?:e|ity)|safety|predicter|content_?(?:analyser|filter|check)|opennsfw|censor"
)
_OPTION = re.compile(
    r"^--?(?:skip|disable|no|without|bypass|ignore|allow)-?(?:the-)?(?:nsfw|nudity|safety|censor)"
    r"|^--?(?:nsfw|uncensored|unsafe-content)$"
)
_SWITCH = re.compile(
    r"^(?:disable|skip|no|bypass|ignore|allow|without|enable)_?(?:nsfw|nudity|safety|censor)"
    r"|^(?:nsfw|nudity|safety)\w*_?(?:disabled|off|bypass|allowed)$"
)
_STUBBED = re.compile(r"^(?:predict_(?:image|frame|video|batch)|analy[sz]e_(?:image|frame|video))$")
_RETURNS_NOTHING = re.compile(r"\breturn\s+(?:False|None|0|\[False\]|images?\s*,)")
_EDITING = frozenset({"sed", "perl", "awk", "patch"})
_REMOVING = frozenset({"rm", "unlink", "mv", "truncate"})


def read_command(
    collector: Collector, program: str, words: tuple[str, ...], line: int, end: int
) -> None:
    """Note a command that switches a check off, edits it or removes it."""
    for word in words:
        lowered = word.lower().replace("_", "-")
        if _OPTION.match(lowered):
            collector.add(Kind.SAFETY, "option", line, end)
    text = " ".join(words).lower() if program in _EDITING | _REMOVING else ""
    if text and _CHECK.search(text):
        patched = program in _EDITING
        collector.add(Kind.SAFETY, "patched" if patched else "deleted", line, end)


def read_variable(collector: Collector, word: str, line: int, end: int) -> None:
    """Note a word of a command that sets a variable which switches a check off: `NO_NSFW=1`."""
    name, sign, value = word.partition("=")
    if sign and _SWITCH.match(name.lower()) and value.lower() in {"1", "true", "yes", "on"}:
        collector.add(Kind.SAFETY, "switch", line, end)


def read_assignment(
    collector: Collector, name: str, right: Node | None, line: int, end: int
) -> None:
    """Note a variable or attribute that switches a check off or puts a stub in its place."""
    lowered = name.lower()
    concerns = _CHECK.search(lowered)
    if right is None or not (concerns or _STUBBED.match(lowered)):
        return
    value = source_of(right)[:400] if right.end_byte - right.start_byte <= 400 else ""
    if right.type == "lambda":
        collector.add(Kind.SAFETY, "stubbed", line, end)
    elif (
        right.type == "none"
        or (_SWITCH.match(lowered) and value in {"True", "1", "'1'", '"1"'})
        or (concerns and value == "False" and not _SWITCH.match(lowered))
    ):
        collector.add(Kind.SAFETY, "switch", line, end)
    elif concerns and right.type in {"integer", "float"} and _is_out_of_reach(value):
        collector.add(Kind.SAFETY, "threshold", line, end)


def _is_out_of_reach(number: str) -> bool:
    """Whether no probability can reach it."""
    try:
        return float(number) >= 1
    except ValueError:
        return False


def read_function(collector: Collector, node: Node, line: int, end: int) -> None:
    """Note a function that is named after a check and does nothing but let through."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None or body is None or body.end_byte - body.start_byte > 200:
        return
    if _CHECK.search(source_of(name).lower()) and _RETURNS_NOTHING.search(source_of(body)):
        collector.add(Kind.SAFETY, "stubbed", line, end)


def read_replacement(collector: Collector, old: str, line: int, end: int) -> None:
    """Note a text of a check that is replaced in a file's source."""
    if _CHECK.search(old[:2000].lower()):
        collector.add(Kind.SAFETY, "patched", line, end)
