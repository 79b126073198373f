"""What a tunnel opens to the outside: which port of the runtime, and in which protocol.

Tunnels are many, and the port behind them says what they are for: 22 is a shell and 3389 a desktop,
whatever the tunnel is called. Commands, calls and settings name it each in a way of their own. To
know another tunnel, add its name to `_TUNNELS`; another port, to `_PORTS`.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from colonnade.detection.features.feature import Collector, Kind

_TUNNELS = re.compile(
    r"^(?:ngrok|cloudflared|bore|frpc|npc|chisel|jprq|zrok|rathole|gost|cpolar|natapp|pinggy|playit"
    r"|localxpose|loclx|inlets|sish|tunnelto|tmole|tunnelmole|holesail|telebit|expose|wstunnel|lt"
    r"|localtunnel|pagekite|pgrok|sirtunnel|tailscale|devtunnel|portr|tunwg)(?:[-_.].*)?$"
)
_RAW = re.compile(r"^(?:bore|playit|rathole|npc)(?:[-_.].*)?$")
"""Tunnels that know no other protocol."""
_SSH = frozenset({"ssh", "autossh", "sshpass", "dbclient"})
_REMOTE = re.compile(r"^-[a-zA-Z0-9]*R(?P<with>.*)$")
_TARGET = re.compile(
    r"^(?:(?P<scheme>[a-z]{2,8})://)?(?:R:)?(?:[\w.*-]*:)*?(?:(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):)?"
    r"(?P<port>\d{2,5})/?$"
)
_PORTS: dict[str, frozenset[int]] = {
    "shell": frozenset({22, 222, 2022, 2200, 2222, 22222, 23, 7681}),
    "desktop": frozenset({3388, 3389, 3390, *range(5900, 5911), 6080, 6081, 6901}),
    "notebook": frozenset({8888, 8889}),
    "proxy": frozenset({1080, 1081, 3128, 8388, 10808}),
}
_WEB = frozenset({80, 443, 3000, 4040, 5000, 5001, 6006, 7860, 7861, 8000, 8050, 8080, 8188, 8501})
_SHELLS = frozenset({"bash", "sh", "zsh", "fish", "login"})
_OPENED = re.compile(
    r"(?:^|[.\s]|\\n)(?:local_?port|addr|remote_port|hostname|service|url)[\"']?\s*[=:]\s*[\"']?"
    r"(?P<scheme>\w+://)?(?:localhost:|127\.0\.0\.1:)?(?P<port>\d{2,5})\b",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"\bHiddenServicePort\s+(\d{2,5})\b")
_IS_RAW = re.compile(
    r"(?:^|\s|\\n)[\"']?(?:type|proto(?:col)?)[\"']?\s*[=:]\s*[\"']?(?:tcp|udp|stcp|xtcp)",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"\b(?:ba|da|z|k)?sh -i\b[^\n]{0,80}/dev/(?:tcp|udp)/")
_TO_SHELL = re.compile(r"\bexec:[\"']?(?:/\S{1,40}/)?(?:ba|z|da)?sh|\bpty,")
MAX_OPENED = 20


OPENING = re.compile(
    r"(?:^|\.)(?:ngrok\.(?:connect|forward)|open_tunnel|start_tunnel|try_cloudflare|flask_cloudflared"
    r"|(?:start|run)_(?:ngrok|cloudflared)|bore\w*|expose|create_tunnel|forward_port)$"
)
"""Calls that open a port which they are given."""
_NETCAT = frozenset({"nc", "ncat", "netcat", "nc.traditional"})


def kind_of_port(port: int) -> str:
    """`shell`, `desktop`, `notebook`, `proxy`, or `` for a port that says nothing."""
    return next((kind for kind, ports in _PORTS.items() if port in ports), "")


def read_tunnel(
    collector: Collector, program: str, words: Sequence[str], line: int, end: int
) -> None:
    """Note what one command opens to the outside, and a shell that it gives to a connection."""
    for kind in sorted(set(_opened(program, words))):
        collector.add(Kind.TUNNEL, kind, line, end)
    if _is_terminal(program, words):
        collector.add(Kind.TUNNEL, "terminal", line, end)
    gives = program in _NETCAT and {"-e", "-c", "--exec", "--sh-exec"} & set(words)
    if gives or any(_TO_SHELL.search(word[:400]) for word in words):
        collector.add(Kind.TUNNEL, "to-shell", line, end)


def read_given_shell(collector: Collector, text: str, line: int) -> None:
    """Note a shell whose input and output are a connection: `bash -i >& /dev/tcp/…`."""
    if "/dev/" in text and (found := _GIVEN.search(text)):
        collector.add(Kind.TUNNEL, "to-shell", line + text.count("\n", 0, found.start()) + 1)


def _opened(program: str, words: Sequence[str]) -> Iterator[str]:
    if program in _SSH:
        for word, after in zip(words, (*words[1:], ""), strict=True):
            if found := _REMOTE.match(word):
                if any(one.startswith("tcp@") for one in words):
                    yield "raw"
                yield from _kinds((found["with"] or after).rpartition("}:")[2], is_raw=False)
        return
    if not (_TUNNELS.match(program) or _looks_like_one(words)):
        return
    is_raw = bool(_RAW.match(program)) or bool({"tcp", "tcpTunnel", "udp", "--to"} & set(words))
    kinds = [kind for word in words for kind in _kinds(word.partition("=")[2] or word, is_raw)]
    if is_raw and "web" not in kinds:
        yield "raw"
    if "--ssh" in words:
        yield "shell"
    yield from kinds


def _looks_like_one(words: Sequence[str]) -> bool:
    """`x local 22 --to host`, `x tcp 22`, `x client host R:2222:localhost:22`, by whatever name."""
    first = words[0] if words else ""
    number = any(word.isdigit() for word in words[1:3])
    return (
        (first == "local" and number and "--to" in words)
        or (first == "tcp" and number)
        or (first == "client" and any(word.startswith("R:") for word in words))
    )


def _is_terminal(program: str, words: Sequence[str]) -> bool:
    """`x --port 7681 bash`: a program gives a shell to whoever asks at a port."""
    if program in _SSH or len(words) < 3 or words[-1].rpartition("/")[2] not in _SHELLS:
        return False
    return any(word in {"-p", "--port"} and after.isdigit() for word, after in pairwise(words))


def _kinds(word: str, is_raw: bool) -> Iterator[str]:
    found = _TARGET.match(word[:200])
    if found is None:
        return
    scheme = found["scheme"] or ""
    if scheme in {"ssh", "rdp", "vnc"}:
        yield "shell" if scheme == "ssh" else "desktop"
    elif scheme in {"tcp", "udp"}:
        yield "raw"
    port = int(found["port"])
    if kind := kind_of_port(port):
        yield kind
    elif port in _WEB or (not is_raw and scheme in {"", "http", "https"}):
        yield "web"


def read_opened(
    collector: Collector, given: Sequence[str | int | None], line: int, end: int
) -> None:
    """Note what a call such as `ngrok.connect(22, 'tcp')` opens; `given` are its arguments."""
    words = [str(one) for one in given if one is not None]
    is_raw = bool({"tcp", "tls"} & set(words))
    kinds = {kind for word in words for kind in _kinds(word, is_raw)}
    for kind in sorted(kinds | ({"raw"} if is_raw and "web" not in kinds else set())):
        collector.add(Kind.TUNNEL, kind, line, end)


def read_settings(collector: Collector, text: str, line: int, end: int) -> None:
    """Note what the settings of a tunnel open: `type = tcp` beside `local_port = 22`."""
    if hidden := _HIDDEN.search(text):
        collector.add(Kind.TUNNEL, kind_of_port(int(hidden[1])) or "web", line, end)
    if not _IS_RAW.search(text):
        return
    for found in list(_OPENED.finditer(text))[:MAX_OPENED]:
        kind = kind_of_port(int(found["port"]))
        if kind:
            collector.add(Kind.TUNNEL, kind, line, end)
