from hypothesis import given
from hypothesis import strategies as st

from colonnade.evaluation.disguises.reading import Line, Python, Script, Written, read


def test_magics_become_names_and_come_back():
    source = "if x:\n    files = !ls \\\n      -l\n    %cd {y}\nprint(x % y)"
    found = read(source)
    assert isinstance(found, Python)
    assert [line.mark for line in found.lines.values()] == ["!", "%"]
    assert found.source == source
    assert next(iter(found.lines.values())) == Line("!", "ls \\\n      -l", True)


def test_a_magic_inside_a_text_is_none():
    assert read("%cd x\ny = '''\n!ls\n'''") is None
    found = read("y = '''\n!ls\n'''")
    assert isinstance(found, Python)
    assert not found.lines


def test_cell_magics_are_told_apart():
    assert read("%%bash -e\nls") == Script("%%bash -e\n", "bash", "-e", "ls")
    assert read("%%writefile -a 'x.py'\nz") == Written("%%writefile -a 'x.py'\n", "x.py", "z")
    found = read("\n%%time\nx = 1")
    assert isinstance(found, Python)
    assert found.head == "%%time\n"
    assert read("%%html\n<b>") is None


@given(st.text())
def test_what_is_read_as_python_is_written_back(source: str):
    found = read(source)
    if isinstance(found, Python) and not found.head:
        assert found.source == source.replace("\r\n", "\n").replace("\r", "\n")
