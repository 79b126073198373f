"""JSON within bounds, with one meaning."""

import math
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.gate.protocol.errors import ProtocolError
from colonnade.gate.protocol.json_text import (
    MAX_DEPTH,
    MAX_JSON_BYTES,
    MAX_VALUES,
    read_array,
    read_object,
    write,
)

from .strategies import objects


@given(objects)
def test_what_was_written_is_read_again(value: dict[str, object]) -> None:
    assert read_object(write(value)) == value


@given(st.binary() | st.text('[]{}",:\\1e.nulNaIfity ').map(str.encode))
def test_any_bytes_are_an_object_or_a_protocol_error(raw: bytes) -> None:
    with suppress(ProtocolError):
        read_object(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "\\u0062": 2}}',
        b'{"a": [{"b": 1, "b": 1}]}',
        b"\xef\xbb\xbf{}",
        b"\xff",
        b'{"a": "\x01"}',
        b"{'a': 1}",
        b"{} {}",
        b'{"a": ' + b"1" * 5000 + b"}",
        b"[]",
        b"1",
    ],
)
def test_what_has_no_single_meaning_is_refused(raw: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_object(raw)


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


def test_depth_is_bounded_exactly() -> None:
    read_object(nested(MAX_DEPTH))
    with pytest.raises(ProtocolError):
        read_object(nested(MAX_DEPTH + 1))


@pytest.mark.parametrize("bomb", [b"[" * 1_000_000, b'{"a":' * 500_000, b'"' + b"[" * 1_000_000])
def test_a_depth_bomb_raises_no_recursion_error(bomb: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_object(bomb)


def test_brackets_in_a_string_are_not_depth() -> None:
    code = "[{" * 10_000 + '\\"' + ",," * MAX_VALUES
    assert read_object(write({"code": code})) == {"code": code}


def test_the_number_of_values_is_bounded() -> None:
    with pytest.raises(ProtocolError):
        read_object(b'{"a":[' + b"1," * (MAX_VALUES + 1) + b"1]}")


def test_the_size_is_bounded() -> None:
    with pytest.raises(ProtocolError) as caught:
        read_object(b'{"a":"' + b"x" * MAX_JSON_BYTES + b'"}')
    assert caught.value.close_code == 1009


def test_an_endless_string_of_escapes_takes_no_quadratic_time() -> None:
    started = time.process_time()
    with pytest.raises(ProtocolError):
        read_object(b'{"a":"' + b'\\"[' * 1_000_000)
    assert time.process_time() - started < 2


def test_pythons_words_for_no_number_pass_as_they_are() -> None:
    value = read_object(b'{"a": NaN, "b": Infinity, "c": -Infinity}')
    assert math.isnan(value["a"])
    assert write(value) == b'{"a":NaN,"b":Infinity,"c":-Infinity}'


def test_an_error_never_quotes_what_was_sent() -> None:
    with pytest.raises(ProtocolError) as caught:
        read_object(b'{"secret": secret}')
    assert "secret" not in str(caught.value)


def test_an_array_is_read_where_one_is_expected() -> None:
    assert read_array(b'["stdin", "ls"]') == ["stdin", "ls"]
    with pytest.raises(ProtocolError):
        read_array(b"{}")
