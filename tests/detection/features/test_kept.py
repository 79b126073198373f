import json

import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind

CLONE = "git clone https://github.com/example/tool"
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": f"!{CLONE}"}]})


def clones(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.CLONE}


@pytest.mark.parametrize(
    "source",
    [
        f"!echo {CLONE} > a.sh\n!sh a.sh",
        "!printf 'git cl' > a.sh; printf 'one https://github.com/example/tool' >> a.sh; sh a.sh",
        f"!echo 'cd /tmp' > a.sh\n!echo {CLONE} >> a.sh\n!. ./a.sh",
        f"%%bash\ntee a <<E\n{CLONE}\nE\nchmod +x a && ./a",
        f"!echo {CLONE} > a.txt; cp a.txt b; bash b",
        f"!(crontab -l; echo '*/5 * * * * {CLONE}') | crontab -",
        f"%%bash\nprintf '@reboot {CLONE}\\n' > /etc/cron.d/a",
        f"open('n.ipynb', 'w').write({NOTEBOOK!r})\n%run n.ipynb",
        f"open('n.ipynb', 'w').write({NOTEBOOK!r})\n!jupyter nbconvert --execute --to html n.ipynb",
        f"open('n.ipynb', 'w').write({NOTEBOOK!r})\n!papermill n.ipynb out.ipynb",
    ],
)
def test_a_file_of_the_notebook_s_own_is_read_where_it_runs(source: str):
    assert "github.com/example/tool" in clones(source)


@pytest.mark.parametrize(
    "settings",
    [
        "portrait: /content/a.jpg\ndriver: /content/b.mp4",
        '{"portrait": "a.jpg", "driver": "b.mp4"}',
        "[job]\nportrait = a.jpg\ndriver = 'b.mp4'",
    ],
)
def test_settings_that_a_script_is_given_are_its_options(settings: str):
    handed = f"%%bash\ncat > job.yaml <<E\n{settings}\nE\npython go.py --config job.yaml"
    seen = {(one.kind, one.value) for one in extract(handed)}
    assert (Kind.OPTION, "--driver") in seen
    assert {(Kind.MEDIA, "still+driver"), (Kind.MEDIA, "still-file+video-file")} <= seen


def test_settings_that_no_script_is_given_are_no_options():
    seen = extract("%%bash\ncat > job.yaml <<E\nportrait: a.jpg\nE\npython go.py")
    assert (Kind.OPTION, "--portrait") not in {(one.kind, one.value) for one in seen}


@pytest.mark.parametrize(
    "source",
    [
        f"!echo {CLONE} > a.sh",
        f"!echo {CLONE} > a.sh; echo done > a.sh; sh a.sh",
        "open('n.ipynb', 'w').write('no notebook')\n%run n.ipynb",
    ],
)
def test_what_does_not_run_is_not_read(source: str):
    assert not clones(source)
