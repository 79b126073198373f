from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.similarity.shingles import (
    HASH_BYTES,
    WINDOW,
    code_shingles,
    path_shingles,
    tokens_of,
)

CODE = b"""
def blend(mask, frame, amount=0.5):
    '''Puts a mask over a frame.'''
    if mask is None:  # nothing to do
        return frame
    return frame * (1 - amount) + mask.resize(frame.shape, order=3) * amount
"""
PATH = st.lists(st.text(st.characters(exclude_characters="/\0"), min_size=1), min_size=1).map(
    "/".join
)


def test_other_names_texts_and_numbers_are_the_same_code():
    other = CODE.replace(b"mask", b"zz").replace(b"frame", b"_q9").replace(b"0.5", b"0x7f")
    assert tokens_of(other) == tokens_of(CODE)
    assert tokens_of(b"print('a', \"b\")") == tokens_of(b"print('c', 'd')")


def test_comments_docstrings_and_layout_do_not_count():
    bare = b"def blend(mask,frame,amount=1):\n if mask is None:\n  return frame\n return frame*(\n"
    bare += b"  1-amount)+mask.resize(frame.shape,\n  order=3,\n  )*amount;"
    assert tokens_of(bare) == tokens_of(CODE)


def test_keywords_and_signs_count():
    assert tokens_of(b"a and b") != tokens_of(b"a or b")
    assert tokens_of(b"a + b") != tokens_of(b"a - b")


def test_an_inserted_line_changes_only_the_windows_over_it():
    lines = [f"x{'+y' * size} = f(z)[{size}]".encode() for size in range(40)]
    whole = code_shingles(b"\n".join(lines))
    changed = code_shingles(b"\n".join([*lines[:20], b"global more; assert more", *lines[20:]]))
    assert len(whole - changed) < WINDOW
    assert len(whole & changed) > len(whole) - WINDOW


def test_less_code_than_a_window_has_no_shingle():
    assert not code_shingles(b"import os\n")
    assert not code_shingles(b"")


def test_the_name_of_the_top_folder_is_in_no_path():
    assert path_shingles(["core/nets/unet.py", "core/run.py"]) & path_shingles(
        ["engine/nets/unet.py", "engine/run.py"]
    )


def test_a_renamed_folder_keeps_the_neighbours_within_it():
    names = ["align.py", "blend.py", "merge.py"]
    before = path_shingles(f"core/{name}" for name in names)
    after = path_shingles(f"other/{name}" for name in names)
    assert len(before & after) == len(names) - 1


@given(st.binary(max_size=600))
def test_any_bytes_have_shingles_of_the_one_size(source: bytes):
    tokens = tokens_of(source)
    assert len(tokens) <= len(source.decode("utf-8", "replace"))
    found = code_shingles(source)
    assert len(found) <= max(0, len(tokens) - WINDOW + 1)
    assert all(len(one) == HASH_BYTES for one in found)


@given(st.lists(PATH, max_size=20))
def test_any_paths_have_shingles_in_any_order(paths: list[str]):
    assert path_shingles(paths) == path_shingles(reversed(paths))


def test_names_that_are_no_text_have_shingles():
    assert path_shingles(["a/\udcff.py", "a/b.py"])


def test_texts_that_are_left_open_take_no_time():
    for open_text in (b'"\\', b"'\\\"", b'"""', b"'''\"", b"f'", b"\\\n"):
        assert tokens_of(open_text * 100_000) is not None


def test_hashes_are_those_that_the_shipped_fingerprints_were_made_with():
    assert min(code_shingles(CODE)).hex() == "10ee6f7f8504"
    assert min(path_shingles(["core/blend.py", "core/mask.py"])).hex() == "c80408aa2013"
