import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind
from colonnade.detection.features.revision import is_random


@pytest.mark.parametrize(
    ("command", "kind", "value"),
    [
        ("git checkout edc1b60092f2", Kind.REVISION, "commit"),
        ("git reset --hard HEAD~3", Kind.REVISION, "relative"),
        ("git checkout old", Kind.REVISION, "branch old"),
        ("git clone -b old https://github.com/a/b", Kind.REVISION, "branch old"),
        ("git rev-list -n 1 --before=2023-01-01 main", Kind.REVISION, "commit-before"),
        ("pip install git+https://github.com/a/b@edc1b600", Kind.REVISION, "commit"),
        ("git clone https://github.com/a/tool holiday", Kind.DISGUISE, "renamed-clone"),
        ("git clone https://github.com/a/tool x7f2k9q1", Kind.DISGUISE, "random-name"),
        ("wget https://bit.ly/abc", Kind.DISGUISE, "short-address"),
    ],
)
def test_states_and_names_are_seen(command: str, kind: Kind, value: str):
    assert (kind, value) in {(one.kind, one.value) for one in extract(f"!{command}")}


@pytest.mark.parametrize(
    "command",
    [
        "git clone https://github.com/a/tool",
        "git clone https://github.com/a/tool /content/tool",
        "git clone https://github.com/a/tool.git tool-main",
        "git clone https://github.com/a/tool .",
    ],
)
def test_a_clone_under_its_own_name_is_no_disguise(command: str):
    assert not [one for one in extract(f"!{command}") if one.kind is Kind.DISGUISE]


def test_names_that_people_give_are_not_random():
    assert not any(map(is_random, ["wav2lip", "stable-diffusion-2-1", "inswapper_128", "yolov5"]))
