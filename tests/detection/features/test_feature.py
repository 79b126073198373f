import pytest

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.limits import MAX_FEATURES, MAX_SAME, MAX_VALUE_CHARACTERS, Unscannable


def test_what_would_not_fit_makes_a_cell_unscannable_and_is_never_dropped():
    collector = Collector()
    for number in range(MAX_FEATURES):
        collector.add(Kind.NAME, f"n{number}", 1)
    collector.add(Kind.NAME, "n0", 1)
    assert len(collector.features()) == MAX_FEATURES
    with pytest.raises(Unscannable):
        collector.add(Kind.CLONE, "github.com/example/late", 2)


def test_the_same_on_many_lines_leaves_room_for_others():
    collector = Collector()
    for line in range(MAX_FEATURES * 2):
        collector.add(Kind.NAME, "x", line)
    collector.add(Kind.CLONE, "github.com/example/late", 2)
    assert len(collector.features()) == MAX_SAME + 1


def test_values_are_cut_and_empty_ones_ignored():
    other = Collector()
    other.add(Kind.NAME, "X" * 10_000, 1)
    other.add(Kind.NAME, "", 1)
    assert [len(one.value) for one in other.features()] == [MAX_VALUE_CHARACTERS]
