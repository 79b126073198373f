import pytest

from colonnade.detection.cells import Cell
from colonnade.detection.extract import extract_after
from colonnade.detection.features.feature import Kind
from colonnade.detection.surroundings import Surroundings


def seen(*sources: str) -> set[tuple[Kind, str]]:
    around, found = Surroundings(), set[tuple[Kind, str]]()
    for source in sources:
        read = extract_after(Cell(source).source, "notebook", around.known)
        around.take(read.gives)
        found |= {(one.kind, one.value) for one in read.features}
    return found


@pytest.mark.parametrize("command", ["wget -i l.txt", "wget --input-file=l.txt", "aria2c -i l.txt"])
def test_what_a_list_names_is_fetched(command: str):
    found = seen("%%writefile l.txt\n# weights\nhttps://a.example/x.pth\n", f"!{command}")
    assert (Kind.DOWNLOAD, "a.example/x.pth") in found


def test_what_comes_through_a_pipe_is_fetched():
    assert (Kind.DOWNLOAD, "a.example/x") in seen("!echo https://a.example/x | wget -i -")


@pytest.mark.parametrize("command", ["pip install -r r.txt", "python -m pip install -r r.txt"])
def test_what_requirements_name_is_installed(command: str):
    found = seen(
        "%%writefile r.txt\nexample-package==1 # why\ngit+https://github.com/example/tool\n",
        f"!{command}",
    )
    assert (Kind.INSTALL, "github.com/example/tool") in found
    assert (Kind.INSTALL, "example-package") in found


def test_a_list_that_nobody_wrote_here_says_nothing():
    assert not {kind for kind, _ in seen("!wget -i l.txt")} & {Kind.DOWNLOAD}
