"""Programs in other languages, of which only a few things are known: C, Go, Rust, Java, Node.

They come as files that a notebook writes and has compiled, and are not parsed here. Each is told by
what it must say to do what it does, wherever that stands in its text. To know a language, add what
its programs begin with to `_BEGINNING`, how they go round to `_ENDLESS`, how they send to `_SENDS`.
"""

import re

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.own_places import OWN

_BEGINNING = re.compile(
    r"#include\b|\bpackage main\b|\b(?:fn|func|int|void) main\b|\brequire\s?\(|\brequire 'socket'"
    r"|\bprocess\.argv|__kernel|#!/usr/bin/perl|\bimport (?:net|http) |from 'net'|<\?php"
)
LEAST_CHARACTERS = 80
_CONNECTS = re.compile(
    r"\bconnect\s?\(|\.Dial\w*\(|\bhttp\.(?:Get|Post\w*|NewRequest|request)\(|curl_easy_perform"
    r"|new (?:Socket|URL|WebSocket)\(|TcpStream::connect|reqwest::|\bfetch\(|\baxios\b|IO::Socket"
    r"|fsockopen|TCPSocket"
)
_ASKS = re.compile(
    r"get_?work\b|getblocktemplate|mining\.(?:subscribe|notify)|eth_getWork|\bgetjob\b|\bJOB,",
    re.IGNORECASE,
)
_HANDS_IN = re.compile(
    r"submit_?(?:work|block|share|job|login)\b|mining\.submit|eth_submitWork|[\"']submit[\"']",
    re.IGNORECASE,
)
_TO_TRY = re.compile(r"regtest", re.IGNORECASE)
_WORD = r"(?:pw|pwd|pass\w{0,12}|senha|clave|secret|word|cand\w{0,8})"
_NEXT_WORD = re.compile(
    rf"(?:fgets|getline|fscanf)\s?\([^\n]{{0,30}}\b{_WORD}\b"
    rf"|\bfor\b[^\n]{{0,40}}\b{_WORD}\b[^\n]{{0,20}}(?:\bin\b|\bof\b|:=|:)"
    rf"|\b{_WORD}\s{{0,2}}:?=[^\n]{{0,40}}(?:\.Text\(|readLine|nextLine|\.next\(|fgets\()"
)
_TRIES = re.compile(
    rf"\b(?:try|log_?in|auth\w*|attempt|guess|sign_?in|Password)_?\w{{0,12}}\([^\n;]{{0,80}}\b{_WORD}\b",
    re.IGNORECASE,
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
_EVERYWHERE = "0.0.0.0"  # noqa: S104 no address is bound
"""Where a program sends from, whomever it sends to."""
MAX_BODY = 500
"""Characters after the beginning of a loop that are taken for its body."""
MAX_LOOPS = 20


def read_program(collector: Collector, text: str, line: int, end: int) -> None:
    """Note what a program in a language that is not read mines, guesses or floods."""
    if len(text) < LEAST_CHARACTERS or not _BEGINNING.search(text):
        return
    if OWN.search(text.replace(_EVERYWHERE, "")):
        return
    if _floods(text):
        collector.add(Kind.REPEATED, "packet", line, end)
    if not _CONNECTS.search(text):
        return
    if _ASKS.search(text) and _HANDS_IN.search(text) and not _TO_TRY.search(text):
        collector.add(Kind.POOL, "program", line, end)
    if _NEXT_WORD.search(text) and _TRIES.search(text):
        collector.add(Kind.GUESS, "login", line, end)


def _floods(text: str) -> bool:
    """Whether it sends packets or requests without end, and waits for nothing."""
    for found, _ in zip(_ENDLESS.finditer(text), range(MAX_LOOPS), strict=False):
        body = text[found.end() : found.end() + MAX_BODY]
        if _SENDS.search(body) and not _ANSWERED.search(body):
            return True
    return False
