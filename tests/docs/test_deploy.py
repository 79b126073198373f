"""The files that the page of deployment tells to write are sound."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "deploy" / "single-machine.md").read_text("utf-8")
INSTALLED = "/opt/colonnade/.venv/bin/colonnade"
COLONNADE = Path(sys.executable).with_name("colonnade")
FILES = dict(re.findall(r"^```(?:ini)?\n# ([~/]\S+)\n(.*?)^```", PAGE, re.M | re.S))
UNITS = {name: text for name, text in FILES.items() if name.endswith(".service")}


def test_the_page_has_every_file() -> None:
    assert {Path(name).name for name in UNITS} == {"colonnade.service", "colonnade-host.service"}
    assert len(UNITS) == 3
    assert "/etc/apparmor.d/bwrap" in FILES


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_a_command_of_ours(name: str) -> None:
    (command,) = re.findall(r"^ExecStart=(.*)$", UNITS[name], re.M)
    program, subcommand, *options = command.split()
    assert program.endswith("/.venv/bin/colonnade")
    words = [str(COLONNADE), subcommand, "--help"]
    told = subprocess.run(words, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert options[0] == "--data"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_every_line_of_a_unit(name: str, tmp_path: Path) -> None:
    text = UNITS[name].replace(INSTALLED, str(COLONNADE))
    text = text.replace("%h/colonnade/.venv/bin/colonnade", str(COLONNADE))
    for other in ("colonnade.service", "colonnade-host.service"):
        (tmp_path / other).write_text(text)
    unit = tmp_path / Path(name).name
    words = ["systemd-analyze", "verify", "--man=no", str(unit)]
    said = subprocess.run(words, capture_output=True, text=True)
    mine = [line for line in said.stderr.splitlines() if str(tmp_path) in line]
    assert not mine
    unit.write_text(text.replace("[Service]", "[Service]\nNoSuchLine=yes"))
    said = subprocess.run(words, capture_output=True, text=True)
    assert "NoSuchLine" in said.stderr


@pytest.mark.skipif(not shutil.which("apparmor_parser"), reason="AppArmor is not installed")
def test_apparmor_understands_the_profile(tmp_path: Path) -> None:
    # An older parser knows neither the abi of Ubuntu 23.10 nor `userns`.
    text = FILES["/etc/apparmor.d/bwrap"]
    version = subprocess.run(["apparmor_parser", "-V"], capture_output=True, text=True).stdout
    if int(re.search(r"version (\d+)", version)[1]) < 4:  # pyright: ignore
        text = text.replace("abi <abi/4.0>,\n", "").replace("  userns,\n", "")
    (tmp_path / "bwrap").write_text(text)
    words = ["apparmor_parser", "-Q", "-K", str(tmp_path / "bwrap")]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_host_s_unit_hides_nothing_that_a_sandbox_needs() -> None:
    host = UNITS["/etc/systemd/system/colonnade-host.service"]
    keys = {line.split("=")[0] for line in host.splitlines() if "=" in line}
    assert not keys & {
        *("ProtectKernelTunables", "ProtectKernelLogs", "ProtectProc", "ProtectControlGroups"),
        *("PrivateDevices", "RestrictNamespaces", "PrivateUsers", "ProtectHostname"),
        *("MemoryDenyWriteExecute", "SystemCallFilter", "RestrictSUIDSGID"),
    }
