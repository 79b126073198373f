"""Commands within commands: wrappers are taken off, and what a program runs for one is given.

`unwrap` takes off what stands before a command (`sudo -u x nice -n 5`); `carried` gives the
commands that a program such as `find -exec` or `tmux new` runs. To know another one, name it in a
table.
"""

import re
import shlex
from collections.abc import Callable, Mapping
from contextlib import suppress

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_WRAPPERS = frozenset(
    {"sudo", "doas", "nohup", "time", "exec", "env", "nice", "ionice", "stdbuf", "unbuffer"}
    | {"xvfb-run", "setsid", "command", "builtin", "then", "do", "else", "elif", "if", "while"}
    | {"until", "!", "{", "}", "timeout", "busybox", "chrt", "taskset", "proot", "fakeroot"}
)
_VALUED: Mapping[str, frozenset[str]] = {
    "sudo": frozenset({"-u", "-g", "-h", "-p", "-C", "-r", "-t", "-D"}),
    "doas": frozenset({"-u", "-C"}),
    "env": frozenset({"-u", "-C"}),
    "nice": frozenset({"-n"}),
    "ionice": frozenset({"-c", "-n"}),
    "stdbuf": frozenset({"-i", "-o", "-e"}),
    "timeout": frozenset({"-k", "-s"}),
    "xvfb-run": frozenset({"-n", "-s", "-e", "-f"}),
    "time": frozenset({"-f", "-o"}),
    "exec": frozenset({"-a"}),
    "screen": frozenset({"-S", "-c", "-t", "-T", "-h", "-p"}),
    "flock": frozenset({"-w", "-E"}),
    "watch": frozenset({"-n"}),
}
"""Options that take the next word."""
_PLACES = {"timeout": 1, "chrt": 1, "taskset": 1, "flock": 1}
"""Words of a wrapper's own that stand before the command."""
_TMUX_STARTS = frozenset(
    {"new", "new-session", "neww", "new-window", "splitw", "split-window", "respawn-pane"}
)
_FOUND_ENDS = frozenset({";", "+", "-exec", "-execdir", "-ok"})
MAX_CARRIED = 20
MAX_FOUND_WORDS = 100
"""Of one command of `find`."""

Words = tuple[str, ...]


def unwrap(words: Words) -> Words:
    """`words` without leading wrappers, keywords, assignments and their options.

    `sudo -H nohup ./x &` gives `('./x',)`. Wrappers whose options are not known may keep one word
    too many; that costs a feature, never a crash.
    """
    position = 0
    while position < len(words):
        name = words[position].rsplit("/", 1)[-1]
        if name in _WRAPPERS:
            if name == "env" and (split := _split_string(words[position + 1 :])):
                return split
            position = _past(words, position + 1, name)
        elif _ASSIGNMENT.match(words[position]):
            position += 1
        else:
            break
    return words[position:]


def _split_string(words: Words) -> Words:
    """`env -S 'git clone x'`."""
    if words[:1] == ("-S",) and len(words) > 1:
        with suppress(ValueError):
            return tuple(shlex.split(words[1]))
    return ()


def _past(words: Words, position: int, name: str) -> int:
    """Where the options of the wrapper `name` end, and what else is its own."""
    valued = _VALUED.get(name, frozenset())
    while position < len(words) and words[position].startswith("-") and len(words[position]) > 1:
        option = words[position]
        several = not option.startswith("--") and f"-{option[-1]}" in valued
        position += 2 if option in valued or several else 1
    return position + _PLACES.get(name, 0)


def carried(words: Words) -> list[str]:
    """The commands, as shell text, that the command `words` runs besides itself."""
    if not words:
        return []
    carrying = _CARRIERS.get(words[0].rsplit("/", 1)[-1])
    return [text for text in carrying(words[1:])[:MAX_CARRIED] if text] if carrying else []


def _rest(name: str) -> Callable[[Words], list[str]]:
    return lambda words: [shlex.join(words[_past(words, 0, name) :])]


def _text_option(words: Words) -> list[str]:
    """`su - x -c 'ls'`, `script -qc 'ls'`."""
    for place, word in enumerate(words[:-1]):
        if re.fullmatch(r"-[a-z]*c|--command", word):
            return [words[place + 1]]
    return [word.partition("=")[2] for word in words if word.startswith("--command=")]


def _locked(words: Words) -> list[str]:
    return _text_option(words) or _rest("flock")(words)


def _found(words: Words) -> list[str]:
    """`find . -exec ls {} \\\\;`."""
    found: list[str] = []
    for place, word in enumerate(words):
        if word in {"-exec", "-execdir", "-ok"} and len(found) < MAX_CARRIED:
            after = words[place + 1 : place + MAX_FOUND_WORDS]
            end = next((one for one, mark in enumerate(after) if mark in _FOUND_ENDS), len(after))
            found.append(shlex.join(after[:end]))
    return found


def _parallel(words: Words) -> list[str]:
    """`parallel ls ::: a b`: each item is given to the command, or is one."""
    if ":::" not in words:
        return []
    place = words.index(":::")
    template = [word for word in words[:place] if not word.startswith("-")]
    items = [word for word in words[place + 1 :] if word != ":::"][:MAX_CARRIED]
    if not template:
        return items
    if len(template) == 1 and " " in template[0]:
        written = template[0] if "{}" in template[0] else f"{template[0]} {{}}"
        return [written.replace("{}", item) for item in items]
    if any("{}" in word for word in template):
        return [shlex.join([word.replace("{}", item) for word in template]) for item in items]
    return [shlex.join([*template, item]) for item in items]


def _tmux(words: Words) -> list[str]:
    if _TMUX_STARTS & set(words):
        return [words[-1]] if " " in words[-1] else []
    if {"send", "send-keys"} & set(words):
        typed = [word for word in words if " " in word]
        return typed[:1]
    return []


_CARRIERS: Mapping[str, Callable[[Words], list[str]]] = {
    "screen": _rest("screen"),
    "watch": _rest("watch"),
    "flock": _locked,
    "script": _text_option,
    "su": _text_option,
    "runuser": _text_option,
    "find": _found,
    "parallel": _parallel,
    "tmux": _tmux,
    "trap": lambda words: list(words[:1]),
}
"""By program: what it runs for the words after it."""
