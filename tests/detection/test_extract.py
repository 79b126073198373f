import base64
import codecs
import contextlib
import gzip
import json
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.cells import Language
from colonnade.detection.extract import extract, extract_after
from colonnade.detection.features.feature import Kind
from colonnade.detection.limits import MAX_FEATURES, Unscannable
from detection.test_archives import zipped

CLONE = "!git clone https://github.com/example/tool"


def values(source: str, kind: Kind) -> set[str]:
    return {feature.value for feature in extract(source) if feature.kind is kind}


def hidden(code: str) -> list[str]:
    """The same code in a few of the disguises that are seen in the wild."""
    plain = f"import os\nos.system({code!r})"
    encoded = base64.b64encode(plain.encode()).decode()
    packed = zlib.compress(plain.encode()).hex()
    zipped_text = base64.b64encode(gzip.compress(code.encode())).decode()
    codes = [ord(character) for character in code]
    half = len(code) // 2
    return [
        f"import base64\nexec(base64.b64decode({encoded!r}))",
        f"from base64 import b64decode as d\nexec(d({encoded!r}).decode())",
        f"import codecs\nexec(codecs.decode({codecs.encode(plain, 'rot13')!r}, 'rot13'))",
        f"import os\nos.system({code[:half]!r} + {code[half:]!r})",
        f"import os\nos.system(bytes({codes}).decode())",
        f"import os\nc = {code!r}\nos.system(c)",
        f"import os\na = {code[:half]!r}\nos.system(f'{{a}}{code[half:]}')",
        f"import os\nos.system({code[::-1]!r}[::-1])",
        f"import zlib\nexec(zlib.decompress(bytes.fromhex({packed!r})))",
        f"get_ipython().system({code!r})",
        f"import subprocess as s\ns.run({code.split()!r})",
        f"%%bash\nif true; then\n  sudo -E {code}\nfi",
        f"!bash -c '{code}'",
        f"%%bash\nbash <<EOF\n{code}\nEOF",
        f"%%sh\nx='{code}'\n$x",
        f"import subprocess\nsubprocess.run(args={code!r}, shell=True)",
        f"import subprocess\nsubprocess.run(['bash'], input={code!r}, text=True)",
        f"import subprocess\nsubprocess.Popen('sh', stdin=-1).communicate({code.encode()!r})",
        f"import os\n[os.system(x) for x in [{code!r}]]",
        f"import os\n(c := {code!r}) and os.system(c)",
        f"class A:\n    def go(self, c):\n        os.system(c)\nA().go({code!r})",
        f"def a(c):\n    os.system(c)\ndef b(c):\n    a(c)\nb({code!r})",
        f"exec('import os; os.system(c)', {{'c': {code!r}}})",
        f"import timeit\ntimeit.timeit('os.system(' + repr({code!r}) + ')', 'import os')",
        f"ip = get_ipython()\nrun = ip.system\nrun({code!r})",
        f"open('a', 'w').write({code!r})\nfor x in open('a'):\n    os.system(x)",
        f"import json\njson.dump([{code!r}], open('a', 'w'))\n"
        "for x in json.load(open('a')):\n    os.system(x)",
        f"open('lib/a.py', 'w').write(\"import os\\nos.system({code!r})\")\nfrom lib.a import b",
        f"open('Makefile', 'w').write('all:\\n\\t{code}')\n!make all",
        f"open('a.sh', 'w').write('\"$@\"')\n!bash a.sh {code}",
        "open('a.py', 'w').write(\"import os, sys\\nos.system(' '.join(sys.argv[1:]))\")\n"
        f"!python a.py {code}",
        f"%%!\n{code}",
        f"%%perl\nsystem({json.dumps(code)});",
        f"!perl -e 'system({json.dumps(code)})'",
        f"!bash <(base64 -d <<< {base64.b64encode(code.encode()).decode()})",
        f"!source <(echo {base64.b64encode(code.encode()).decode()} | base64 -d)",
        f"!echo '{code.replace('o', '@')}' | sed 's/@/o/g' | sh",
        f"!echo '{code.swapcase()}' | tr 'a-zA-Z' 'A-Za-z' | sh",
        f"!tmux new -d '{code}'",
        f"%alias get {code}",
        f"%%bash\nCODE=$(cat <<'EOF'\ncd /tmp\n{code}\nEOF\n)\nbash -c \"$CODE\"",
        f"%%bash\nread -r -d '' CODE <<'EOF'\ncd /tmp\n{code}\nEOF\neval \"$CODE\"",
        f"%%bash\nsource /dev/stdin <<'EOF'\n{code}\nEOF",
        f"!base64 -d <<< {base64.b64encode(code.encode()).decode()} | sh",
        f"!echo {zipped_text} | base64 -d | gunzip | sh",
        f"!echo '{code}' > a.txt && mv a.txt b.sh && bash b.sh",
        f"with open('a', 'w') as f:\n    print({code!r}, file=f)\n!sh a",
        f"import functools, os\nrun = functools.partial(os.system)\nrun({code!r})",
        f"import operator, os\noperator.methodcaller('system', {code!r})(os)",
        f"import operator, os\noperator.attrgetter('system')(os)({code!r})",
        f"run = lambda c: __import__('os').system(c)\nrun({code!r})",
        f"cmd = {code!r}\n!$cmd",
    ]


