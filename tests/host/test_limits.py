"""Groups are made, counted and removed; the files of either kind are read alike."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from colonnade.host.limits import (
    CgroupV1,
    CgroupV2,
    ResourceLimits,
    find_limiter,
    processes_in,
    remove_groups,
)
from colonnade.runtimes.engine import Limits


def test_a_group_holds_its_process_and_is_removed_with_it(tmp_path: Path) -> None:
    limiter = find_limiter(f"colonnade-test-{os.getpid()}")
    if isinstance(limiter, ResourceLimits):
        pytest.skip("no control group is delegated here")
    folders = limiter.create("one", Limits(memory_bytes=64 << 20))
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        for folder in folders:
            (folder / "cgroup.procs").write_text(str(child.pid))
        assert processes_in(folders) == {child.pid}
        assert limiter.kills_for_memory(folders) == 0
        used = limiter.cpu_seconds(folders)
        assert used is not None
        assert used >= 0
        child.kill()
        child.wait()
        remove_groups(folders)
    assert not any(folder.exists() for folder in folders)
    limiter.close()


def test_runtimes_weigh_by_what_they_were_promised_and_all_of_them_less_than_the_host() -> None:
    limiter = find_limiter(f"colonnade-test-{os.getpid()}")
    if not isinstance(limiter, CgroupV1):
        pytest.skip("version 1 is not here")
    small, large = (limiter.create(name, Limits(cpus)) for name, cpus in (("a", 0.5), ("b", 2)))
    try:
        weights = [_shares(folders) for folders in (small, large)]
        assert weights == [512, 2048]
        parents = [next(f for f in small if (f / "cpu.shares").exists()).parent]
        assert _shares(parents) == 256
    finally:
        remove_groups([*small, *large])
        limiter.close()


def _shares(folders: Iterable[Path]) -> int:
    (found,) = (f / "cpu.shares" for f in folders if (f / "cpu.shares").exists())
    return int(found.read_text())


def test_a_tree_without_the_controllers_is_no_limiter(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("io rdma\n")
    with pytest.raises(FileNotFoundError):
        CgroupV2(tmp_path, "group")
    assert not (tmp_path / "group").exists()


def test_the_counts_of_a_v2_group_are_read_from_its_files(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("cpu memory pids\n")
    (tmp_path / "cgroup.subtree_control").write_text("")
    (tmp_path / "group").mkdir()
    (tmp_path / "group" / "cgroup.subtree_control").write_text("")
    limiter = CgroupV2(tmp_path, "group")
    folder = tmp_path / "group" / "one"
    folder.mkdir()
    for name in ("memory.max", "memory.swap.max", "pids.max", "cpu.max", "cpu.weight"):
        (folder / name).touch()
    assert limiter.create("one", Limits(1.5, 1 << 20, 0, 7)) == (folder,)
    assert (folder / "memory.max").read_text() == str(1 << 20)
    assert (folder / "pids.max").read_text() == "7"
    assert (folder / "cpu.max").read_text() == "150000 100000"
    assert (folder / "cpu.weight").read_text() == "150"
    (folder / "cpu.stat").write_text("usage_usec 2500000\nuser_usec 1\n")
    (folder / "memory.events").write_text("low 0\noom 3\noom_kill 2\n")
    assert limiter.cpu_seconds([folder]) == 2.5
    assert limiter.kills_for_memory([folder]) == 2
