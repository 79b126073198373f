import ast
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from colonnade.detection.cells import cells_in, read_notebook
from colonnade.evaluation.disguises.catalogue import (
    ABOVE,
    DISGUISES,
    disguise,
    disguise_notebook,
    stacks,
)
from colonnade.evaluation.manifest import read_manifest
from colonnade.kit.errors import NotFound
from support.ipython import run_notebooks

CORPUS = Path(__file__).parents[2] / "corpus"
ALL = (*DISGUISES, *stacks())
ARITHMETIC = r"""
#@title Numbers
import math as m
from collections import Counter, OrderedDict
import os.path
---
words = 'the quick brown fox jumps over the dog'.split()  # a sentence
counts = Counter(words)
---
def best(counts, n=2):
    '''The n most common.'''
    return counts.most_common(n)

best(counts, n=1)
---
total = sum(counts.values())
print(f'{total} words, {m.sqrt(total):.3f}', {'a': total}['a'])
total
---
for index, word in enumerate(words):
    if index % 4 == 0:
        print(word, end=';')
print()
---
class Shelf:
    size = 3
    def __init__(self, name):
        self.name = name
    def label(self):
        return f"{self.name!r}:{self.size:>4}"

shelf = Shelf('höhe "x"'); print(shelf.label())
shelf.label()
---
import asyncio
async def late():
    return await asyncio.sleep(0, 'late')
print(await late(), [await late() for _ in range(2)])
'shown'
---
x = [n**2 for n in range(5)]
x[::-1];
---
os.path.join('a', 'b'), OrderedDict(a=1)['a']
"""
COMMANDS = r"""
# set-up
folder = 'data'
!mkdir -p data/images && echo made {folder}
!ls $folder  # what is there
---
%cd data
!echo 'one line' > images/first.txt
!cat images/first.txt
---
names = !ls images
print(list(names), len(names))
'a text'
---
%%bash
# count
for name in images/*; do echo found $name; done
echo finished | tr a-z A-Z
---
%%writefile tool.py
import sys
# says what it was given
print('tool', sys.argv[1:])
---
!python3 tool.py --source first.jpg \
    --target second.mp4
!echo done working here
---
if names:
    !echo inside {names[0]}
else:
    print('nothing')
len(names)
---
%cd ..
import os
print(os.path.exists('data/tool.py'))
"""
CLONE = r"""
!git clone -q file://REPOSITORY 2>/dev/null
---
!cat shelf/books.txt && wc -l < ./shelf/books.txt
---
import os, sys
print(open('shelf/books.txt').read())
sys.path.append('./shelf')
---
import catalogue_of_shelf
catalogue_of_shelf.count()
---
%cd shelf
print('shelf', os.path.exists('books.txt'))
---
%cd ..
!ls -1 shelf; cd shelf && ls ../shelf/books.txt | wc -l
"""
LINES = st.sampled_from(
    [
        "!git clone https://example.org/a/b.git && cd b",
        "%cd /content/b",
        "import os, sys as s",
        "x = !ls {y} $z",
        "print(f'{x!r:>{3}}' 'é', \"b\")",
        "def f(a=1): return a.b.c",
        "    x = 'inner'",
        "if x:",
        "%%bash",
        "cat <<EOF",
        "y.z = (x",
        "'''",
        "match x:",
        "    case 'a': pass",
        "# note #@param",
        "\t!",
        "%",
    ]
)

Answer = tuple[bool, str, str]
Runs = list[tuple[list[str], Answer]]


def cells_of(text: str) -> list[str]:
    return [cell.strip("\n") for cell in text.split("---\n")]


def any_cells() -> st.SearchStrategy[list[str]]:
    """Any texts, and lines of notebooks in any order."""
    return st.lists(st.text() | st.lists(LINES, max_size=6).map("\n".join), max_size=4)


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    repository = tmp_path_factory.mktemp("forge") / "shelf"
    repository.mkdir()
    (repository / "books.txt").write_text("one\ntwo\n")
    (repository / "catalogue_of_shelf.py").write_text("def count():\n    return 2\n")
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], cwd=repository, check=True)
    clone = CLONE.replace("REPOSITORY", str(repository))
    return [cells_of(text) for text in (ARITHMETIC, COMMANDS, clone)]


