import unicodedata
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from colonnade.evaluation.disguises.names import look_alike, rename


def renamed(*cells: str) -> list[str]:
    return [cell for (cell,) in rename(cells, lambda name: f"q_{name}")]


def test_names_follow_through_cells_texts_and_commands():
    assert renamed(
        "import numpy as np, os\nfolder = 'x'", "print(f'{folder} {np}')\n!ls {folder}"
    ) == [
        "import numpy as q_np, os as q_os\nq_folder = 'x'",
        "print(f'{q_folder} {q_np}')\n!ls {q_folder}",
    ]


def test_what_others_may_call_by_name_stays():
    source = (
        "class Shelf:\n    size = 1\n    def put(self, book): self.book = book\n"
        "Shelf().put(book=2)\ndef pick(key, size=3): return key\nkey = pick(key=1)"
    )
    assert renamed(source) == [source.replace("Shelf", "q_Shelf").replace("pick", "q_pick")]


def test_names_in_what_cannot_be_read_stay():
    assert renamed("x = 1\ny = 2", "x?", "%timeit y") == ["x = 1\ny = 2", "x?", "%timeit y"]


def test_lookalikes_are_other_letters_that_python_takes_for_names():
    twin = look_alike("source", Random(0))
    assert twin != "source"
    assert twin.isidentifier()
    assert unicodedata.normalize("NFKC", twin) != "source"


@given(st.text(), st.integers(0, 9))
def test_lookalikes_keep_the_length(text: str, seed: int):
    assert len(look_alike(text, Random(seed))) == len(text)
