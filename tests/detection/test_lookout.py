"""What is looked for at once is found as if each expression had been asked by itself."""

from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection import lookout
from colonnade.detection.conditions import Leaf, leaves_of, parse_condition
from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.lookout import Lookout

LEAVES = tuple(
    leaf
    for text in ("/^pip/", "/torch|numpy/", "pip3", "/a$/", "/./")
    for leaf in leaves_of(parse_condition({"command": text}))
)
values = st.lists(st.text(alphabet="apitorch3\né", max_size=90), max_size=12)


def features_of(names: list[str]) -> dict[str, list[Feature]]:
    return {name: [Feature(Kind.COMMAND, name, 1, 1)] for name in names}


def held(found: dict[Leaf, tuple[Feature, ...]]) -> set[tuple[str, str]]:
    return {(str(leaf), one.value) for leaf, ones in found.items() for one in ones}


@given(st.lists(values, max_size=4))
def test_what_is_remembered_changes_no_answer(cells: list[list[str]]) -> None:
    remembering = Lookout.of(LEAVES)
    for names in cells:
        fresh = Lookout.of(LEAVES)
        assert held(remembering.hits(features_of(names))) == held(fresh.hits(features_of(names)))


def test_no_more_is_remembered_than_there_is_room_for() -> None:
    looking = Lookout.of(LEAVES)
    for count in range(3):
        many = [f"command{count}-{n}" for n in range(lookout.MOST_REMEMBERED)]
        assert len(held(looking.hits(features_of(many)))) > 0
    assert len(looking.memory.leaves) <= 2 * lookout.MOST_REMEMBERED
    looking.hits(features_of(["x" * (lookout.LONGEST_REMEMBERED + 1)]))
    assert "x" * (lookout.LONGEST_REMEMBERED + 1) not in looking.memory.leaves