@pytest.fixture(scope="module")
def runs(notebooks: list[list[str]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Runs]:
    """What every notebook gave, plain ('') and in every disguise under two seeds."""
    todo = {"": notebooks} | {
        name: [disguise(cells, name, seed) for seed in range(2) for cells in notebooks]
        for name in ALL
    }
    every = [(name, cells) for name, variants in todo.items() for cells in variants]
    answers = run_notebooks([cells for _, cells in every], tmp_path_factory.mktemp("home"))
    ran: dict[str, Runs] = {name: [] for name in todo}
    for (name, cells), answer in zip(every, answers, strict=True):
        ran[name].append((cells, answer))
    return ran


def test_there_are_twelve():
    assert len(DISGUISES) == 12


@pytest.mark.parametrize("name", ALL)
def test_a_disguised_notebook_does_the_same(name: str, runs: dict[str, Runs]):
    for number, (cells, answer) in enumerate(runs[name]):
        _, expected = runs[""][number % len(runs[""])]
        shown = "\n---\n".join(cells) + answer[2]
        assert (True, lines_of(answer)) == (expected[0], lines_of(expected)), shown


def is_valid(cell: str) -> bool:
    """Whether IPython could compile a cell."""
    try:
        ast.parse(TransformerManager().transform_cell(cell))
    except (SyntaxError, ValueError):
        return False
    return True


@pytest.mark.deep
@pytest.mark.parametrize("name", ALL)
def test_every_cell_of_the_corpus_is_still_valid_in_disguise(name: str):
    for entry in read_manifest(CORPUS / "manifest.jsonl"):
        cells = read_notebook(entry.file.read_bytes())
        plain = [cell.source for cell in cells if cell.language != "prose"]
        assert all(is_valid(cell) for cell in plain), entry.path
        assert [cell for cell in disguise(plain, name) if not is_valid(cell)] == [], entry.path


def lines_of(answer: Answer) -> list[str]:
    """What was printed but for `%%writefile`'s own words and where `%cd` says it is."""
    own = ("Writing /tmp", "Overwriting /tmp", "/tmp")
    return [line for line in answer[1].split("\n") if not line.startswith(own)]


@pytest.mark.parametrize("name", DISGUISES)
def test_a_disguise_changes_the_notebook(name: str, notebooks: list[list[str]]):
    cells = [cell for notebook in notebooks for cell in notebook]
    assert disguise(cells, name, 1) != cells


@pytest.mark.parametrize("name", DISGUISES)
@given(cells=any_cells(), seed=st.integers(0, 3))
def test_any_cells_give_the_same_disguise_twice(name: str, cells: list[str], seed: int):
    once = disguise(cells, name, seed)
    assert once == disguise(cells, name, seed)
    assert len(once) >= len(cells)


HOSTILE = {
    "brackets": "(" * 20_000,
    "a long chain": "x" + ".a()" * 5000,
    "a long sum": "1" + "+1" * 20_000,
    "a lone surrogate": "\ud800",
    "a null byte": "a\0b",
    "a long line of blanks": "x" + " " * 50_000 + "=",
}


@pytest.mark.parametrize("name", DISGUISES)
@pytest.mark.parametrize("cell", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_cell_crashes_no_disguise(name: str, cell: str):
    assert disguise([cell], name)


def test_a_notebook_keeps_its_other_cells_in_place():
    code = {"cell_type": "code", "id": "b", "metadata": {}, "outputs": []}
    notebook = {
        "nbformat": 4,
        "cells": [
            {"cell_type": "markdown", "id": "a", "source": "# Title"},
            {**code, "source": ["!ls\n", "x = 1"]},
            {"cell_type": "markdown", "id": "c", "source": ["end"]},
        ],
    }
    disguised = disguise_notebook(notebook, "bash-cells")
    sources = [cell["source"] for cell in disguised["cells"]]
    assert sources == ["# Title", "%%bash\nls", "x = 1", "end"]
    assert [cell.source for cell in cells_in(disguised)] == sources


def test_what_is_no_notebook_comes_back():
    assert disguise_notebook({"worksheets": []}, "bash-cells") == {"worksheets": []}


def test_an_unknown_disguise_is_named():
    with pytest.raises(NotFound, match="moustache"):
        disguise([], "moustache")


def test_stacks_are_drawn_by_their_seed_and_name_each_disguise_once():
    assert stacks(4, 7) == stacks(4, 7) != stacks(4, 8)
    drawn = [one.split(ABOVE) for one in stacks(4, 7)]
    assert [len(one) for one in drawn] == [2] * 4 + [3] * 4
    assert all(len(set(one)) == len(one) and set(one) <= set(DISGUISES) for one in drawn)


@pytest.mark.parametrize("name", stacks())
def test_a_stack_is_one_disguise_over_another(name: str):
    cells = ["!git clone https://github.com/example/holiday", "print('a' + 'b')"]
    step = cells
    for one in name.split(ABOVE):
        step = disguise(step, one)
    assert disguise(cells, name) == step


def test_a_stack_with_an_unknown_name_is_named():
    with pytest.raises(NotFound, match="nothing"):
        disguise(["print(1)"], "bash-cells+nothing")
