import pytest

from colonnade.evaluation.disguises.folders import rename_clones

CLONE = "!git clone https://example.org/someone/tool.git"


def renamed(*cells: str) -> list[str]:
    return [cell for (cell,) in rename_clones(cells, lambda old: "xyz")]


@pytest.mark.parametrize(
    ("used", "follows"),
    [
        ("%cd tool", "%cd xyz"),
        ("%cd /content/tool", "%cd /content/xyz"),
        ("!cd tool && python run.py", "!cd xyz && python run.py"),
        ("!python tool/run.py --out ../tool/o", "!python xyz/run.py --out ../xyz/o"),
        ("sys.path.append('./tool')", "sys.path.append('./xyz')"),
        ("!ls tool other tool", "!ls xyz other xyz"),
        ("os.chdir('tool')", "os.chdir('xyz')"),
        ("p = f'{base}/tool/a.txt'", "p = f'{base}/xyz/a.txt'"),
        ("os.system('cd tool && make')", "os.system('cd xyz && make')"),
        ("%%bash\ncp a tool/b\nls tool", "%%bash\ncp a xyz/b\nls xyz"),
        ("!pip install -q -r /content/tool/req.txt", "!pip install -q -r /content/xyz/req.txt"),
    ],
)
def test_what_uses_the_folder_follows(used: str, follows: str):
    assert renamed(CLONE, used)[1] == follows


@pytest.mark.parametrize(
    "other",
    [
        "from tool import run",
        "!pip install tool",
        "!python -m tool",
        "!wget https://example.org/tool/file",
        "print('this tool is fine')",
        "!ls my-tool tool.zip",
        "tool = 1",
    ],
)
def test_what_only_has_the_same_name_stays(other: str):
    assert renamed(CLONE, other)[1] == other


@pytest.mark.parametrize(
    ("clone", "written"),
    [
        (CLONE, f"{CLONE} xyz"),
        (f"{CLONE} tools/there", f"{CLONE} tools/xyz"),
        (f"{CLONE} . && ls", f"{CLONE} . && ls"),
        (f"{CLONE} 2>/dev/null", f"{CLONE} xyz 2>/dev/null"),
        (
            "os.system('git clone -q git@example.org:a/b')",
            "os.system('git clone -q git@example.org:a/b xyz')",
        ),
        ("!git clone https://example.org/{name}", "!git clone https://example.org/{name}"),
    ],
)
def test_a_clone_says_where_it_goes(clone: str, written: str):
    assert renamed(clone) == [written]