@pytest.mark.parametrize("source", hidden("git clone https://github.com/example/tool"))
def test_a_disguised_clone_is_seen_like_a_plain_one(source: str):
    assert "github.com/example/tool" in values(source, Kind.CLONE)


def test_features_carry_the_lines_where_they_stand():
    source = f"x = 1\n\n{CLONE}\nimport numpy"
    lines = {feature.value: feature.line for feature in extract(source)}
    assert lines["github.com/example/tool"] == 3
    assert lines["numpy"] == 4


def test_code_within_code_is_put_down_to_the_outer_lines():
    source = "x = 1\nexec('import os\\n\\n\\nimport hidden')"
    (found,) = [one for one in extract(source) if one.value == "hidden"]
    assert (found.line, found.end_line) == (2, 2)


def test_what_cannot_be_resolved_is_opaque():
    assert values("exec(fetch())", Kind.OPAQUE) == {"exec"}
    assert values("!echo x | base64 -d | bash", Kind.OPAQUE) == {"decoded-pipe"}


def test_a_docstring_and_a_comment_are_not_what_runs():
    source = '"""See https://github.com/example/tool"""\n# https://github.com/example/tool\n'
    assert {feature.kind for feature in extract(source)} == {Kind.LINK}


def test_a_shell_script_is_read_as_one():
    found = extract("#!/bin/sh\ngit clone https://github.com/example/tool\n", "shell")
    assert ("github.com/example/tool", 2) in {(one.value, one.line) for one in found}


def test_prose_is_read_for_what_it_speaks_of_and_never_as_code():
    found = extract("Lip sync, as in [this](https://github.com/a/b)\n!git clone x", "prose")
    assert {one.kind for one in found} == {Kind.COMMENT, Kind.LINK}


@pytest.mark.parametrize(
    "written",
    [
        "%%writefile setup.py\nfrom setuptools import setup\nos.system('git clone {}')",
        "%%writefile setup.py\nimport os\nos.system('python setup.py')\nos.system('git clone {}')",
        "%%writefile run.sh\n./run.sh\ngit clone {}",
    ],
)
def test_a_file_that_runs_itself_is_read_once(written: str):
    started = "!python setup.py sdist" if "setup.py" in written else "!bash run.sh"
    source = written.format("https://github.com/lab-example/tool")
    gives = extract_after(source).gives
    assert Kind.CLONE in {one.kind for one in extract_after(started, before=gives).features}


def test_code_nested_too_deep_is_unscannable():
    code = "x"
    for _ in range(6):
        code = f"exec({code!r})"
    with pytest.raises(Unscannable):
        extract(code)


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "1+" * 20_000 + "1",
        "x = '" + "a" * 300_000 + "'",
        "!" + "a|" * 20_000,
        "!" + "$(" * 190,
        "!echo " + "'" * 9_999,
        "\x00\x01)](" * 5_000,
        "f(" * 199 + ")" * 199,
        "%%bash\n" + "if " * 20_000,
        "!cat <<EOF\n" * 3_000,
        "\ud800\udfff = '\ud800'",
        "\u202edrow\u2066 = 1\x1b[31m",
        "'%s' % " * 3_000 + "1",
        "x = 'a' * 10**9 * 10**9",
        "import zlib, base64\nexec(zlib.decompress(base64.b64decode('eJw=' )))",
        "(" * 150 + "'" + "(" * 20,
        "x = " + "a|" * 20_000 + "a",
        "!" + "$(echo " * 190,
        "!echo " + "`echo " * 9_999,
        "!" + "{x.y} " * 9_999,
        "def f(x):\n    return f(x) + f(x)\n" + "f('a')\n" * 500,
        "for i in 'ab':\n " * 90 + "os.system('x')",
        "def f(c):\n    os.system(c)\n" + "f('ls')\n" * 5_000,
        "open('a', 'w').write('x')\n" * 5_000 + "!sh a",
        "while True:\n    x = 'a'\n" * 500,
        "x = '\u0430b' * 5\n" * 5_000,
        "#@param " * 20_000,
        "# " + "face " * 50_000,
        "a.b" * 20_000 + "()",
        "m = 1\n" + "(1 - m) * a + " * 5_000 + "m",
    ],
)
def test_hostile_input_is_examined_or_unscannable_in_bounded_time(source: str):
    start = time.process_time()
    with contextlib.suppress(Unscannable):
        assert len(extract(source)) <= MAX_FEATURES
    assert time.process_time() - start < 2.5


