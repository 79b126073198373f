"""The process connector: its messages, and what it sees of a sandbox that does not ask."""

import asyncio
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.sensors.process.connector import can_connect, exec_of
from colonnade.sensors.process.sensor import ProcessSensor

from .conftest import Box, Watch


def message(what: int, thread: int, process: int) -> bytes:
    return bytes(36) + struct.pack("=IIQII", what, 0, 0, thread, process)


def test_only_an_exec_names_a_process() -> None:
    assert exec_of(message(2, 7, 5)) == 5
    assert exec_of(message(1, 7, 5)) is None
    assert exec_of(message(2, 7, 5)[:-1]) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_survived(event: bytes) -> None:
    found = exec_of(event)
    assert found is None or found >= 0


@pytest.mark.sandbox
async def test_without_notification_programs_that_last_are_seen_by_the_connector(
    box: Box, watch: Watch
) -> None:
    if not can_connect():
        pytest.skip("this machine gives its events to nobody here")
    watch.sensor = ProcessSensor(watch.seen.append, connects=True)
    task = asyncio.create_task(watch.sensor.watch())
    box.asks = False
    await box.run("import subprocess; subprocess.call(['/bin/sleep', '0.5'])")
    task.cancel()
    (seen,) = [one for one in watch.seen if one.attributes["command"] == "/bin/sleep 0.5"]
    assert seen.attributes["via"] == "connector"
    assert seen.subject.endswith("/sleep")


@pytest.mark.sandbox
async def test_without_either_the_scan_sees_what_lives_for_a_second(box: Box, watch: Watch) -> None:
    box.asks = False
    await box.run("import subprocess; subprocess.call(['/bin/sleep', '1.5'])")
    (seen,) = [one for one in watch.seen if one.attributes["command"] == "/bin/sleep 1.5"]
    assert seen.attributes["via"] == "scan"
