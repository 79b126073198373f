"""The server's name is read from the common form of a ClientHello only."""

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.host.egress.client_hello import (
    ClientHello,
    HelloRefused,
    read_hello,
    record_bytes,
)
from colonnade.runtimes.egress.reasons import Reason

from .harness import client_hello, record


def real_hello(name: str | None) -> bytes:
    """What this machine's OpenSSL sends first."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context()
    context.check_hostname = name is not None
    client = context.wrap_bio(incoming, outgoing, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def refused(data: bytes) -> Reason:
    with pytest.raises(HelloRefused) as caught:
        read_hello(data)
    return caught.value.reason


def test_openssl_is_understood() -> None:
    assert read_hello(real_hello("Data.Lab.Example")) == ClientHello("data.lab.example", False)
    assert refused(real_hello(None)) is Reason.NO_SERVER_NAME


def test_a_hidden_hello_is_seen() -> None:
    hidden = client_hello("lab.example", b"\xfe\x0d\x00\x01\x00")
    assert read_hello(hidden) == ClientHello("lab.example", True)


def test_a_hello_over_two_records_is_refused() -> None:
    whole = client_hello("lab.example")
    assert refused(record(whole[5:40])) is Reason.SPLIT_HELLO
    with pytest.raises(HelloRefused):
        record_bytes(b"\x16\x03\x01\x00\x03")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SSH-2.0-x",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x13BitTorrent protocol" + bytes(48),
        b"\x80\x2e\x01\x00\x02" + bytes(40),
        record(b"\x02" + client_hello("a.b")[6:]),
        client_hello("a.b") + b"x",
        record(client_hello("a.b")[5:] + b"more"),
        client_hello("a.b", b"\x00\x00\x00\x00"),
    ],
)
def test_everything_else_is_no_tls(data: bytes) -> None:
    assert refused(data) is Reason.NOT_TLS


@pytest.mark.parametrize("name", ["127.0.0.1", "[::1]", "a b", "", "ä.example"])
def test_a_name_that_is_none_is_no_name(name: str) -> None:
    assert refused(client_hello(name)) is Reason.NO_SERVER_NAME


def test_two_names_are_none() -> None:
    two = b"\x00\x0c\x00\x00\x03a.b\x00\x00\x03c.d"
    assert refused(client_hello(None, b"\x00\x00\x00\x0e" + two)) is Reason.NO_SERVER_NAME


@given(st.binary(max_size=200))
def test_no_bytes_do_harm(data: bytes) -> None:
    for candidate in (data, record(data), record(b"\x01" + data)):
        try:
            read_hello(candidate)
        except HelloRefused:
            continue


@given(st.data())
def test_a_changed_byte_gives_a_name_or_a_refusal(data: st.DataObject) -> None:
    whole = client_hello("data.lab.example")
    position = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:position] + bytes([data.draw(st.integers(0, 255))]) + whole[position + 1 :]
    try:
        hello = read_hello(changed)
    except HelloRefused:
        return
    assert hello.server_name == hello.server_name.lower()