@given(st.text(max_size=2000))
def test_any_text_survives(source: str):
    for feature in extract(source):
        assert 1 <= feature.line <= feature.end_line


PIECES = ["!", "%%bash\n", "git clone ", "'", '"', "(", ")", "\n", "exec(", "{x}", "$x", "<<EOF\n"]
MORE = ["\\", "x = ", "b64decode(", "%cd ", "|", "\ud800", "\x00", "é", "f'{", "}'", "import "]


@given(st.lists(st.sampled_from([*PIECES, *MORE]), max_size=60))
def test_any_mixture_of_what_matters_survives(pieces: list[str]):
    with contextlib.suppress(Unscannable):
        extract("".join(pieces))


@given(st.text(max_size=300))
def test_extraction_is_a_function_of_the_source(source: str):
    assert extract(source) == extract(source)


def test_the_last_assignment_holds_every_time():
    branches = "".join(f"if m == {n}:\n    c = 'python a.py step{n}x'\n" for n in range(60))
    found = {tuple(sorted(values(f"{branches}!$c", Kind.VERB))) for _ in range(5)}
    assert found == {("step59x",)}


def written_archive(members: dict[str, bytes], run: str) -> str:
    """A cell that writes an archive from base64 and runs what was in it."""
    text = base64.b64encode(zipped(members)).decode()
    return (
        f"import base64\nopen('a.zip', 'wb').write(base64.b64decode('{text}'))\n!unzip a.zip\n{run}"
    )


def test_scripts_in_an_archive_that_is_written_are_read_where_they_run():
    held = {"tool/run.py": b"import os\nos.system('git clone https://github.com/example/tool')"}
    cell = written_archive(held, "!python tool/run.py")
    assert values(cell, Kind.CLONE) == {"github.com/example/tool"}
    assert not values(written_archive(held, "!ls"), Kind.CLONE)


def test_an_archive_that_is_written_and_holds_too_much_is_unscannable():
    bomb = {f"{number}.bin": b"\0" * (8 << 20) for number in range(10)}
    with pytest.raises(Unscannable, match="more than is unpacked"):
        extract(written_archive(bomb, "!ls"))


_PIECES = (
    *(
        "!",
        "%",
        "%%bash\n",
        "%%time\n",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "'",
        '"',
        '"""',
        "\\",
        "\n",
        " ",
    ),
    *(
        "exec(",
        "eval(",
        "os.system(",
        "import os\n",
        "for i in ",
        "while True:\n",
        "lambda x:",
        "=",
        "+=",
    ),
    *(
        "def f(x):\n",
        "f'{",
        "}'",
        "b64decode(",
        "'YWJj'",
        "*",
        "**",
        "10**9",
        "%s",
        "%(a)s",
        ".format(",
    ),
    *(
        ".join(",
        "[::-1]",
        "chr(",
        "range(",
        "await ",
        "with open('a') as f:\n",
        "f.write(",
        "$x",
        "${x:",
    ),
    *(
        "$(",
        "`",
        "<<EOF\n",
        "EOF\n",
        "<<<",
        "|",
        "&&",
        ";",
        "-c ",
        "bash ",
        "python ",
        "git clone ",
    ),
    *(
        "wget -i ",
        "pip install -r ",
        "https://a.b/c",
        "#@param {",
        "\0",
        "\ud800",
        "\u202e",
        "tee a",
        ">",
    ),
)


@given(st.lists(st.sampled_from(_PIECES), max_size=40), st.sampled_from(["notebook", "shell"]))
def test_pieces_of_code_in_any_order_survive(pieces: list[str], language: Language):
    with contextlib.suppress(Unscannable):
        extract("".join(pieces), language)


def test_a_document_for_no_command_survives():
    assert extract("!<<EOF\n!") is not None
