"""What a loop of a shell does again and again: it sends the same, or tries one word after another.

To know another program that sends, add it to `_SHELL_SENDS`; another way in which very many numbers
come to a command, to `_SHELL_CROWD`.
"""

import re

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.own_places import OWN

_SHELL_LOOP = re.compile(
    r"\b(?:while\s{1,9}(?:true|:|\[ 1 \]|\(\( ?1 ?\)\))"
    r"|for\s{0,9}\(\(\s?(?P<count>\w{1,20})\s?=[^()\n]{1,20}<=?\s?\d{3,8};[^()\n]{1,20}\)\)"
    r"|for\s{1,9}(?P<name>\w{1,40})\s{1,9}in\s{1,9}"
    r"(?:\{1\.\.\d{3,8}\}|(?:\$\(|`)seq [\d ]{0,12}\d{3,8}[)`]))\s{0,9}[;\n]\s{0,9}do\b"
)
_SHELL_CROWD = re.compile(
    r"(?:\bseq\s(?:\d{1,9}\s)?(?P<rounds>\d{1,9})|\byes\b|\{1\.\.(?P<to>\d{1,9})\})[^|\n]{0,100}"
    r"\|\s{0,4}(?:xargs|parallel)\b(?P<does>(?:\\\n|[^\n]){1,600})"
)
"""Very many numbers are handed to a command, which runs once for each."""
_DISCARDED = re.compile(
    r"(?<!2)(?<!2>)(?:>|\s)\s?/dev/null|\s(?:-d|-F|--data\S{0,12}|--form)\s|-X ?P"
)
_WHERE = re.compile(r"https?://[^\s\"'|>]{1,300}")
_SHELL_SENDS = re.compile(r"\b(?:curl|wget|ab|nc|hping3|ping|swaks|mail)\s")
_TOLD = re.compile(r"^\s{0,40}(?:echo|printf)\b[^\n]*", re.MULTILINE)
"""What is said to who looks on, which may count the rounds."""
MANY_IN_SHELL = 1000
MAX_SHELL_BODY = 1000
_WORD_LIST = re.compile(
    r"\bwhile\s(?:IFS=\S{0,8}\s)?read\s(?:-r\s)?(?P<name>\w{1,20}).{1,600}?\bdone\s?<\s?"
    r"(?P<list>\S{0,60}(?:rockyou|word|pass|dict|pwd|pin)\S{0,40})",
    re.DOTALL,
)
_TRIED_IN_SHELL = re.compile(
    r"\bwhile\s(?:IFS=\S{0,8}\s)?read\s(?:-r\s)?(?P<name>pw|pwd|pass\w{0,12})\b"
    r".{1,600}?\bdone\s?<\s?(?P<list>\S{1,80})",
    re.DOTALL,
)
MAX_LOOPS = 40


def read_shell_loop(collector: Collector, text: str, line: int) -> None:
    """Note a loop of a shell that sends the same again and again."""
    if "xargs" in text or "parallel" in text:
        _read_shell_crowd(collector, text, line)
    if "done" not in text:
        return
    for found in [*_WORD_LIST.finditer(text), *_TRIED_IN_SHELL.finditer(text)][:MAX_LOOPS]:
        if re.search(r"\b(?:break|exit)\b|&&", found[0]):
            collector.add(Kind.GUESS, "lock", line + text.count("\n", 0, found.start()))
    for found in list(_SHELL_LOOP.finditer(text))[:MAX_LOOPS]:
        start, name = found.end(), found["name"] or found["count"]
        body = text[start : max(start, text.find("done", start, start + MAX_SHELL_BODY))]
        sent = _TOLD.sub("", body)
        follows = name and re.search(rf"\$\{{?{re.escape(name)}\b", sent)
        stops = re.search(r"\b(?:break|exit|read)\b|sleep \d{2}", body) or OWN.search(body)
        if _SHELL_SENDS.search(body) and not follows and not stops:
            collector.add(Kind.REPEATED, "request", line + text.count("\n", 0, found.start()) + 1)


def _read_shell_crowd(collector: Collector, text: str, line: int) -> None:
    """Note that one address is asked for each of very many numbers, and the answers thrown away."""
    for found in list(_SHELL_CROWD.finditer(text))[:MAX_LOOPS]:
        rounds = int(found["rounds"] or found["to"] or MANY_IN_SHELL)
        where = _WHERE.search(found[0])
        if where is None or rounds < MANY_IN_SHELL or re.search(r"[{%$]|&&", where[0]):
            continue
        sends = _SHELL_SENDS.search(found["does"]) and _DISCARDED.search(found["does"])
        if sends and not OWN.search(where[0]):
            collector.add(Kind.REPEATED, "request", line + text.count("\n", 0, found.start()) + 1)
