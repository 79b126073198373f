"""What the operator is told about the machine."""

from pathlib import Path

import pytest

from colonnade.host.doctor import describe, report
from colonnade.kit.settings import Settings
from colonnade.runtimes.engine import Tier, TierLine


def test_a_line_names_its_level_and_its_remedy() -> None:
    line = TierLine("limits", "reduced", "resource limits only", "use systemd-run")
    text = describe(Tier(False, (line,)))
    assert "limits       reduced  resource limits only" in text
    assert "to raise it: use systemd-run" in text
    assert "Not sound" in text


@pytest.mark.sandbox
def test_the_report_is_found_by_trying(tmp_path: Path) -> None:
    text = report(Settings(data=tmp_path))
    for name in (
        "sandbox",
        "seccomp",
        "limits",
        "user ids",
        "disk limit",
        "network",
        "egress",
        "in-kernel hook",
    ):
        assert name in text
    assert "--unsafe-no-sandbox" in report(Settings(data=tmp_path, unsafe_no_sandbox=True))
