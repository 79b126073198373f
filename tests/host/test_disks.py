"""No runtime takes the last of the machine's disk."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from colonnade.host.disks import FREE_BYTES, check_room
from colonnade.kit.errors import StorageFull

Space = namedtuple("Space", "total used free")


def test_an_almost_full_disk_starts_no_runtime(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Space(1, 1, FREE_BYTES - 1))
    with pytest.raises(StorageFull):
        check_room(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Space(1, 1, FREE_BYTES))
    check_room(tmp_path)
