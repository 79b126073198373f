import contextlib
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.files.pickles import MAX_BYTES, is_pickle, texts
from colonnade.detection.files.source import NotThisKind


class Trap:
    """Would end the test if anybody unpickled it."""

    def __reduce__(self) -> tuple[object, ...]:
        return (exit, (1,))


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_keys_are_read_from_every_binary_protocol(protocol: int):
    data = pickle.dumps({"first": 1, "second": ["third"]}, protocol)
    assert texts(data) >= {"first", "second", "third"}


def test_nothing_is_unpickled():
    assert "key" in texts(pickle.dumps({"key": Trap()}))


def test_what_was_readable_before_the_end_is_kept():
    data = pickle.dumps({"first": b"x" * (2 * MAX_BYTES), "second": 1})
    assert "first" in texts(data)
    assert "second" not in texts(data)


def test_long_texts_are_left_out():
    assert texts(pickle.dumps(["a" * 1000])) == frozenset()


@given(st.binary(max_size=300), st.integers(2, 5))
def test_any_bytes_are_walked_or_are_no_pickle(data: bytes, protocol: int):
    assert isinstance(texts(bytes([0x80, protocol, 0x2E]) + data), frozenset)
    assert isinstance(texts(bytes([0x80, protocol]) + data + b"."), frozenset)
    with contextlib.suppress(NotThisKind):
        assert is_pickle(data) or not texts(data)


@given(st.data())
def test_a_damaged_pickle_is_walked_as_far_as_it_goes(data: st.DataObject):
    whole = bytearray(pickle.dumps({"first": [1.5, -3, 1 << 80, None], "second": (b"x", {"a"})}, 4))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(2, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(texts(bytes(whole)), frozenset)
