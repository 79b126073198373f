"""Only addresses of the public internet are public, in whatever spelling they come."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.host.egress.addresses import are_public, is_public

PRIVATE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "100.100.100.200",
    "168.63.129.16",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "fe80::1",
    "fe80::1%1",
    "fd00:ec2::254",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "100::1",
    "3fff::1",
    "2130706433",
    "0x7f000001",
    "017700000001",
    "127.1",
    "0x7f.1",
    "localhost",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_set_aside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "151.101.0.223", "2606:4700::1111"])
def test_the_rest_of_the_world_is(address: str) -> None:
    assert is_public(address)


def test_every_answer_must_be_public() -> None:
    assert are_public(["8.8.8.8", "2606:4700::1111"])
    assert not are_public(["8.8.8.8", "10.0.0.1"])
    assert not are_public([])


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_public(address: IPv4Address | IPv6Address) -> None:
    if not address.is_global or address.is_multicast:
        assert not is_public(str(address))


@given(st.text(max_size=40))
def test_no_text_does_harm(text: str) -> None:
    is_public(text)
