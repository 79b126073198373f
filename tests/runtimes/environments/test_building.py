import fcntl
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from colonnade.kit.errors import Invalid, StorageFull, Unavailable
from colonnade.runtimes.environments import DEFAULT, build, building, ready
from colonnade.runtimes.environments.shelf import read_manifest

SMALL = {"small": {"requirements": ["six==1.17.0"]}}
IMPOSSIBLE = {"impossible": {"requirements": ["six==1.17.0", "six==1.16.0"]}}


def nothing_half_built(root: Path) -> bool:
    return not [entry for entry in root.iterdir() if not entry.name.endswith(".lock")]


def test_the_default_is_readable_and_runs_its_packages(environment: Path) -> None:
    code = "import numpy, pandas, sklearn, matplotlib, ipykernel, jupyter_server, terminado, pip"
    subprocess.run([environment / "bin" / "python", "-I", "-c", code], check=True)
    assert environment.stat().st_mode & 0o005 == 0o005
    manifest = read_manifest(environment)
    assert manifest is not None
    assert "ipykernel==7.4.0" in manifest.packages


def test_a_built_environment_is_not_built_again_nor_its_shelf_written_to(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.delattr(building, "_only_builder")
    assert build(DEFAULT, environment.parent, said.append) == environment
    assert len(said) == 1
    assert ready(DEFAULT, environment.parent) == environment


@pytest.mark.deep
def test_an_operators_environment_is_resolved_built_and_frozen(tmp_path: Path) -> None:
    said: list[str] = []
    folder = build("small", tmp_path, said.append, SMALL)
    manifest = read_manifest(folder)
    assert manifest is not None
    assert "six==1.17.0" in manifest.packages
    assert any("%" in line for line in said)
    assert ready("small", tmp_path, SMALL) == folder


def test_packages_that_do_not_fit_together_are_said_so_and_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="impossible"):
        build("impossible", tmp_path, print, IMPOSSIBLE)
    assert nothing_half_built(tmp_path)


def test_a_network_that_fails_is_said_so_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:1/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "root"
    with pytest.raises(Unavailable, match="could not be built") as caught:
        build("small", root, print, SMALL)
    assert "://" not in caught.value.message
    assert nothing_half_built(root)


def test_a_disk_without_room_is_said_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "FREE_BYTES_NEEDED", 1 << 60)
    with pytest.raises(StorageFull, match="GB free"):
        build("small", tmp_path, print, SMALL)
    assert nothing_half_built(tmp_path)


def test_what_a_killed_builder_left_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".small.building-0badcafe").mkdir()
    monkeypatch.setattr(building, "FREE_BYTES_NEEDED", 1 << 60)
    with pytest.raises(StorageFull):
        build("small", tmp_path, print, SMALL)
    assert nothing_half_built(tmp_path)


def test_a_second_builder_waits_for_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "FREE_BYTES_NEEDED", 1 << 60)
    waiting = threading.Event()
    raised: list[Exception] = []

    def second() -> None:
        def heard(line: str) -> Any:
            if "waiting" in line:
                waiting.set()

        try:
            build("small", tmp_path, heard, SMALL)
        except StorageFull as full:
            raised.append(full)

    with (tmp_path / ".small.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(10)
        assert not raised
    thread.join(10)
    assert raised


def test_a_root_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFull, match="could not be written"):
        build("small", tmp_path / "file" / "root", print, SMALL)
