from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colonnade.detection.features.feature import Kind
from colonnade.detection.limits import MAX_FEATURES, Unscannable
from colonnade.detection.similarity import likeness, tree
from colonnade.detection.similarity.examine import examine_tree
from detection.similarity.banks import bank_of
from support import projects

KNOWN = projects.project(1)
BANK = bank_of({"known": KNOWN, "other": projects.project(2)})


def values(folder: Path, kind: Kind) -> list[str]:
    return [one.value for one in examine_tree(folder, BANK) if one.kind is kind]


def test_a_fork_is_a_feature_that_begins_with_its_role(tmp_path: Path):
    projects.write(projects.below("clone", projects.renamed(KNOWN)), tmp_path)
    assert values(tmp_path, Kind.FORK) == ["face-swap known 1.00 clone"]
    assert "clone/readme.md" in values(tmp_path, Kind.TREE_PATH)


def test_another_project_has_paths_only(tmp_path: Path):
    projects.write(projects.project(3), tmp_path)
    assert values(tmp_path, Kind.FORK) == []
    assert len(values(tmp_path, Kind.TREE_PATH)) == len(projects.project(3))


@pytest.mark.parametrize(
    ("module", "budget"), [(tree, "MAX_SOURCE_BYTES"), (likeness, "MAX_TOKENS")]
)
def test_what_is_too_much_is_unscannable_and_never_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: ModuleType, budget: str
):
    projects.write(projects.project(3), tmp_path)
    monkeypatch.setattr(module, budget, 100)
    with pytest.raises(Unscannable, match="more files"):
        examine_tree(tmp_path, BANK)


def test_a_fork_is_told_even_where_not_everything_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    projects.write(KNOWN, tmp_path)
    projects.write(projects.below("z/z/z", projects.project(3, files=40)), tmp_path)
    size = sum(map(len, KNOWN.values()))
    monkeypatch.setattr(tree, "MAX_SOURCE_BYTES", size + 100)
    assert values(tmp_path, Kind.FORK)


def test_there_are_no_more_features_than_rules_look_at(tmp_path: Path):
    for index in range(MAX_FEATURES + 10):
        (tmp_path / f"{index}.txt").touch()
    assert len(examine_tree(tmp_path, BANK)) == MAX_FEATURES


@settings(max_examples=30)
@given(st.dictionaries(st.binary(min_size=1, max_size=30), st.binary(max_size=200), max_size=5))
def test_any_names_and_bytes_are_examined(
    tmp_path_factory: pytest.TempPathFactory, files: dict[bytes, bytes]
):
    folder = tmp_path_factory.mktemp("any")
    for name, data in files.items():
        clean = name.replace(b"/", b"_").replace(b"\0", b"_")
        if clean not in {b".", b".."}:
            (Path(folder) / (clean + b".py").decode("utf-8", "surrogateescape")).write_bytes(data)
    for feature in examine_tree(folder, BANK):
        feature.value.encode()
