"""What the operator is told about the machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from colonnade.host.doctor import as_json, describe, examine
from colonnade.host.ground import _drive_line
from colonnade.kit.settings import Settings
from colonnade.runtimes.engine import Tier, TierLine

COLONNADE = Path(sys.executable).with_name("colonnade")


def test_a_line_names_its_level_and_its_remedy() -> None:
    line = TierLine("limits", "reduced", "resource limits only", "use systemd-run")
    text = describe(Tier(False, (line,)))
    assert "limits       reduced  resource limits only" in text
    assert "to raise it: use systemd-run" in text
    assert "Not sound" in text


@pytest.mark.sandbox
def test_the_report_is_found_by_trying(tmp_path: Path) -> None:
    tier = examine(Settings(data=tmp_path))
    names = (
        "sandbox, seccomp, limits, user ids, disk limit, drive limit, network, egress, processes,"
        " exec gate, files, gpu, in-kernel hook"
    )
    assert set(names.split(", ")) <= {line.name for line in tier.lines}
    text = describe(tier)
    assert all(len(line) <= 100 for line in text.splitlines())
    assert json.loads(as_json(tier))["lines"][0]["name"] == "sandbox"
    open_to_all = examine(Settings(data=tmp_path, unsafe_no_sandbox=True))
    assert not open_to_all.sound
    assert "--unsafe-no-sandbox" in describe(open_to_all)


@pytest.mark.sandbox
def test_without_bubblewrap_the_machine_is_not_sound_and_the_command_fails(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    command = [str(COLONNADE), "doctor", "--format", "json"]
    variables = {"PATH": str(tmp_path / "bin"), "COLONNADE_DATA": str(tmp_path / "data")}
    done = subprocess.run(command, capture_output=True, text=True, env=variables)
    told = json.loads(done.stdout)
    lines = {line["name"]: line for line in told["lines"]}
    assert done.returncode == 1
    assert not told["sound"]
    assert lines["sandbox"]["level"] == "missing"
    assert "apt install bubblewrap" in lines["sandbox"]["remedy"]


@pytest.mark.sandbox
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hide the control groups")
def test_without_control_groups_limits_are_reduced(tmp_path: Path) -> None:
    hide = 'mount -t tmpfs none /sys/fs/cgroup && exec "$@"'
    command = ["unshare", "--mount", "sh", "-c", hide, "sh", str(COLONNADE)]
    command += ["doctor", "--format", "json", "--data", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = {line["name"]: line for line in json.loads(done.stdout)["lines"]}
    assert lines["limits"]["level"] == "reduced"
    assert lines["limits"]["remedy"].startswith("start it by: systemd-run --scope")


def test_files_of_people_on_a_disk_of_their_own_are_bounded(tmp_path: Path) -> None:
    assert _drive_line(tmp_path).level == "reduced"
    (tmp_path / "areas").symlink_to("/dev/shm" if Path("/dev/shm").is_mount() else "/proc")
    assert _drive_line(tmp_path).level == "full"
