"""What only shows over time is added up, and counted once for each step that it reaches."""

from datetime import UTC, datetime, timedelta
from typing import Any

from colonnade.detection.conduct.growth import (
    FolderAccount,
    HostAccount,
    RefusalAccount,
    WayOutAccount,
    WorkAccount,
)
from colonnade.observations import Observation, Trust

BEGUN = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


def seen(at: float = 0, subject: str = "a.example", **attributes: Any) -> Observation:
    time = BEGUN + timedelta(seconds=at)
    return Observation(time, "x", Trust.KERNEL, "x", "r1", subject, attributes)


def values(features: Any) -> set[str]:
    return {f"{one.kind}: {one.value}" for one in features}


def test_a_folder_grows_by_files_and_looks():
    account = FolderAccount()
    assert "grown: files-100" not in values(account.take(seen(grown=60, count=60)))
    second = values(account.take(seen(grown=50, count=110, format="jpeg", extension="jpg")))
    assert {"grown: files-100", "grown: looks-2", "count: files-100", "file-format: jpeg"} <= second
    assert "grown: looks-3" not in values(account.take(seen(grown=0, count=110)))


def test_a_folder_is_known_by_its_last_names_and_what_they_are_for():
    found = values(FolderAccount().take(seen(subject="/content/w/data_src/aligned", grown=1)))
    assert {"path: data_src", "path: aligned", "folder: aligned", "folder: source-data"} <= found


def test_full_use_is_added_up_over_short_pauses():
    account = WorkAccount()
    list(account.take(seen(seconds=200), "gpu", 0.95))
    list(account.take(seen(seconds=50), "gpu", 0.1))
    assert "lasted: busy-5m" in values(account.take(seen(seconds=150), "gpu", 0.95))


def test_a_long_pause_begins_anew():
    account = WorkAccount()
    list(account.take(seen(seconds=299), "gpu", 0.95))
    list(account.take(seen(seconds=61), "gpu", 0.1))
    assert values(account.take(seen(seconds=299), "gpu", 0.95)) == {"device: gpu"}


def test_a_runtime_in_half_use_is_never_busy():
    assert values(WorkAccount().take(seen(seconds=90_000), "gpu", 0.5)) == {"device: gpu"}


def test_connections_at_the_same_time_last_no_longer_than_the_time():
    account = HostAccount()
    list(account.take(seen(0, seconds=15, connections=20)))
    found = values(account.take(seen(60, seconds=20 * 60, connections=1)))
    assert not any(one.startswith("lasted") for one in found)
    assert "lasted: connected-5m" in values(account.take(seen(400, seconds=400)))


def test_bytes_are_told_in_powers_of_ten_each_way():
    found = values(HostAccount().take(seen(sent_bytes=12_000_000, received_bytes=1)))
    assert {"bytes: sent-1mb", "bytes: sent-10mb"} <= found
    assert "bytes: sent-100mb" not in found
    assert not any("received" in one for one in found)


def test_refusals_of_one_host_are_counted():
    account = RefusalAccount()
    list(account.take(seen(reason="port", port=3333, count=6)))
    found = values(account.take(seen(reason="port", port=3333, count=5, category="cryptomining")))
    assert {"refused: port", "refused: category cryptomining", "port: 3333"} <= found
    assert "count: refusals-10" in found


def test_hosts_are_counted_within_ten_minutes():
    account = WayOutAccount()
    for number in range(9):
        list(account.take(seen(number, f"h{number}.example", connections=1)))
    assert "count: hosts-10" in values(account.take(seen(20, "last.example", connections=1)))
    assert values(account.take(seen(700, "next.example", connections=1))) == set()
