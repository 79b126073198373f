"""Programs in other languages, within a text, that send without end and read no answer.

They are compiled or started by a command, and not parsed here. To know a language, add what its
programs begin with to `_PROGRAM`, how they go round to `_ENDLESS`, how they send to `_SENDS`.
"""

import re

from colonnade.detection.features.feature import Collector, Kind

_PROGRAM = re.compile(
    r"#include\b|\b(?:fn|func|int|void) main\b|\brequire\s?\(|\bprocess\.argv|\bpackage main\b"
)
_ENDLESS = re.compile(
    r"\bloop\s?\{|\bwhile\s?\(\s?(?:1|true|TRUE)\s?\)|\bfor\s?\(\s?;\s?;\s?\)|\bfor\s?\{"
    r"|\bsetInterval\s?\("
)
_SENDS = re.compile(
    r"\b(?:sendto|send_to|sendmmsg)\s?\(|\b(?:send|write)\s?\(\s?\w*(?:sock|fd|sd)\w*\s?,"
    r"|\.(?:request|Write|WriteTo|write_all)\s?\(|\bhttps?\.(?:get|Get|Post|post)\s?\(|\bfetch\s?\("
    r"|\baxios\b|\b[Cc]lient\.(?:Do|Get|Post)\s?\("
)
_ANSWERED = re.compile(
    r"recv|\bread\w{0,10}\s?\(|ReadAll|\baccept\s?\(|\.on\(\s?['\"](?:data|message)|\.json\(|\.text\("
    r"|sleep|delay\(|fgets|scanf|getline|\.Read\w{0,10}\(",
    re.IGNORECASE,
)
LEAST_CHARACTERS = 80
MAX_BODY = 500
"""Characters after the beginning of a loop that are taken for its body."""
MAX_LOOPS = 20


def read_flooding(collector: Collector, text: str, line: int, end: int) -> None:
    """Note a program that sends packets or requests without end, and waits for nothing."""
    if len(text) < LEAST_CHARACTERS or "{" not in text or not _PROGRAM.search(text):
        return
    for found, _ in zip(_ENDLESS.finditer(text), range(MAX_LOOPS), strict=False):
        body = text[found.end() : found.end() + MAX_BODY]
        if _SENDS.search(body) and not _ANSWERED.search(body):
            collector.add(Kind.REPEATED, "packet", line, end)
            return
