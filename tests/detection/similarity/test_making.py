from colonnade.detection.similarity.fingerprint import KEPT_OF_CODE
from colonnade.detection.similarity.making import make_common, make_fingerprints
from colonnade.detection.similarity.shingles import code_shingles
from detection.similarity.banks import DAY, read
from support import projects


def hashes_of(files: projects.Project) -> set[bytes]:
    return set[bytes]().union(*map(code_shingles, files.values()))


def test_what_strangers_share_is_in_neither_fingerprint():
    library = projects.below("vendored/library", projects.project(1, files=3))
    first = read("first", {**projects.project(2), **library})
    second = read("second", {**projects.project(3), **library})
    for made in make_fingerprints([first, second], DAY):
        assert not made.code.hashes & hashes_of(library)
        assert len(made.code.hashes) == KEPT_OF_CODE


def test_what_kin_share_stays_in_both():
    shared = projects.project(1)
    first = read("first", {**projects.project(2, files=2), **shared}, "line")
    second = read("second", {**projects.project(3, files=2), **shared}, "line")
    for made in make_fingerprints([first, second], DAY):
        assert made.code.hashes & hashes_of(shared)


def test_versions_of_one_family_are_kin():
    files = projects.project(1)
    first, second = make_fingerprints([read("same", files), read("same", files)], DAY)
    assert first.code == second.code
    assert first.code.hashes


def test_the_size_counts_only_what_is_distinctive():
    library = projects.project(1)
    both = {**projects.below("own", projects.project(2)), **projects.below("lib", library)}
    (made, other) = make_fingerprints([read("one", both), read("library", library)], DAY)
    own = len(hashes_of(both) - hashes_of(library))
    assert abs(made.code.size - own) < 0.1 * own
    assert other.code.size == 0
    assert not other.code.hashes


def test_common_is_a_sample_of_what_strangers_share():
    library = projects.project(1)
    alone = projects.project(2)
    common = make_common(
        [read("one", {**library, **projects.below("own", alone)}), read("two", library)], DAY
    )
    bound = bytes.fromhex(common.bound)
    assert common.projects == 2
    assert common.code.hashes <= hashes_of(library)
    assert {one for one in hashes_of(library) if one < bound} == common.code.hashes
    assert not make_common([read("one", library), read("one", library)], DAY).code.hashes
