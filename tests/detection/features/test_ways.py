import pytest

from colonnade.detection.features.ways import is_consequential, way_of


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("os.system", "run"),
        ("subprocess.run", "run"),
        ("get_ipython.system", "command"),
        ("get_ipython.run_line_magic", "magic"),
        ("exec", "execute"),
        ("timeit.timeit", "execute"),
        ("urllib.request.urlretrieve", "fetch"),
        ("git.Repo.clone_from", "fetch"),
        ("AutoModel.from_pretrained", "hub"),
        ("__import__", "reach"),
        ("print", ""),
    ],
)
def test_a_call_is_known_by_its_dotted_name(name: str, way: str):
    assert way_of(name) == way


def test_what_only_names_something_is_of_no_consequence():
    assert is_consequential("os.system")
    assert not is_consequential("AutoModel.from_pretrained")
    assert not is_consequential("__import__")
