import pytest

from colonnade.detection.similarity.bank import Bank
from colonnade.detection.similarity.likeness import Likeness, compare, gather
from colonnade.detection.similarity.making import make_fingerprints
from detection.similarity.banks import DAY, bank_of, read
from support import projects

KNOWN = projects.project(1)
OTHER = projects.project(2)
STRANGER = projects.project(3)
BANK = bank_of({"known": KNOWN, "other": OTHER})


def likest(files: projects.Project) -> Likeness | None:
    return next(iter(compare(gather(projects.tree(files), BANK), BANK)), None)


def test_a_copy_is_known_wholly():
    found = likest(KNOWN)
    assert found
    assert (found.source.family, found.containment, found.paths_containment) == ("known", 1, 1)
    assert found.jaccard > 0.9
    assert found.place == ""
    assert found.is_fork()


@pytest.mark.parametrize(
    "change",
    [
        projects.renamed,
        projects.uncommented,
        projects.moved,
        lambda files: projects.below("somewhere/else", files),
        lambda files: projects.uncommented(projects.moved(projects.renamed(files), every=1)),
    ],
)
def test_a_copy_that_hides_is_known_all_the_same(change):
    found = likest(change(KNOWN))
    assert found
    assert found.source.family == "known"
    assert found.containment > 0.9
    assert found.is_fork()


def test_a_copy_among_other_things_is_known_and_its_place_named():
    files = {**projects.below("a/clone", KNOWN), **projects.below("b", STRANGER)}
    found = likest(files)
    assert found
    assert found.containment == 1
    assert found.jaccard < 0.7
    assert found.place == "a/clone"


def test_half_of_it_is_half_contained():
    half = dict(sorted(KNOWN.items())[::2])
    found = likest(half)
    assert found
    assert 0.3 < found.containment < 0.7
    assert found.is_fork()


def test_a_stranger_is_no_fork_of_anything():
    found = likest(STRANGER)
    assert found is None or not found.is_fork()
    assert not compare(gather([], BANK), BANK)


def test_its_paths_alone_tell_a_fork_that_was_written_anew():
    files = dict.fromkeys(projects.project(1, files=60), b"# nothing")
    bank = bank_of({"known": projects.project(1, files=60), "other": OTHER})
    (found,) = compare(gather(projects.tree(files), bank), bank)
    assert found.containment == 0
    assert found.paths_containment == 1
    assert found.is_fork()


def test_what_strangers_share_makes_nobody_a_fork():
    library = projects.below("vendored", projects.project(9, files=20))
    bank = bank_of({"one": {**KNOWN, **library}, "two": {**OTHER, **library}})
    tree = gather(projects.tree(library), bank)
    assert not any(one.is_fork() for one in compare(tree, bank))
    assert not tree.met


def test_of_several_versions_the_likest_counts():
    old, new = projects.project(1, files=8), projects.project(4, files=8)
    made = [read("known", old, commit="1" * 40), read("known", new, commit="2" * 40)]
    bank = Bank(make_fingerprints(made, DAY), BANK.common)
    (found,) = compare(gather(projects.tree(new), bank), bank)
    assert found.source.commit == "2" * 40
