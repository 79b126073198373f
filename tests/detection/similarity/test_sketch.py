import hashlib

from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.similarity.shingles import HASH_BYTES
from colonnade.detection.similarity.sketch import Counting, Sketch


def hashes(first: int, last: int) -> set[bytes]:
    return {
        hashlib.blake2b(str(one).encode(), digest_size=HASH_BYTES).digest()
        for one in range(first, last)
    }


HASHES = st.sets(st.binary(min_size=HASH_BYTES, max_size=HASH_BYTES), max_size=60)


def test_a_set_is_held_by_itself_and_by_all_that_contain_it():
    sketch = Sketch.of(hashes(0, 5000), 256)
    assert sketch.size == 5000
    assert len(sketch.hashes) == 256
    assert sketch.held_by(hashes(0, 5000)) == sketch.held_by(hashes(0, 9000)) == 1


def test_what_is_held_of_a_set_is_told_from_its_sample():
    sketch = Sketch.of(hashes(0, 20_000), 512)
    assert abs(sketch.held_by(hashes(0, 6000)) - 0.3) < 0.08
    assert sketch.held_by(hashes(20_000, 40_000)) == 0


def test_an_empty_set_is_held_by_nothing():
    assert Sketch.of(set(), 8).held_by(hashes(0, 10)) == 0


def test_a_few_are_counted_exactly_however_often_they_come():
    counting = Counting(100)
    for _ in range(5):
        counting.add(hashes(0, 90))
    assert counting.size() == 90


def test_many_are_counted_roughly_in_little_memory():
    counting = Counting(1024)
    for start in range(0, 50_000, 500):
        counting.add(hashes(start, start + 1000))
    assert len(counting.smallest()) == 1024
    assert abs(counting.size() - 50_500) < 5000


@given(st.lists(HASHES, max_size=6), st.integers(1, 20))
def test_counting_keeps_what_a_sketch_would(parts: list[set[bytes]], kept: int):
    counting = Counting(kept)
    for part in parts:
        counting.add(part)
    assert counting.smallest() == Sketch.of(set().union(*parts), kept).hashes
