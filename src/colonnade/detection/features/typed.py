"""Texts that a loop types into windows and pages and sends, as if somebody did.

Who enters data goes from field to field, and who answers reads first. To know another call that
presses keys, add it to `_KEYS`.
"""

import re

from tree_sitter import Node

from colonnade.detection.features.loop import Loop
from colonnade.detection.features.rounds import (
    FEW_ROUNDS,
    counts,
    named,
    reads,
)
from colonnade.detection.normalise.fold import Folder, arguments_of, source_of

_IS_ENTER = re.compile(r"(?:enter|return)(?:_?key)?|(?:key_?)?enter", re.IGNORECASE)
"""The key, or what a name for it is called."""
_KEYS = re.compile(r"(?:^|\.)(?:typewrite|type|(?:pyautogui|keyboard)\.(?:write|hotkey))$")
_ENTER = re.compile(r"""["'](?:enter|return)["']|Key\.enter|typewrite\([^\n]{0,200}\\n""")
_SENT_BY_KEY = re.compile(r"Enter|Keys\.(?:ENTER|RETURN)|\.submit\(\)")
_OF_KEYBOARD = re.compile(r"^(?:pyautogui|keyboard)\.(?:press|hotkey|send|press_and_release)$")
TYPED = re.compile(r"\.(?:send_keys|fill|type)$")
_COPIED = re.compile(
    r"clipboard_get|pyperclip\.paste|hotkey\(\s?[\"'](?:ctrl|command)[\"'],\s?[\"']c[\"']"
)
"""What stands in a window is taken from it: who answers reads first."""
_FROM_FIELD_TO_FIELD = re.compile(
    r"""(?:press|send|write|typewrite)\([^()\n]{0,40}(?:["']tab["']|\\t)"""
)
"""Who fills in the fields of a form goes on from one to the next; a message has one."""


def is_typed(folder: Folder, loop: Loop) -> bool:
    """Keys are pressed as if by somebody: a text and the key that sends it."""
    if _COPIED.search(loop.text) or _FROM_FIELD_TO_FIELD.search(loop.text):
        return False
    if _shouted(folder, loop):
        return True
    keys = named(folder, loop, _KEYS) or re.search(r"""\.press\(["']\w["']\)""", loop.text)
    return bool(keys) and (bool(_ENTER.search(loop.text)) or _sends_by_key(folder, loop))


def _sends_by_key(folder: Folder, loop: Loop) -> bool:
    """Whether the key that sends is pressed, of a keyboard and not of a page, in any case."""
    pressed = (arguments_of(call)[:1] for call, _ in named(folder, loop, _OF_KEYBOARD))
    keys = (folder.text(one) or source_of(one)[:40] for given in pressed for one in given)
    return any(_IS_ENTER.fullmatch(key) for key in keys)


def _shouted(folder: Folder, loop: Loop) -> bool:
    """The same, or what chance gives, is typed into a page and sent, without end or so often."""
    few = loop.rounds is not None and loop.rounds < FEW_ROUNDS
    if few or not counts(loop) or loop.may_end or reads(loop) or not _SENT_BY_KEY.search(loop.text):
        return False
    typed = [call for call, _ in named(folder, loop, TYPED) if not loop.is_guarded(call)]
    said = [one for call in typed for one in arguments_of(call) if is_text(one)]
    return bool(said) and not any(map(loop.differs, said))


def is_text(node: Node) -> bool:
    """Whether an argument is a text and not a key."""
    return not source_of(node).startswith(("Keys.", "'#", '"#'))
