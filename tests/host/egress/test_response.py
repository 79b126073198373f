"""An origin's header is hostile until it was read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.host.egress.fields import Malformed
from colonnade.host.egress.response import own_answer, read_response


def test_a_response_is_written_anew() -> None:
    response = read_response(
        b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nConnection: X-A\r\nX-A: 1\r\n"
        b"Keep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n"
    )
    assert response.to_client() == (
        b"HTTP/1.1 302 Found\r\nlocation: http://10.0.0.1/\r\nconnection: close\r\n"
        b"content-length: 0\r\n\r\n"
    )


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/3 200 OK\r\n\r\n",
        b"ICY 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 O\x1bK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\nSet-Cookie: b\r\n\r\n",
    ],
)
def test_what_is_not_clear_is_malformed(head: bytes) -> None:
    with pytest.raises(Malformed):
        read_response(head)


def test_an_answer_of_the_proxy_s_own_is_one_line_of_ascii() -> None:
    first, _ = own_answer(403, "no\r\nSet-Cookie: ä").split(b"\r\n", 1)
    assert first == b"HTTP/1.1 403 no??Set-Cookie: ?"


@given(st.binary(max_size=200))
def test_no_bytes_do_harm(data: bytes) -> None:
    for candidate in (data + b"\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + data + b"\r\n\r\n"):
        try:
            written = read_response(candidate).to_client()
        except Malformed:
            continue
        assert written.count(b"\n") == written.count(b"\r\n")
