from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.evaluation import table
from colonnade.evaluation.manifest import LABELS, read_manifest
from colonnade.evaluation.table import Row
from colonnade.kit.errors import ColonnadeError, Invalid
from colonnade.kit.shipped import shipped


def test_a_row_holds_signs_and_no_text(corpus: Path):
    rows = {row.label: row for row in table.collect(read_manifest(corpus), processes=1)}
    assert "media: still-file+video-file" in rows["benign-lookalike"].signs
    text = table.write(rows.values())
    for word in ("holiday-photos", "swap.ipynb", "person.jpg", "one,"):
        assert word not in text


def test_notebooks_of_one_owner_are_known_to_belong_together(corpus: Path):
    swap, animate, _, plain, *_ = table.collect(read_manifest(corpus), processes=1)
    assert swap.owner == plain.owner != animate.owner
    assert len({swap.notebook, animate.notebook, plain.notebook}) == 3


def test_what_cannot_be_read_or_is_kept_for_testing_has_no_row(corpus: Path):
    (corpus.parent / "swap.ipynb").unlink()
    corpus.write_text(corpus.read_text().replace('"split": "dev"', '"split": "test"', 2))
    assert len(table.collect(read_manifest(corpus), processes=1)) == 5


_word = st.from_regex(r"[a-z][a-z0-9+-]{0,9}", fullmatch=True)
_rows = st.builds(
    Row,
    st.uuids().map(lambda one: one.hex[:16]),
    _word,
    st.sampled_from(list(LABELS)),
    _word,
    st.frozensets(st.builds("{}: {}".format, _word, _word), max_size=4),
)


@given(st.lists(_rows, max_size=8))
def test_a_table_survives_its_file(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]):
    file = tmp_path_factory.mktemp("table") / "t.csv"
    file.write_text(table.write(rows))
    assert sorted(table.read(file), key=repr) == sorted(rows, key=repr)


@given(st.binary(max_size=200))
def test_any_bytes_give_rows_or_an_error(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    file = tmp_path_factory.mktemp("table") / "t.csv"
    file.write_bytes(data)
    with pytest.raises(ColonnadeError):
        table.read(file)


def test_a_row_that_is_wrong_is_named_with_its_line(tmp_path: Path):
    file = tmp_path / "t.csv"
    file.write_text("notebook,owner,label,family,signs\na,b,good,,\n")
    with pytest.raises(Invalid, match=r"t\.csv:2"):
        table.read(file)


def test_the_table_that_ships_holds_hashes_and_signs_alone():
    rows = table.read(shipped("models") / "deepfakes.csv")
    assert len(rows) > 300
    kinds = {kind.value for kind in table.CLOSED}
    for row in rows:
        assert len(row.notebook) == len(row.owner) == table.HASH_DIGITS
        assert {sign.partition(": ")[0] for sign in row.signs} <= kinds
