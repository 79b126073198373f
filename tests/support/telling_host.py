"""A real host that tells of whatever a test says was seen: lines of JSON on DATA/host/tell.sock.

Run as a program with `--data DIR` before the control plane, which then finds a host that answers.
"""

import argparse
import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter

from colonnade.detection.conduct.finding import ConductFinding, Sighting, observation_of
from colonnade.detection.rules import Axis
from colonnade.detection.scopes import Scope
from colonnade.host import server
from colonnade.host.supervisor import Supervisor
from colonnade.kit.settings import read_settings
from colonnade.observations import Observation, Trust

OBSERVATION = TypeAdapter(Observation)


def finding(
    runtime: str,
    sensors: str = "process",
    confidence: float = 0.95,
    rule: str = "swap-runs",
    outside: bool = True,
    category: str = "deepfakes",
) -> Observation:
    """What the judge of conduct tells when a rule holds over a runtime."""
    now = datetime.now(UTC)
    names = tuple(sorted(sensors.split()))
    seen = f"python main.py train --model {rule}"
    told = ConductFinding(
        runtime=runtime,
        rule=rule,
        rules_version="v",
        category=category,
        axis=Axis.CONDUCT,
        confidence=confidence,
        scope=Scope.RUNTIME,
        sensors=names,
        outside=outside,
        first_at=now - timedelta(seconds=20),
        last_at=now,
        seconds=20.0,
        times=1,
        evidence=tuple(Sighting(now, name, Trust.KERNEL, seen) for name in names),
    )
    return observation_of(told, now)


def tell(data: Path, observation: Observation) -> None:
    """Have the host of this data folder tell of it."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(data / "host" / "tell.sock"))
        client.sendall(json.dumps(asdict(observation), default=str).encode() + b"\n")


@contextmanager
def telling_host(data: Path) -> Iterator[None]:
    """Such a host for a data folder, answering; whoever uses it ends it as any other."""
    data.mkdir(parents=True, exist_ok=True)
    with (data.parent / "host.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, __file__, "--data", str(data)], stdout=log, stderr=log
        )
    # Whoever ends it looks whether the process is gone, so somebody must wait for it at once.
    threading.Thread(target=process.wait, daemon=True).start()
    try:
        deadline = time.monotonic() + 60
        while not (data / "host" / "tell.sock").exists():
            assert process.poll() is None, (data.parent / "host.log").read_text()[-2000:]
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(30)


class _Teller(Supervisor):
    async def watch_memory(self) -> None:
        address = str(self._folder.path / "tell.sock")
        async with await asyncio.start_unix_server(self._take, address):
            await super().watch_memory()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            self.telling.observe(OBSERVATION.validate_json(line))
        writer.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    server.Supervisor = _Teller  # type: ignore[misc]
    server.run(read_settings(parser.parse_args().data))
