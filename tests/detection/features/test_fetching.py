import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind

DRIVEN = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456"


def fetched(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind in {Kind.DOWNLOAD, Kind.CLONE}}


@pytest.mark.parametrize(
    ("source", "address"),
    [
        (f"gdown.download(id='{DRIVEN}')", f"drive.google.com/{DRIVEN.lower()}"),
        (
            f"gdown.download('https://drive.google.com/uc?id={DRIVEN}')",
            "drive.google.com/" + DRIVEN.lower(),
        ),
        ("torch.hub.load('a/b:main', 'm')", "github.com/a/b"),
        ("torch.hub.load(repo_or_dir='a/b', model='m')", "github.com/a/b"),
        ("snapshot_download('a/b', repo_type='space')", "huggingface.co/spaces/a/b"),
        ("hf_hub_download(repo_id='a/b', filename='c.pth')", "huggingface.co/a/b"),
        ("Model.from_pretrained('a/b')", "huggingface.co/a/b"),
        ("from gradio_client import Client\nClient('a/b')", "huggingface.co/spaces/a/b"),
        ("urllib.request.urlretrieve('https://a.example/b', 'c')", "a.example/b"),
        ("Repo.clone_from('https://github.com/a/b', 'c')", "github.com/a/b"),
    ],
)
def test_what_a_call_fetches(source: str, address: str):
    assert address in fetched(source)


@pytest.mark.parametrize("source", ["d.get('https://a.example/b')", "Client('a')", "f('a/b')"])
def test_what_fetches_nothing(source: str):
    assert not fetched(source)
