"""Progress that passes the gate is noted, from kernels and terminals, at next to no cost."""

import asyncio
import json

import aiohttp
import pytest

from colonnade.gate import taps
from colonnade.gate.inspection import Inspection
from colonnade.gate.protocol.message import make
from colonnade.gate.protocol.wire import form_of
from colonnade.gate.taps import LOOK_CHARACTERS, Tap, Taps
from colonnade.gate.terminal_inspection import TerminalInspection
from colonnade.observations import Observation, Trust
from colonnade.runtimes.terminal_names import public_name

from .harness import PATIENCE_SECONDS, RUNTIME_ID, Served

LINE = "[14:03:22][#000123][0512ms][0.1234][0.0567]"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the tap takes for the time; appending to it lets time pass."""
    times = [100.0]
    monkeypatch.setattr(taps, "monotonic", lambda: times[-1])
    return times


@pytest.mark.parametrize("subprotocol", [None, "v1.kernel.websocket.jupyter.org"])
def test_a_stream_is_looked_at_in_either_form_and_little_else(subprotocol: str | None) -> None:
    inspection = Inspection(form_of(subprotocol))
    for kind, content in (("stream", {"name": "stdout", "text": LINE}), ("status", {})):
        header: dict[str, object] = {"msg_id": "1", "msg_type": kind}
        frame = inspection.form.serialise(make("iopub", header, {}, {}, content))
        assert bool(inspection.printed(frame)) == (kind == "stream")
    assert inspection.printed(b"") == inspection.printed("") == ""


def test_one_frame_in_a_while_is_looked_at_and_only_its_end(clock: list[float]) -> None:
    noted: list[Observation] = []
    tap = Tap(RUNTIME_ID, noted.append)
    for number in range(4):
        assert tap.is_open
        tap.look("")
        assert tap.is_open
        tap.look(("x" * LOOK_CHARACTERS + "\\n" + LINE + "\\r").encode())
        assert not tap.is_open
        clock.append(clock[-1] + 1)
        assert bool(noted) == (number >= 2)
    (one,) = noted
    assert (one.kind, one.subject, one.trust) == ("output", "paired-losses", Trust.IN_SANDBOX)
    assert "ms" not in str(one.attributes["example"])
    tap.look((LINE + "\\r" + "x" * LOOK_CHARACTERS).encode())
    assert len(noted) == 1


def test_all_clients_of_a_kernel_share_its_tap() -> None:
    known = Taps([].append)
    first = known.of(RUNTIME_ID, "kernel")
    assert known.of(RUNTIME_ID, "kernel") is first
    assert known.of(RUNTIME_ID, "other") is not first


def test_a_terminal_prints_whatever_it_shows() -> None:
    assert TerminalInspection().printed('["stdout", "x"]') == '["stdout", "x"]'


async def test_a_real_program_s_progress_is_noted(
    served: Served, http: aiohttp.ClientSession
) -> None:
    name = (await served.server.ask("POST", "/api/terminals"))["name"]
    address = f"ws://{served.address}/terminals/websocket/{public_name(RUNTIME_ID, name)}"
    async with http.ws_connect(address) as socket, asyncio.timeout(PATIENCE_SECONDS):
        loop = f"for i in 1 2 3 4 5 6; do echo '{LINE}'; sleep 0.3; done"
        await socket.send_str(json.dumps(["stdin", f"{loop}\r"]))
        while not served.runtimes.noted:
            await socket.receive_str()
    assert served.runtimes.noted[0].runtime == RUNTIME_ID
    assert served.runtimes.noted[0].subject == "paired-losses"
    await served.server.ask("DELETE", f"/api/terminals/{name}")
