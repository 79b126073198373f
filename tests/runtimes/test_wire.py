"""The contract survives its way over the socket, and sockets are reached however deep they lie."""

import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from colonnade.kit.errors import Invalid
from colonnade.observations import Observation, Trust
from colonnade.runtimes import wire
from colonnade.runtimes.engine import LaunchSpec, Limits, RuntimeState, RuntimeStatus


def test_a_spec_and_a_status_arrive_as_they_were_sent() -> None:
    spec = LaunchSpec("0" * 32, Limits(cpus=1.5, disk_bytes=0), Path("/environments/one"))
    assert wire.SPEC.validate_json(wire.SPEC.dump_json(spec)) == spec
    now = datetime(2026, 11, 22, 12, 0, 0, 250_000, tzinfo=UTC)
    status = RuntimeStatus("0" * 32, RuntimeState.LOST, now, "ada", "The host restarted.")
    assert wire.STATUS.validate_json(wire.STATUS.dump_json(status)) == status


@given(st.binary())
def test_whatever_bytes_come_are_refused_or_a_whole_spec(body: bytes) -> None:
    try:
        spec = wire.SPEC.validate_json(body)
    except ValidationError:
        return
    assert isinstance(spec, LaunchSpec)


def test_of_what_is_noted_only_known_kinds_and_small_values_pass_and_all_are_hints() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    about: dict[str, str | int | float | bool] = {"count": 2, "example": "[1]"}
    seen = Observation(now, "gate", Trust.KERNEL, "output", "r", "torrent", about)
    made = wire.noted(seen).observation("s", now)
    assert made == Observation(now, "output", Trust.IN_SANDBOX, "output", "s", "torrent", about)
    for wrong in (
        replace(seen, kind="exec"),
        replace(seen, subject="x" * 101),
        replace(seen, attributes={"example": "x" * 101}),
        replace(seen, attributes={"count": -1}),
    ):
        with pytest.raises(Invalid):
            wire.noted(wrong)


def test_a_socket_is_reached_in_a_folder_whose_path_is_too_long_for_one(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    folder = wire.HostFolder(deep)
    assert folder.path.stat().st_mode & 0o777 == 0o700
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        with pytest.raises(OSError, match="too long"):
            client.connect(str(folder.path / "host.sock"))
        listener.bind(folder.control)
        listener.listen()
        client.connect(folder.control)
    assert (folder.path / "host.sock").exists()
    folder.close()
