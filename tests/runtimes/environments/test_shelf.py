from pathlib import Path

import pytest

from colonnade.kit.errors import NotFound
from colonnade.runtimes.environments import DEFAULT, environments_root, listing, ready, recipe
from colonnade.runtimes.environments.shelf import MANIFEST, place


def test_an_environment_that_was_not_built_is_listed_but_not_ready(tmp_path: Path) -> None:
    assert [(entry.name, entry.folder) for entry in listing(tmp_path)] == [(DEFAULT, None)]
    with pytest.raises(NotFound, match="colonnade env build") as caught:
        ready(DEFAULT, tmp_path)
    assert "not been built" in caught.value.message


def test_a_folder_without_a_whole_manifest_is_not_ready(tmp_path: Path) -> None:
    folder = place(tmp_path, recipe(DEFAULT))
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").write_text("")
    (folder / MANIFEST).write_text('{"name": "scien')
    with pytest.raises(NotFound):
        ready(DEFAULT, tmp_path)


def test_the_root_is_in_the_data_folder_unless_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLONNADE_ENVIRONMENTS", raising=False)
    assert environments_root(tmp_path) == tmp_path / "environments"
    monkeypatch.setenv("COLONNADE_ENVIRONMENTS", str(tmp_path / "elsewhere"))
    assert environments_root(tmp_path) == tmp_path / "elsewhere"
