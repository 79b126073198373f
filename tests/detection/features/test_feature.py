from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.limits import MAX_FEATURES, MAX_VALUE_CHARACTERS


def test_features_are_capped_in_number_and_length_and_noted_once():
    collector = Collector()
    for number in range(MAX_FEATURES + 10):
        collector.add(Kind.NAME, f"n{number}", 1)
    collector.add(Kind.NAME, "n0", 1)
    assert len(collector.features()) == MAX_FEATURES
    other = Collector()
    other.add(Kind.NAME, "X" * 10_000, 1)
    other.add(Kind.NAME, "", 1)
    assert [len(one.value) for one in other.features()] == [MAX_VALUE_CHARACTERS]
