"""Packets are read without trust."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from colonnade.sensors.hook.packets import LANGUAGES, MAX_COUNT, ORIGINS, Pulse, Text, read

HEAD = st.dictionaries(
    st.sampled_from(["kind", "origin", "language", "dropped", "x"]),
    st.sampled_from(["text", "pulse", "computed", "python", 3, -1, 1e400, None, [], {}, "é"]),
)


@given(st.binary(max_size=3000))
@example(b"[" * 1000 + b"\n")
@example(b'{"kind": "pulse", "dropped": ' + b"9" * 900 + b"}")
def test_any_bytes_are_something_or_nothing(packet: bytes) -> None:
    assert isinstance(read(packet), Text | Pulse | None)


@given(HEAD, st.binary(max_size=50))
def test_only_what_is_sound_in_every_part_is_taken(head: dict[str, object], body: bytes) -> None:
    said = read(json.dumps(head).encode() + b"\n" + body)
    if isinstance(said, Text):
        assert said.origin in ORIGINS
        assert said.language in LANGUAGES
        assert said.source == body != b""
    elif isinstance(said, Pulse):
        assert 0 <= said.dropped <= MAX_COUNT


def test_a_text_and_a_pulse() -> None:
    head = b'{"kind": "text", "origin": "computed", "language": "python", "process": 7}'
    assert read(head + b"\nimport os") == Text("computed", "python", b"import os")
    assert read(b'{"kind": "pulse", "dropped": 2, "process": 7}\n') == Pulse(2)
