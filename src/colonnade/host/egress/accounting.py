"""What a runtime moved to and from each host, and what it was refused. Pure: the clock is given.

Everything is bounded: hosts and refusals beyond a number are counted together under no name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from colonnade.host.egress.errors import Refusal
from colonnade.observations import Observation, Trust
from colonnade.runtimes.egress.reasons import KIND_FLOW, KIND_REFUSED

SOURCE = "egress"
MOST_HOSTS = 256
MOST_REFUSALS = 32
WINDOW_SECONDS = 60.0
"""A refusal is told at once, and its repetitions together after so long."""
OTHERS = ""
"""Stands for all hosts beyond the bound."""
_SUBJECT_CHARACTERS = 200


@dataclass
class Flow:
    """What went to and came from one host since the last report; `open` connections at present."""

    sent_bytes: int = 0
    received_bytes: int = 0
    connections: int = 0
    hidden_hellos: int = 0
    seconds: float = 0.0
    open: int = 0
    since: float = 0.0

    def age(self, now: float) -> None:
        """Count the time of what is open up to `now`."""
        self.seconds += self.open * (now - self.since)
        self.since = now


@dataclass
class _Repeated:
    refusal: Refusal
    since: float
    count: int = 0


class Account:
    """One runtime's accounts."""

    def __init__(self, runtime: str) -> None:
        self._runtime = runtime
        self._flows: dict[str, Flow] = {}
        self._refusals: dict[tuple[str, str], _Repeated] = {}

    def opened(self, host: str, now: float) -> Flow:
        """A connection to `host` was made; the flow to count its bytes on."""
        flow = self._flows.get(host)
        if flow is None:
            name = host if len(self._flows) < MOST_HOSTS else OTHERS
            flow = self._flows.setdefault(name, Flow(since=now))
        flow.age(now)
        flow.open += 1
        flow.connections += 1
        return flow

    def closed(self, flow: Flow, now: float) -> None:
        """A connection that `opened` gave this flow has ended."""
        flow.age(now)
        flow.open -= 1

    def refused(self, refusal: Refusal, now: float, time: datetime) -> Observation | None:
        """Count a refusal; what is to be told at once, or None for a repetition."""
        key = (refusal.reason.value, refusal.entry or refusal.host)
        known = self._refusals.get(key)
        if known is not None:
            known.count += 1
            return None
        if len(self._refusals) >= MOST_REFUSALS:
            key, refusal = (refusal.reason.value, OTHERS), replace(refusal, host=OTHERS)
            self._refusals.setdefault(key, _Repeated(refusal, now)).count += 1
            return None
        self._refusals[key] = _Repeated(refusal, now)
        return self._refusal(refusal, 1, time)

    def report(self, now: float, time: datetime, last: bool = False) -> Iterator[Observation]:
        """What has moved since the last report, and repeated refusals whose window has ended.

        last: the runtime has ended, and windows end with it.
        """
        for host, flow in list(self._flows.items()):
            flow.age(now)
            if flow.connections or flow.sent_bytes or flow.received_bytes:
                yield self._flow(host, flow, time)
            if flow.open:
                flow.sent_bytes = flow.received_bytes = flow.connections = flow.hidden_hellos = 0
                flow.seconds = 0.0
            else:
                del self._flows[host]
        for key, known in list(self._refusals.items()):
            if last or now - known.since >= WINDOW_SECONDS:
                del self._refusals[key]
                if known.count:
                    yield self._refusal(known.refusal, known.count, time, repeated=True)

    def _flow(self, host: str, flow: Flow, time: datetime) -> Observation:
        return self._observation(
            KIND_FLOW,
            host,
            time,
            sent_bytes=flow.sent_bytes,
            received_bytes=flow.received_bytes,
            connections=flow.connections,
            open=flow.open,
            seconds=round(flow.seconds, 3),
            hidden_hellos=flow.hidden_hellos,
        )

    def _refusal(
        self, refusal: Refusal, count: int, time: datetime, repeated: bool = False
    ) -> Observation:
        return self._observation(
            KIND_REFUSED,
            refusal.host,
            time,
            reason=refusal.reason.value,
            port=refusal.port,
            category=refusal.category,
            list=refusal.list_id,
            entry=refusal.entry,
            count=count,
            repeated=repeated,
        )

    def _observation(
        self, kind: str, host: str, time: datetime, **attributes: str | int | float | bool
    ) -> Observation:
        subject = host[:_SUBJECT_CHARACTERS]
        return Observation(
            time, SOURCE, Trust.PROXY, kind, self._runtime, subject, dict(attributes)
        )
