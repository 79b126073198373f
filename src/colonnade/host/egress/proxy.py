"""The proxy's process: `python -m colonnade.host.egress.proxy DESCRIPTOR`.

It lives as long as the host holds the other end of the descriptor. As root it becomes a user who
owns nothing once everything is imported. It holds no secret and can write nowhere; what it knows of
a runtime goes with it, and the host tells the next one.
"""

import asyncio
import os
import resource
import socket
import sys
from contextlib import suppress

import uvloop

from colonnade.host.egress.control import REPORT, Report, What, receive_order
from colonnade.host.egress.door import Door
from colonnade.host.egress.guest import Guest
from colonnade.host.egress.resolver import Resolver
from colonnade.kit.ownership import EGRESS_UID
from colonnade.observations import Observation

PULSE_SECONDS = 1.0
REPORT_PULSES = 15
OPEN_FILES = 65_536


class Proxy:
    """Everybody's doors, and the way to the host."""

    def __init__(self, host: socket.socket, resolver: Resolver) -> None:
        self._host, self._resolver = host, resolver
        self._doors: dict[str, Door] = {}
        self._dropped = 0
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Until the host has gone."""
        reading = asyncio.create_task(self._obey())
        pulses = 0
        while not reading.done():
            await asyncio.wait([reading], timeout=PULSE_SECONDS)
            pulses += 1
            self._send(Report(dropped=self._dropped))
            for door in list(self._doors.values()):
                door.sweep()
                if pulses % REPORT_PULSES == 0:
                    door.guest.report()
        reading.result()

    async def _obey(self) -> None:
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        loop.add_reader(self._host, readable.set)
        with suppress(EOFError, ConnectionError):
            while True:
                try:
                    order, listener, terms = receive_order(self._host)
                except BlockingIOError:
                    readable.clear()
                    await readable.wait()
                    continue
                if order.what is What.CLOSE:
                    await self._close(order.runtime)
                elif listener is not None and terms is not None:
                    await self._close(order.runtime)
                    guest = Guest(
                        order.runtime, terms, self._resolver, self._tell, order.spent_bytes
                    )
                    self._doors[order.runtime] = Door(guest)
                    await self._doors[order.runtime].open(listener)
        loop.remove_reader(self._host)

    async def _close(self, runtime: str) -> None:
        if (door := self._doors.get(runtime)) is not None:
            await door.close()
            del self._doors[runtime]

    def _tell(self, observation: Observation) -> None:
        door = self._doors.get(observation.runtime)
        spent = door.guest.allowance.spent_bytes if door else 0
        self._send(Report(observation, spent, self._dropped))

    def _send(self, report: Report) -> None:
        try:
            self._host.send(REPORT.dump_json(report))
        except BlockingIOError:
            self._dropped += report.observation is not None
        except OSError:
            # The host has gone; the reading end notices and everything ends.
            pass


def confine(user: int) -> None:
    """Give up what the process does not need; as root also being root."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.chdir("/")
    with suppress(PermissionError):
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)


def main() -> None:
    """Serve until the host has gone."""
    host = socket.socket(fileno=int(sys.argv[1]))
    host.setblocking(False)
    "a.example".encode("idna")  # Loads what the system's resolver needs, while it can be read.
    confine(EGRESS_UID)
    uvloop.run(Proxy(host, Resolver()).run())


if __name__ == "__main__":
    main()
