"""Requests are read in one way or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.host.egress.fields import Malformed, split_head
from colonnade.host.egress.request import AddressAsked, read_request
from colonnade.kit.errors import Invalid

PLAIN = (
    b"GET http://data.lab.example/set?x=1 HTTP/1.1\r\nHost: data.lab.example\r\nAccept: */*\r\n\r\n"
)


def test_a_plain_request_is_written_anew_for_the_origin() -> None:
    asked = read_request(
        b"POST http://Data.lab.example:80/a HTTP/1.1\r\nhost: data.lab.example\r\n"
        b"Connection: keep-alive, X-Mine\r\nX-Mine: 1\r\nProxy-Authorization: Basic x\r\n"
        b"Upgrade: h2c\r\nTE: trailers\r\nContent-Length: 3\r\nX-Kept: yes\r\n\r\n"
    )
    assert asked.to_origin() == (
        b"POST /a HTTP/1.1\r\nhost: data.lab.example\r\nx-kept: yes\r\nconnection: close\r\n"
        b"content-length: 3\r\n\r\n"
    )


def test_a_tunnel_names_a_host_and_a_port() -> None:
    asked = read_request(b"CONNECT Lab.Example.:443 HTTP/1.0\r\n\r\n")
    assert (asked.host, asked.port, asked.tunnel) == ("lab.example", 443, True)


@pytest.mark.parametrize(
    "head",
    [
        b"GET /path HTTP/1.1\r\nHost: lab.example\r\n\r\n",
        b"GET https://lab.example/ HTTP/1.1\r\nHost: lab.example\r\n\r\n",
        b"GET http://user@lab.example/ HTTP/1.1\r\nHost: lab.example\r\n\r\n",
        b"GET http://lab.example/#x HTTP/1.1\r\nHost: lab.example\r\n\r\n",
        b"GET http://lab.example/ HTTP/1.1\r\n\r\n",
        b"GET http://lab.example/ HTTP/1.1\r\nHost: other.example\r\n\r\n",
        b"GET http://lab.example:80/ HTTP/1.1\r\nHost: lab.example:81\r\n\r\n",
        b"GET http://lab.example/ HTTP/1.1\r\nHost: lab.example\r\nHost: lab.example\r\n\r\n",
        b"GET http://lab.example/ HTTP/2.0\r\nHost: lab.example\r\n\r\n",
        b"GET  http://lab.example/ HTTP/1.1\r\nHost: lab.example\r\n\r\n",
        b"GET http://lab.example/\x00 HTTP/1.1\r\nHost: lab.example\r\n\r\n",
        b"GET http://lab.example/ HTTP/1.1\nHost: lab.example\r\n\r\n",
        b"GET http://lab.example/ HTTP/1.1\r\nHost: lab.example\rX: 1\r\n\r\n",
        b"GET http://lab.example/ HTTP/1.1\r\nHost: lab.example\r\n X: folded\r\n\r\n",
        b"GET http://lab.example/ HTTP/1.1\r\nHost : lab.example\r\n\r\n",
        b"POST http://l.example/ HTTP/1.1\r\nHost: l.example\r\nContent-Length: 1\r\n"
        b"Content-Length: 2\r\n\r\n",
        b"POST http://l.example/ HTTP/1.1\r\nHost: l.example\r\nContent-Length: 1\r\n"
        b"Content-Length: 1\r\n\r\n",
        b"POST http://l.example/ HTTP/1.1\r\nHost: l.example\r\nContent-Length: +1\r\n\r\n",
        b"POST http://l.example/ HTTP/1.1\r\nHost: l.example\r\nContent-Length: 1\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n",
        b"POST http://l.example/ HTTP/1.1\r\nHost: l.example\r\n"
        b"Transfer-Encoding: gzip, chunked\r\n\r\n",
        b"POST http://l.example/ HTTP/1.1\r\nHost: l.example\r\nTransfer-Encoding: chunked\r\n"
        b"Transfer-Encoding: identity\r\n\r\n",
        b"POST http://l.example/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"CONNECT lab.example HTTP/1.1\r\nHost: lab.example\r\n\r\n",
        b"CONNECT lab.example:0443 HTTP/1.1\r\n\r\n",
        b"CONNECT lab.example:99999 HTTP/1.1\r\n\r\n",
        b"CONNECT lab.example:443 HTTP/1.1\r\nHost: other.example:443\r\n\r\n",
        b"CONNECT lab.example:443 HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
        b"CONNECT -x:443 HTTP/1.1\r\n\r\n",
        b"CONNECT a..b:443 HTTP/1.1\r\n\r\n",
    ],
)
def test_what_can_be_read_in_two_ways_is_malformed(head: bytes) -> None:
    with pytest.raises(Malformed):
        read_request(head)


@pytest.mark.parametrize(
    "target",
    [
        "127.0.0.1:443",
        "2130706433:443",
        "0x7f000001:443",
        "0177.0.0.1:443",
        "127.1:443",
        "[::1]:443",
        "[::ffff:127.0.0.1]:443",
        "a.0x7f:443",
        "8.8.8.8:443",
    ],
)
def test_an_address_in_whatever_spelling_is_no_name(target: str) -> None:
    with pytest.raises(AddressAsked):
        read_request(f"CONNECT {target} HTTP/1.1\r\n\r\n".encode())
    with pytest.raises(AddressAsked):
        read_request(f"GET http://{target}/ HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())


def test_a_header_is_bounded() -> None:
    with pytest.raises(Malformed, match="too long"):
        split_head(PLAIN[:-2] + b"X: " + b"a" * 40_000 + b"\r\n\r\n")
    with pytest.raises(Malformed, match="too many"):
        split_head(PLAIN[:-2] + b"X: 1\r\n" * 200 + b"\r\n")


@given(st.binary(max_size=300))
def test_no_bytes_do_harm(head: bytes) -> None:
    for candidate in (head, head + b"\r\n\r\n", b"GET http://a.b/ HTTP/1.1\r\n" + head):
        try:
            asked = read_request(candidate)
        except Invalid:
            continue
        again = split_head(asked.to_origin())
        assert again[0].endswith(b" HTTP/1.1")


@given(position=st.integers(0, len(PLAIN) - 1), value=st.integers(0, 255), cut=st.integers(0, 3))
def test_a_changed_byte_never_leads_to_two_meanings(position: int, value: int, cut: int) -> None:
    changed = PLAIN[:position] + bytes([value]) + PLAIN[position + cut :]
    try:
        asked = read_request(changed)
    except Malformed:
        return
    written = asked.to_origin()
    assert written.count(b"\r\n\r\n") == 1
    assert written.lower().count(b"\r\nhost: " + asked.authority.encode()) == 1
    assert written.count(b"\n") == written.count(b"\r\n")
