"""What a host name is: the one form in which names are compared, looked up and shown."""

import re

import idna

from colonnade.kit.errors import Invalid

LONGEST = 253
"""Characters of a name (RFC 1035, section 2.3.4, less the two that only its wire form has)."""

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORT = re.compile(r"[1-9][0-9]{0,4}")


class AddressGiven(Invalid):
    """An address stands where a name must stand."""


def host_name(text: str) -> str:
    """`text` in lower case, without a dot at its end.

    Only what DNS can carry: letters, digits, '-' and '_', labels of at most 63 characters. Raises
    AddressGiven for an address in whatever spelling (a name never ends in a number: WHATWG URL,
    'ends in a number checker'), and Invalid for everything else that is no name.
    """
    name = text.lower().removesuffix(".")
    if name.startswith("[") or ":" in name:
        raise AddressGiven("An address stands where a host name must stand.")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        raise AddressGiven("An address stands where a host name must stand.")
    if len(name) > LONGEST or not name.isascii() or not all(map(_LABEL.fullmatch, labels)):
        raise Invalid("This is not a host name.")
    return name


def domain(text: str) -> str:
    """A name that a person wrote, which may be in any script, as DNS carries it. Raises Invalid."""
    try:
        return host_name(idna.encode(text.strip(), uts46=True).decode("ascii"))
    except (idna.IDNAError, UnicodeError) as problem:
        raise Invalid(f"{text[:80]!r} is not a domain name: {problem}.") from problem


def host_and_port(text: str) -> tuple[str, int]:
    """`name:port` in its two parts. Raises AddressGiven or Invalid."""
    host, colon, digits = text.rpartition(":")
    if not colon or not _PORT.fullmatch(digits) or int(digits) > 65535:
        raise Invalid("A host name and a port belong here, as in 'example.org:443'.")
    return host_name(host), int(digits)


def suffixes(name: str) -> list[str]:
    """The name and every domain that it lies in, the longest first."""
    labels = name.split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]
