"""Which addresses are public: everything that is set aside for something else is not.

Source: IANA's registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890 and its updates,
as of 2026). Addresses that carry another one inside (mapped, translated, 6to4, Teredo) are never
taken for public: they would lead to what they carry.
"""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_SET_ASIDE = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT; cloud providers keep metadata there too
            "127.0.0.0/8",
            "169.254.0.0/16",  # link-local, and the metadata services of clouds
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",  # multicast, reserved, broadcast
            "168.63.129.16/32",  # a cloud's own services, at a public address
        ),
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
_SET_ASIDE_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # Teredo, ORCHID, benchmarking and other protocols
            "2001:db8::/32",
            "2002::/16",  # 6to4
            "3fff::/20",
            "3ffe::/16",
        ),
    )
)


@lru_cache(4096)
def is_public(address: str) -> bool:
    """Whether this numeric address, as a resolver gives it, is one of the public internet's."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return _is_public(found)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SET_ASIDE)
    if address.scope_id is not None or address not in _PUBLIC_6:
        return False
    return not any(address in network for network in _SET_ASIDE_6)


def are_public(addresses: Sequence[str]) -> bool:
    """Whether there are any, and every one is public: an answer that mixes both is an attack."""
    return bool(addresses) and all(map(is_public, addresses))
