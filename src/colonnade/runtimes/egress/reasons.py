"""The reasons for which a connection of a runtime is refused, in words for its owner."""

from enum import StrEnum

KIND_FLOW, KIND_REFUSED = "egress", "egress-refused"
"""Kinds of the proxy's observations: bytes and time for each host; connections not made."""

NETWORK = "network"
"""The policy's clause for refusals that rest on no deny-list."""


class Reason(StrEnum):
    """Why a connection was not made, or was cut."""

    ADDRESS = "address"
    PORT = "port"
    DENIED = "denied"
    NOT_ALLOWED = "not-allowed"
    PRIVATE = "private"
    NOT_TLS = "not-tls"
    NO_SERVER_NAME = "no-server-name"
    SPLIT_HELLO = "split-hello"
    OTHER_SERVER_NAME = "other-server-name"
    CONNECTIONS = "connections"
    VOLUME = "volume"

    @property
    def words(self) -> str:
        """One clause of a sentence, without a full stop, in ASCII: it travels in HTTP too."""
        return _WORDS[self]


_WORDS = {
    Reason.ADDRESS: "connections are made to names, not to bare addresses",
    Reason.PORT: "only HTTPS on port 443 and HTTP on port 80 lead out",
    Reason.DENIED: "it is on a list of the policy",
    Reason.NOT_ALLOWED: "this runtime may only reach the hosts that its class allows",
    Reason.PRIVATE: "its address is not a public one",
    Reason.NOT_TLS: "what was sent is not TLS, and nothing else may pass there",
    Reason.NO_SERVER_NAME: "the TLS handshake names no server",
    Reason.SPLIT_HELLO: "the TLS handshake is split, so that the server's name cannot be read",
    Reason.OTHER_SERVER_NAME: "the TLS handshake names another server than was asked for",
    Reason.CONNECTIONS: "the runtime has too many connections open at once",
    Reason.VOLUME: "the runtime has moved as much as its class allows",
}
