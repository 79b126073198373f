"""What one runtime is given: plain values, sent with its launch."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Mode(StrEnum):
    """How far a runtime's connections reach."""

    NONE = "none"
    OPEN = "open"
    """Every public host that no deny-list names."""
    ALLOW_LIST = "allow-list"
    """Only hosts that the operator names."""


@dataclass(frozen=True)
class DenyList:
    """Hosts that a clause of the policy closes.

    Attributes:
        id: stable name, shown to people.
        category: of the policy.
        title: what the hosts on it have in common.
        domains: each closes itself and everything beneath it.
        words: each a set of words; a name is closed whose parts between dots and hyphens include
            all of one set.
    """

    id: str
    category: str
    title: str
    domains: tuple[str, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class EgressTerms:
    """The way out of one runtime. The defaults lead nowhere.

    Attributes:
        allow: domains for the mode 'allow-list'; each includes everything beneath it.
        private: 'name:port' that may have a private address and a port of its own.
        hosts: names that the operator resolves, with their addresses.
        connections: how many at once.
        bytes_per_second: both directions together, 0 without a limit.
        volume_bytes: in the runtime's whole life, both directions together, 0 without a limit.
        idle_seconds: a connection on which nothing moves for so long is closed.
        variables: environment variables that lead tools to mirrors.
        certificates: a file of certificate authorities that the runtime is to trust.
    """

    mode: Mode = Mode.NONE
    deny: tuple[DenyList, ...] = ()
    allow: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    hosts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    connections: int = 128
    bytes_per_second: int = 0
    volume_bytes: int = 0
    idle_seconds: float = 300.0
    variables: tuple[tuple[str, str], ...] = ()
    certificates: Path | None = None
