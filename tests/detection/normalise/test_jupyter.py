from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.normalise.jupyter import Part, split


def test_shell_lines_become_pass_and_lines_keep_their_numbers():
    python, shell = split("if x:\n    !ls -l \\\n      /tmp\nprint(1)")
    assert python == Part("python", "if x:\n    pass\n\nprint(1)", 1)
    assert shell == Part("shell", "ls -l \\\n      /tmp", 2)


def test_a_cell_magic_may_follow_comments():
    assert split("#@title Set-up\n\n%%bash\nls") == (Part("shell", "ls", 4),)


def test_magics_that_run_commands_are_shell():
    texts = [part.text for part in split("%cd /content\n%pip install x\n%run a.py --b\nx = !date")]
    assert texts[1:] == ["cd /content", "pip install x", "python a.py --b", "date"]


def test_python_that_looks_a_little_like_a_magic_stays_python():
    source = "a != b\nc = a % b\nd %= 3\nx = (a\n  % b)"
    assert split(source) == (Part("python", source, 1),)


def test_a_written_script_is_read_in_its_language():
    assert split("%%writefile a.sh\nls")[0].language == "shell"
    assert split("%%writefile a.py\nimport os")[0].language == "python"
    assert split("%%writefile a.txt\nimport os") == ()


def test_a_display_magic_holds_nothing_that_runs_here():
    assert split("%%html\n<b>!ls</b>") == ()


@given(st.text())
def test_the_python_part_never_has_more_lines_than_the_cell(source: str):
    for part in split(source):
        assert part.line >= 1
        assert part.text.count("\n") <= source.count("\n") + source.count("\r")
