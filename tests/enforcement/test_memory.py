from colonnade.detection.surroundings import Surroundings
from colonnade.enforcement.memory import MAX_VARIANTS, MAX_WEIGHT, Known, Memory


def around(**known: str) -> Surroundings:
    found = Surroundings()
    found.take(known)
    return found


def test_a_cell_is_known_again_where_what_it_reads_is_the_same():
    memory = Memory()
    known = Known({}, frozenset({"x"}), {"x": "1"})
    memory.keep("k", known)
    assert memory.find("k", around(x="1", y="2")) is known
    assert memory.find("k", around(x="2")) is None
    assert memory.find("k", around()) is None
    assert not memory.reads_nothing("k")


def test_few_variants_of_a_cell_are_kept():
    memory = Memory()
    for number in range(MAX_VARIANTS + 1):
        memory.keep("k", Known({}, frozenset({"x"}), {"x": str(number)}))
    assert memory.find("k", around(x="0")) is None
    assert memory.find("k", around(x="1")) is not None


def test_what_weighs_too_much_is_forgotten():
    memory = Memory()
    large = "x" * 60_000
    count = MAX_WEIGHT // len(large) + 2
    for number in range(count):
        memory.keep(str(number), Known({}, gives={"x": large}))
    assert "0" not in memory
    assert str(count - 1) in memory
