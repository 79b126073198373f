"""The table that people read and the JSON that machines read."""

import json

import pytest

from bench.figures import Figure, at_least, at_most
from bench.report import Failure, aim, as_json, shown, summary, table

QUICK = Figure("claim", "pool to first result, p50", 48.94, "ms", at_most(100), "20 samples")
SLOW = Figure("claim", "cold to first result, p50", 3.5, "s", at_most(3))
PLAIN = Figure("memory", "host process", 31.2, "MB")
BROKEN = Failure("crowd", "a kernel was silent for 10 s")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (4000, "", "4,000"),
        (0, "", "0"),
        (1.1, "×", "1.10 ×"),
        (48.94, "ms", "48.9 ms"),
        (253.4, "ms", "253 ms"),
        (61234.0, "/s", "61,234 /s"),
        (-3.14159, "KB", "-3.14 KB"),
    ],
)
def test_values_have_three_digits_that_mean_something(value: float, unit: str, text: str) -> None:
    assert shown(value, unit) == text


def test_a_value_that_is_not_a_number_is_shown_as_such() -> None:
    assert shown(float("nan"), "ms") == "nan ms"


def test_a_target_says_its_direction() -> None:
    assert aim(at_most(100), "ms") == "≤ 100 ms"
    assert aim(at_least(0.8), "×") == "≥ 0.80 ×"
    assert aim(None, "ms") == ""


def test_the_table_has_each_figure_with_its_target_and_verdict() -> None:
    lines = table([QUICK, SLOW, PLAIN]).splitlines()
    assert [line.split()[-1] for line in lines if "first result" in line] == ["pass", "MISS"]
    assert any("48.9 ms" in line and "≤ 100 ms" in line for line in lines)
    assert "20 samples" in lines[lines.index("claim") + 2]
    assert lines[-1].split() == ["host", "process", "31.2", "MB"]


def test_figures_of_one_measurement_stand_together() -> None:
    headings = [line for line in table([QUICK, PLAIN, SLOW]).splitlines() if line[:1].strip()]
    assert headings == ["claim", "memory"]


def test_a_failed_measurement_is_named_with_its_reason() -> None:
    assert "crowd\n  FAILED: a kernel was silent for 10 s" in table([QUICK], [BROKEN])


def test_the_summary_counts_only_figures_with_targets() -> None:
    assert summary([QUICK, SLOW, PLAIN]) == "1 of 2 targets met"
    assert summary([QUICK], [BROKEN]) == "1 of 1 targets met; 1 measurements failed"


def test_a_report_of_nothing_can_be_printed() -> None:
    assert summary([]) == "0 of 0 targets met"
    assert "measured" in table([])


def test_the_json_holds_everything_that_the_table_holds() -> None:
    report = json.loads(as_json({"cores": 2}, [QUICK, PLAIN], [BROKEN]))
    assert report["schema"] == 1
    assert report["machine"] == {"cores": 2}
    assert report["figures"][0]["target"] == {"bound": 100, "direction": "at most"}
    assert [figure["met"] for figure in report["figures"]] == [True, None]
    assert report["failures"] == [{"measurement": "crowd", "reason": BROKEN.reason}]
