"""The line that a person is typing into a terminal, followed key by key.

Only what was typed is known, not what the terminal's program makes of it: after an arrow key, Tab
or a search in the history the line is 'uncertain', and what is known of it is judged all the same.
A paste in brackets (xterm's mode 2004) is judged as a whole before any of it is passed on.
"""

import re
from dataclasses import dataclass

MAX_LINE_CHARACTERS = 64_000
PASTE_BEGINS = "\x1b[200~"
_TOKEN = re.compile(
    r"\x1b\[200~(?P<paste>.*?)\x1b\[201~"
    r"|(?P<escape>\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[ -NP-Z\\-~])?)"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)",
    re.DOTALL,
)
_SUBMITTING = frozenset("\r\n\x04\x0f")
"""Return, line feed, Ctrl-D (ends a line in cooked mode) and Ctrl-O (readline: run, then next)."""
_ERASING = frozenset("\x08\x7f")
_HARMLESS = frozenset("\x05\x0c\x07\x11\x13")
"""Ctrl-E (end of line), Ctrl-L (redraw), bell, flow control."""
_WORD = re.compile(r"\S*\s*\Z")


@dataclass(frozen=True)
class Taken:
    """What became of some input: pass `forward` on; then, when `asks`, have `line` judged.

    `held` is passed on if it may run; `rest` has not been looked at yet.
    """

    forward: str
    asks: bool = False
    line: str = ""
    held: str = ""
    rest: str = ""


@dataclass
class TypedLine:
    """The state of one client's typing."""

    text: str = ""
    uncertain: bool = False

    def take(self, typed: str) -> Taken:
        """Follow `typed` up to the first key that would run a line which is not blank."""
        at = 0
        while at < len(typed):
            found = _TOKEN.match(typed, at)
            assert found is not None, "every character is some token"
            if found["escape"] == PASTE_BEGINS:
                break
            if self._submits(found):
                line = self.text
                if found[0] in "\r\n\x0f":
                    self.clear()
                return Taken(typed[:at], True, line, found[0], typed[found.end() :])
            at = found.end()
        # What is left is a paste whose end has not arrived.
        return Taken(typed[:at], rest=typed[at:])

    def clear(self) -> None:
        """The line is empty and known."""
        self.text, self.uncertain = "", False

    def _submits(self, token: re.Match[str]) -> bool:
        """Follow one token; whether it asks the terminal to run what is on the line."""
        if token["paste"] is not None:
            self._append(token["paste"])
            return bool(re.search(r"[\r\n]", token["paste"]) and self.text.strip())
        if token["text"] is not None:
            self._append(token["text"])
        elif token["escape"] is not None:
            self.uncertain = True
        elif token[0] in _SUBMITTING:
            if self.text.strip():
                return True
            self.uncertain = False
        else:
            self._edit(token[0])
        return False

    def _append(self, text: str) -> None:
        self.text += text
        if len(self.text) > MAX_LINE_CHARACTERS:
            self.text, self.uncertain = self.text[-MAX_LINE_CHARACTERS:], True

    def _edit(self, key: str) -> None:
        if key == "\x03":
            self.clear()
        elif key in _HARMLESS:
            pass
        elif self.uncertain:
            # The cursor may be anywhere: rather judge too much than too little.
            pass
        elif key in _ERASING:
            self.text = self.text[:-1]
        elif key == "\x15":
            self.text = ""
        elif key == "\x17":
            self.text = _WORD.sub("", self.text, count=1)
        else:
            self.uncertain = True
