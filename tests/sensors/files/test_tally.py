"""What is added up is right for any folder, and what is kept of it is little and fair."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from colonnade.sensors.files.tally import (
    MAX_EXTENSIONS,
    MAX_SAMPLES,
    OTHERS,
    Entry,
    Tally,
    extension_of,
    share_samples,
)

_names = st.one_of(
    st.text(min_size=1, max_size=12),
    st.builds("{}.{}".format, st.integers(0, 99), st.sampled_from(["jpg", "JPG", "npy", "x y"])),
)
_entries = st.lists(
    st.builds(Entry, _names, st.integers(0, 1 << 40), st.integers(1), st.integers(0, 1 << 62)),
    unique_by=lambda one: one.name,
    max_size=200,
)


def tally_of(entries: list[Entry], seed: int = 0) -> Tally:
    tally = Tally(Random(seed))
    for entry in entries:
        tally.add(entry)
    return tally


@given(_entries, st.integers())
def test_every_file_is_counted_once_and_few_are_kept(entries: list[Entry], seed: int) -> None:
    groups = tally_of(entries, seed).groups
    assert sum(group.count for group in groups.values()) == len(entries)
    assert sum(group.bytes for group in groups.values()) == sum(one.size for one in entries)
    assert len(groups) <= MAX_EXTENSIONS + 1
    for extension, group in groups.items():
        mine = [one for one in entries if extension_of(one.name) == extension]
        samples = group.samples()
        assert len(samples) == len(set(samples)) <= MAX_SAMPLES
        assert set(samples) <= set(entries)
        if extension != OTHERS:
            assert group.changed == max(one.changed for one in mine)
            assert len(samples) == len(mine) or len(mine) > 8
            assert max(one.size for one in samples) == max(one.size for one in mine)


@given(_entries)
def test_samples_are_shared_so_that_no_group_is_left_out(entries: list[Entry]) -> None:
    groups = list(tally_of(entries).groups.values())
    shared = share_samples(groups)
    assert sum(map(len, shared)) == min(MAX_SAMPLES, sum(len(one.samples()) for one in groups))
    if len(groups) <= MAX_SAMPLES:
        assert all(shared)


def test_a_sample_of_many_is_fair() -> None:
    entries = [Entry(f"{number}.png", 1, number, 0) for number in range(1, 1001)]
    drawn = [one.inode for seed in range(200) for one in tally_of(entries, seed).groups["png"]._any]
    assert 450 < sum(drawn) / len(drawn) < 550


def test_an_extension_is_what_names_usually_end_in() -> None:
    assert extension_of("A.JPG") == "jpg"
    assert extension_of("archive.tar.gz") == "gz"
    for name in ("Makefile", "a.b c", "dot.", "a." + "x" * 13, "a.\udcff", ".\n"):
        assert extension_of(name) == ""


def test_a_folder_of_a_thousand_extensions_is_added_up() -> None:
    groups = tally_of([Entry(f"a.{number}", 1, 1, 1) for number in range(1000)]).groups
    assert len(groups) == MAX_EXTENSIONS + 1
    assert groups[OTHERS].count == 1000 - MAX_EXTENSIONS
