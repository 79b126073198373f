"""What only shows over time: how folders grow, how long work goes on, how much goes where.

Each account belongs to one thing (a folder, a host, a device) and adds up what is told of it; its
features only ever become more. An account is small and knows no clock but the times it is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from colonnade.detection.conduct.attributes import number_of, text_of
from colonnade.detection.durations import steps_reached
from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.features.roles import folder_of
from colonnade.observations import Observation

POWERS = tuple(10**power for power in range(1, 9))
SIZES = tuple(
    (10 ** (6 + power), f"{10 ** (power % 3)}{'mb' if power < 3 else 'gb' if power < 6 else 'tb'}")
    for power in range(8)
)
MOST_LOOKS = 10
BUSY_SHARE = 0.85
"""Of what a runtime may use; a training that waits for data now and then stays above it."""
PAUSE_SECONDS = 60.0
"""A pause up to this long does not end a time of full use."""
ROUND_SECONDS = 600.0
"""Hosts and connections are counted anew after so long."""
MOST_HOSTS = 20_000
MAX_FOLDERS = 4


def counted(kind: Kind, what: str, number: float) -> Iterator[Feature]:
    """`what-10`, `what-100`, … as far as `number` reaches."""
    return (Feature.whole(kind, f"{what}-{power}") for power in POWERS if number >= power)


@dataclass(slots=True)
class FolderAccount:
    """Files of one extension in one folder."""

    grown: float = 0.0
    looks: int = 0

    def take(self, seen: Observation) -> Iterator[Feature]:
        """Add one look; everything that is now known of the folder."""
        grown = number_of(seen, "grown")
        self.grown += grown
        self.looks += bool(grown)
        for name in [name for name in seen.subject.split("/") if name][-MAX_FOLDERS:]:
            yield Feature.whole(Kind.PATH, name)
            if role := folder_of(name):
                yield Feature.whole(Kind.FOLDER, role)
        if extension := text_of(seen, "extension"):
            yield Feature.whole(Kind.PATH, f"*.{extension}")
        if form := text_of(seen, "format"):
            yield Feature.whole(Kind.FILE_FORMAT, form)
        yield from counted(Kind.COUNT, "files", number_of(seen, "count"))
        yield from counted(Kind.GROWN, "files", self.grown)
        for looks in range(2, min(self.looks, MOST_LOOKS) + 1):
            yield Feature.whole(Kind.GROWN, f"looks-{looks}")


@dataclass(slots=True)
class WorkAccount:
    """How long a device has been in nearly full use."""

    busy: float = 0.0
    paused: float = 0.0

    def take(self, seen: Observation, device: str, share: float) -> Iterator[Feature]:
        """Add one stretch of time with this share of use."""
        seconds = number_of(seen, "seconds")
        if share >= BUSY_SHARE:
            self.busy, self.paused = self.busy + seconds, 0.0
        else:
            self.paused += seconds
            self.busy = 0.0 if self.paused > PAUSE_SECONDS else self.busy
        yield Feature.whole(Kind.DEVICE, device)
        for step in steps_reached(self.busy):
            yield Feature.whole(Kind.LASTED, f"busy-{step}")


@dataclass(slots=True)
class HostAccount:
    """Connections to one host."""

    sent: float = 0.0
    received: float = 0.0
    connections: float = 0.0
    connected: float = 0.0
    last: float | None = None

    def take(self, seen: Observation) -> Iterator[Feature]:
        """Add one report of the proxy."""
        self.sent += number_of(seen, "sent_bytes")
        self.received += number_of(seen, "received_bytes")
        self.connections += number_of(seen, "connections")
        now = seen.time.timestamp()
        # Several connections at once count once: a report covers no more than the time since the
        # one before it.
        seconds = number_of(seen, "seconds")
        self.connected += seconds if self.last is None else min(seconds, max(now - self.last, 0.0))
        self.last = now
        yield Feature.whole(Kind.HOST, seen.subject)
        yield from counted(Kind.COUNT, "connections", self.connections)
        for way, moved in (("sent", self.sent), ("received", self.received)):
            for size, name in SIZES:
                if moved >= size:
                    yield Feature.whole(Kind.BYTES, f"{way}-{name}")
        for step in steps_reached(self.connected):
            yield Feature.whole(Kind.LASTED, f"connected-{step}")


@dataclass(slots=True)
class RefusalAccount:
    """Connections to one host that were refused for one reason."""

    count: float = 0.0

    def take(self, seen: Observation) -> Iterator[Feature]:
        """Add one report."""
        self.count += number_of(seen, "count")
        yield Feature.whole(Kind.HOST, seen.subject)
        yield Feature.whole(Kind.REFUSED, text_of(seen, "reason"))
        if category := text_of(seen, "category"):
            yield Feature.whole(Kind.REFUSED, f"category {category}")
        if port := int(number_of(seen, "port")):
            yield Feature.whole(Kind.PORT, str(port))
        yield from counted(Kind.COUNT, "refusals", self.count)


@dataclass(slots=True)
class WayOutAccount:
    """All connections of a runtime, in rounds of ten minutes."""

    begun: float = 0.0
    connections: float = 0.0
    hosts: set[str] = field(default_factory=set[str])

    def take(self, seen: Observation) -> Iterator[Feature]:
        """Add one report of the proxy about one host; '' stands for more than it counts apart."""
        now = seen.time.timestamp()
        if now - self.begun > ROUND_SECONDS:
            self.begun, self.connections = now, 0.0
            self.hosts.clear()
        self.connections += number_of(seen, "connections")
        if seen.subject and len(self.hosts) < MOST_HOSTS:
            self.hosts.add(seen.subject)
        yield from counted(Kind.COUNT, "hosts", len(self.hosts))
        yield from counted(Kind.COUNT, "all-connections", self.connections)
