"""What operators count at the gate. Labels are bounded: what a stranger chose becomes 'other'."""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from time import perf_counter

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

from colonnade.gate.protocol.requests import ALLOWED

_CHANNELS = frozenset({"shell", "control", "stdin", "terminal"})
_TYPES = frozenset({kind for _, kind in ALLOWED}) | {
    "debug_request",
    "shutdown_request",
    "usage_request",
    "connect_request",
    "create_subshell_request",
    "line",
}
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)


class GateMetrics:
    """The gate's collectors, registered with `registry`."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._messages = Counter(
            "colonnade_gate_messages",
            "Messages from clients that were judged, refused or malformed.",
            ["channel", "type", "outcome"],
            registry=registry,
        )
        self._sockets = Gauge(
            "colonnade_gate_sockets", "Open sockets at the gate.", ["kind"], registry=registry
        )
        self._judging = Histogram(
            "colonnade_gate_judging_seconds",
            "Time from asking for a verdict to having it.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._counter = cache(self._messages.labels)

    def count(self, channel: str, kind: str, outcome: str) -> None:
        """One message of `kind` on `channel` had this `outcome`."""
        channel = channel if channel in _CHANNELS else "other"
        self._counter(channel, kind if kind in _TYPES else "other", outcome).inc()

    @contextmanager
    def socket(self, kind: str) -> Generator[None]:
        """A socket of `kind` ('kernel', 'terminal') is open inside the block."""
        with self._sockets.labels(kind).track_inprogress():
            yield

    @contextmanager
    def judging(self) -> Generator[None]:
        """A verdict is waited for inside the block."""
        started = perf_counter()
        try:
            yield
        finally:
            self.judged(perf_counter() - started)

    def judged(self, seconds: float) -> None:
        """A verdict was there after `seconds`."""
        self._judging.observe(seconds)


@cache
def process_metrics() -> GateMetrics:
    """The collectors in prometheus_client's own registry, which knows each name once a process."""
    return GateMetrics()
