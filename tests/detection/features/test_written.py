import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind

CLONE = "git clone https://github.com/example/tool"


def clones(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.CLONE}


@pytest.mark.parametrize(
    "written",
    [
        f"open('a.sh', 'w').write({CLONE!r})",
        f"f = open('a.sh', 'w')\nf.write('cd /tmp\\n')\nf.write({CLONE!r})",
        f"open('a.sh', 'w').writelines(['cd /tmp\\n', {CLONE!r}])",
        f"f = open('a.sh', 'w')\nprint('cd /tmp', file=f)\nprint({CLONE!r}, file=f)",
        f"from pathlib import Path\nPath('a.sh').write_text({CLONE!r})",
        f"import shutil\nopen('b', 'w').write({CLONE!r})\nshutil.move('b', 'a.sh')",
        f"import os\nopen('b', 'w').write({CLONE!r})\nos.rename('b', 'a.sh')",
    ],
)
def test_what_a_written_file_holds_is_read_where_it_runs(written: str):
    assert "github.com/example/tool" in clones(f"{written}\n!bash a.sh")
    assert not clones(f"{written}\n!ls")


def test_what_is_printed_into_a_file_that_is_not_known_is_not_kept():
    assert not clones(f"print({CLONE!r}, file=unknown)\n!bash a.sh")
