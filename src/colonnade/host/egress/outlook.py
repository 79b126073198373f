"""What this machine's own way out is like: name servers and routes, as `colonnade doctor` says it.

Nothing is sent: it is read what the machine would do.
"""

from contextlib import suppress
from pathlib import Path

from colonnade.runtimes.engine import TierLine

_NO_ROUTE = "0" * 32
_REACHES = "runtimes reach public web hosts through the proxy only"
_CLOSED = "runtimes reach only what [egress] allow_private and hosts name"


def outlook(etc: Path = Path("/etc"), proc: Path = Path("/proc/net")) -> TierLine:
    """The tier's line 'egress'."""
    routed, servers = _has_route(proc), _name_servers(etc / "resolv.conf")
    if routed and servers:
        return TierLine("egress", "full", f"{_REACHES} (name servers: {', '.join(servers[:3])})")
    if not routed:
        detail, remedy = "this machine has no default route", "connect it to a network"
    else:
        detail, remedy = "no name server is configured", "name one in /etc/resolv.conf"
    return TierLine("egress", "reduced", f"{detail}: {_CLOSED}", remedy)


def _has_route(proc: Path) -> bool:
    """Whether the kernel's tables hold a default route (proc(5): net/route, net/ipv6_route)."""
    with suppress(OSError):
        for line in (proc / "route").read_text().splitlines()[1:]:
            if line.split()[1:2] == ["00000000"]:
                return True
    with suppress(OSError):
        for line in (proc / "ipv6_route").read_text().splitlines():
            words = line.split()
            if words[:2] == [_NO_ROUTE, "00"] and words[-1] != "lo":
                return True
    return False


def _name_servers(file: Path) -> list[str]:
    with suppress(OSError, UnicodeDecodeError):
        lines = (line.split() for line in file.read_text("utf-8").splitlines())
        return [words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"]
    return []
