import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind

CLONE = "git clone https://github.com/example/tool"


def clones(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.CLONE}


@pytest.mark.parametrize(
    "source",
    [
        f"import threading, os\nthreading.Thread(target=os.system, args=({CLONE!r},)).start()",
        f"import threading, os\nthreading.Timer(1, os.system, [{CLONE!r}]).start()",
        f"import os\nlist(map(os.system, [{CLONE!r}, 'ls']))",
        f"import os\nfor _ in pool.imap_unordered(os.system, [{CLONE!r}]):\n    pass",
        f"import os\npool.map_async(os.system, [{CLONE!r}])",
        f"import os\nsorted([{CLONE!r}], key=os.system)",
        f"import os\npool.submit(os.system, {CLONE!r})",
        f"import atexit, subprocess\natexit.register(subprocess.call, {CLONE!r}, shell=True)",
        f"from multiprocessing import Process\nfrom subprocess import run\n"
        f"Process(target=run, args=({CLONE.split()!r},)).start()",
    ],
)
def test_a_function_that_is_handed_on_is_read_with_what_it_is_given(source: str):
    assert "github.com/example/tool" in clones(source)


@pytest.mark.parametrize(
    "source",
    [
        f"import threading\nthreading.Thread(target=print, args=({CLONE!r},)).start()",
        f"list(map(len, [{CLONE!r}]))",
        "import os\nlist(map(os.system, unknown))",
    ],
)
def test_what_no_command_is_made_of_is_none(source: str):
    assert not clones(source)
