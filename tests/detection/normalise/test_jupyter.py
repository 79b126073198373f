import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.normalise.jupyter import Part, line_magic, split


def test_magic_lines_become_calls_and_lines_keep_their_numbers():
    (python,) = split("if x:\n    !ls -l \\\n      /tmp\nprint(1)")
    first, second, blank, last = python.text.split("\n")
    assert (first, blank, last) == ("if x:", "", "print(1)")
    assert second == "    get_ipython().system('ls -l \\\\\\n      /tmp')"


def test_a_cell_magic_may_follow_comments():
    assert split("#@title Set-up\n\n%%bash\nls") == (Part("shell", "ls", 4),)


@pytest.mark.parametrize("start", ["#!g1.1:bash", "#!/bin/sh", "%sh"])
def test_what_a_hosted_notebook_hands_to_a_shell_is_read_as_both(start: str):
    """Jupyter itself would run the rest as Python, so that neither reading may be left out."""
    python, shell = split(f"{start}\nsvc train\nls")
    assert python.language == "python"
    assert shell == Part("shell", "svc train\nls", 2)


def test_a_cell_of_nothing_but_commands_is_read_as_a_shell_s_too():
    text = "# get it\nwget https://example.org/a.tgz\n./a -o b:1 --key=x -u c"
    python, shell = split(text)
    assert python.language == "python"
    assert shell == Part("shell", text, 1)


@pytest.mark.parametrize(
    "text", ["git = 1", "cd (1)", "wget", "pip install x\nimport x", "curl\n", "sh - 1 == 2\nx"]
)
def test_a_cell_with_a_line_of_python_is_python(text: str):
    assert [part.language for part in split(text)] == ["python"]


def test_a_comment_about_a_shell_is_none():
    assert [part.language for part in split("# run it in bash\nx = 1")] == ["python"]


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("%cd /content", "get_ipython().run_line_magic('cd', '/content')"),
        ("%run a.py --b", "get_ipython().run_line_magic('run', 'a.py --b')"),
        ("x = !date", "x = get_ipython().getoutput('date')"),
        ("!!date", "get_ipython().system('date')"),
        ("pip install x", "get_ipython().system('pip install x')"),
        ("%time f(1)", "f(1)"),
        ("%timeit -n 3 f(1)", "f(1)"),
        ("%matplotlib inline", "pass"),
    ],
)
def test_a_magic_becomes_what_ipython_makes_of_it(line: str, call: str):
    assert split(line)[0].text == call


@pytest.mark.parametrize(
    ("name", "argument", "found"),
    [
        ("run", "a.py --b", ("shell", "python a.py --b")),
        ("cd", "x", ("shell", "cd x")),
        ("env", "A=b c", ("shell", "export A='b c'")),
        ("set_env", "A b", ("shell", "export A='b'")),
        ("env", "A", None),
        ("load_ext", "tensorboard", None),
    ],
)
def test_a_line_magic_runs_something(name: str, argument: str, found: tuple[str, str] | None):
    assert line_magic(name, argument) == found


def test_a_cell_magic_may_hold_another():
    assert split("%%capture\n%%bash\nls") == (Part("shell", "ls", 3),)


def test_a_script_gets_its_arguments():
    assert split('%%bash -s "a.example" b\nget $1 ${2}')[0].text == "get a.example b"


def test_python_that_looks_a_little_like_a_magic_stays_python():
    source = "a != b\nc = a % b\nd %= 3\nx = (a\n  % b)"
    assert split(source) == (Part("python", source, 1),)


def test_a_written_script_is_read_in_its_language():
    assert split("%%writefile a.sh\nls")[0].language == "shell"
    assert split("%%writefile a.py\nimport os")[0].language == "python"
    assert split("%%writefile -a a.txt\nx") == (Part("text", "x", 2, "a.txt", appends=True),)


def test_a_display_magic_holds_nothing_that_runs_here():
    assert split("%%latex\n!ls") == ()


def test_a_page_is_a_text():
    assert split("%%html\n<b>!ls</b>") == (Part("text", "<b>!ls</b>", 2),)


@given(st.text())
def test_the_python_part_never_has_more_lines_than_the_cell(source: str):
    for part in split(source):
        assert part.line >= 1
        assert part.text.count("\n") <= source.count("\n") + source.count("\r")
