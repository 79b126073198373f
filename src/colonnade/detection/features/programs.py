"""Programs in other languages, of which only a few things are known: C, Go, Rust, Java, Node.

They come as files that a notebook writes and has compiled. Each is told by what it must say to do
what it does, wherever that stands in its text.
"""

import re

from colonnade.detection.features.feature import Collector, Kind

_BEGINNINGS = (
    *(
        "#include",
        "package main",
        "fn main",
        "void main",
        "require(",
        "__kernel",
        "#!/usr/bin/perl",
    ),
    *("import net ", "import http ", "from 'net'", "<?php", "require 'socket'"),
)
LEAST_CHARACTERS = 200
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
_LOCAL = re.compile(r"localhost|127\.0\.0\.1|regtest", re.IGNORECASE)
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


def read_program(collector: Collector, text: str, line: int, end: int) -> None:
    """Note a miner, or a program that guesses at log-ins, in a language that is not read."""
    if len(text) < LEAST_CHARACTERS or not any(one in text for one in _BEGINNINGS):
        return
    if not _CONNECTS.search(text) or _LOCAL.search(text):
        return
    if _ASKS.search(text) and _HANDS_IN.search(text):
        collector.add(Kind.POOL, "program", line, end)
    if _NEXT_WORD.search(text) and _TRIES.search(text):
        collector.add(Kind.GUESS, "login", line, end)
