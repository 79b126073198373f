import pytest

from colonnade.detection.extract import extract_after
from colonnade.detection.features.feature import Kind
from colonnade.detection.normalise.fold import Value
from colonnade.detection.surroundings import MAX_GIVEN_NAMES, Surroundings, gives_of

URL = "https://github.com/example/tool"
CLONED = "github.com/example/tool"


def clones(*cells: str) -> set[str]:
    """What the last of these cells clones, having run after the others."""
    around = Surroundings()
    found: set[str] = set()
    for source in cells:
        extraction = extract_after(source, before=around.known)
        around.take(extraction.gives)
        found = {one.value for one in extraction.features if one.kind is Kind.CLONE}
    return found


@pytest.mark.parametrize(
    "cells",
    [
        ["REPO = 'https://github.com/example/tool'", "!git clone {REPO}"],
        ["a = 'https://github.com/'", "b = a + 'example'", "!git clone $b/tool"],
        ["import subprocess as s", f"s.run('git clone {URL}')"],
        ["%env R=https://github.com/example/tool", "!git clone $R"],
        ["import os\nos.environ['R'] = 'https://github.com/example/tool'", "%%bash\ngit clone $R"],
        [
            "def d(s):\n    return s[::-1]",
            "import os\nos.system('git clone ' + d('loot/elpmaxe/moc.buhtig//:sptth'))",
        ],
        [
            "import os\ndef run(c):\n    os.system('git ' + c)",
            "run('clone https://github.com/example/tool')",
        ],
        ["def get(r):\n    !git clone {r}", "get('https://github.com/example/tool')"],
        ["%%writefile go.txt\n!git clone https://github.com/example/tool", "%run go.txt"],
        ["%%writefile go.txt\ngit clone https://github.com/example/tool", "!bash go.txt"],
        [
            "%%writefile go.py\nimport os\nos.system('git clone https://github.com/example/tool')",
            "import go",
        ],
        ["open('x', 'w').write('git clone https://github.com/example/tool')", "!sh ./x"],
        [
            "with open('x', 'w') as f:\n    f.write('git clone https://github.com/example/tool')",
            "!sh x",
        ],
        ["!echo git clone https://github.com/example/tool > x", "!sh x"],
        ["%%bash\ncat > x <<EOF\ngit clone https://github.com/example/tool\nEOF", "!source x"],
        ["e = exec", f"e('import os; os.system(\"git clone {URL}\")')"],
        ["repos = ['https://github.com/example/tool']", "for r in repos:\n    !git clone {r}"],
    ],
)
def test_what_a_cell_needs_may_stand_in_an_earlier_one(cells: list[str]):
    assert clones(*cells) == {CLONED}
    assert clones(cells[-1]) != {CLONED}


def test_a_name_that_changed_is_known_by_its_new_value():
    assert clones("r = 'https://github.com/example/tool'", "r = input()", "!git clone {r}") == set()


def test_what_a_cell_gives_depends_on_what_it_reads_and_nothing_else():
    alone = extract_after("!git clone {r}")
    assert (alone.wants, "r" in alone.reads) == (True, True)
    other = extract_after("!git clone {r}", before={"unrelated": "x"})
    assert other == alone


def test_a_cell_that_runs_nothing_wants_nothing():
    assert not extract_after("df.head()\nprint(total)\nx = len(df)").wants


def test_what_is_large_or_many_is_not_given():
    own: dict[str, Value | None] = {f"n{number}": "x" for number in range(3 * MAX_GIVEN_NAMES)}
    given = gives_of({"large": "x" * 100_000, **own})
    assert given["large"] is None
    assert sum(value is not None for value in given.values()) <= MAX_GIVEN_NAMES


def test_only_what_is_read_tells_surroundings_apart():
    around = Surroundings()
    around.take({"a": "1", "b": "2"})
    around.take({"b": None})
    assert around.seen_by({"a", "b", "c"}) == {"a": "1"}
