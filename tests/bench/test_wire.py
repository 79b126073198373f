"""Kernel messages in their binary form, against jupyter_server's own reading of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)

from bench.wire import decode, encode

contents = st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=4)


@given(contents)
def test_the_server_reads_what_is_written_here(content: dict[str, Any]) -> None:
    frame = encode("shell", {"msg_id": "a", "msg_type": "execute_request"}, content)
    channel, parts = deserialize_msg_from_ws_v1(frame)
    assert channel == "shell"
    assert json.loads(parts[0]) == {"msg_id": "a", "msg_type": "execute_request"}
    assert json.loads(parts[3]) == content


@given(contents, st.lists(st.binary(max_size=20), max_size=3))
def test_what_the_server_writes_is_read_here(content: dict[str, Any], buffers: list[bytes]) -> None:
    header, parent = {"msg_type": "stream"}, {"msg_id": "a"}
    parts = [json.dumps(part).encode() for part in (header, parent, {}, content)]
    message = decode(serialize_msg_to_ws_v1([*parts, *buffers], "iopub"))
    assert (message.kind, message.parent_id, message.content) == ("stream", "a", content)


@pytest.mark.parametrize("frame", [b"", b"\xff" * 8, b"\x00" * 8, b"\x07" + b"\x00" * 7])
def test_what_is_no_frame_is_refused(frame: bytes) -> None:
    with pytest.raises(ValueError, match="offsets"):
        decode(frame)
