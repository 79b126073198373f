"""Chunked bodies are read strictly, however they are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.host.egress.chunks import LAST, ChunkReader, chunk
from colonnade.host.egress.fields import Malformed


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=8), st.integers(1, 20))
def test_content_comes_out_as_it_went_in(pieces: list[bytes], step: int) -> None:
    sent = b"".join(map(chunk, pieces)) + LAST + b"GET http://smuggled/"
    reader, content = ChunkReader(), b""
    for start in range(0, len(sent), step):
        content += reader.feed(sent[start : start + step])
    assert content == b"".join(pieces)
    assert reader.done


@pytest.mark.parametrize(
    "data",
    [
        b"x\r\n",
        b"-1\r\n",
        b"0x5\r\nhello\r\n",
        b"5\nhello\r\n",
        b"5\r\nhelloo\r\n",
        b"5" * 17 + b"\r\n",
        b"1" * 2000,
        b"0\r\n" + b"A: b\r\n" * 5000,
    ],
)
def test_what_is_no_chunk_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        ChunkReader().feed(data)


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_no_bytes_do_harm(pieces: list[bytes]) -> None:
    reader = ChunkReader()
    try:
        for piece in pieces:
            reader.feed(piece)
    except Malformed:
        pass
