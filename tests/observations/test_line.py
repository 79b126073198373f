"""Observations as lines: what is written comes back, and what is none is named."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.observations import Observation, Trust
from colonnade.observations.line import line_of, observation_of

values = (
    st.text(max_size=50)
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
)
observations = st.builds(
    Observation,
    time=st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)),
    source=st.text(max_size=10),
    trust=st.sampled_from(Trust),
    kind=st.text(max_size=10),
    runtime=st.text(max_size=10),
    subject=st.text(max_size=50),
    attributes=st.dictionaries(st.text(max_size=10), values, max_size=5),
)


@given(observations)
def test_what_is_written_comes_back_on_one_line(observation: Observation):
    line = line_of(observation)
    assert line.count(b"\n") == 1
    assert observation_of(line) == observation


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_an_observation_or_refused(line: bytes):
    try:
        observation_of(line)
    except ValueError:
        return


WRITTEN = line_of(Observation(datetime(2026, 11, 30, tzinfo=UTC), "a", Trust.KERNEL, "b", "c", "d"))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b'"version":1', b'"version":2', "version 2"),
        (b"2026-11-30T00:00:00Z", b"2026-11-30T00:00:00", "time zone"),
        (b'"kernel"', b'"hearsay"', "trust"),
        (b"{", b"[", "JSON"),
    ],
)
def test_what_is_wrong_is_said(before: bytes, after: bytes, said: str):
    with pytest.raises(ValueError, match=said):
        observation_of(WRITTEN.replace(before, after, 1))


def test_a_line_without_end_is_not_read():
    with pytest.raises(ValueError, match="longer"):
        observation_of(b"x" * (3 << 20))
