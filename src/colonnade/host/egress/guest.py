"""What belongs to one runtime in the proxy: its terms, accounts and limits."""

import asyncio
import socket
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager

from colonnade.host.egress.accounting import Account, Flow
from colonnade.host.egress.addresses import are_public
from colonnade.host.egress.allowance import Allowance
from colonnade.host.egress.errors import Refusal, Refused
from colonnade.host.egress.policy import Policy
from colonnade.host.egress.resolver import Resolver, dial, leads_to_itself
from colonnade.kit.clock import utcnow
from colonnade.observations import Observation
from colonnade.runtimes.egress.reasons import Reason
from colonnade.runtimes.egress.terms import EgressTerms

LOOKUPS_AT_ONCE = 8

Tell = Callable[[Observation], None]
"""Takes what was observed, and never waits."""


class Guest:
    """One runtime. `runtime` is its id."""

    def __init__(
        self, runtime: str, terms: EgressTerms, resolver: Resolver, tell: Tell, spent_bytes: int = 0
    ) -> None:
        self.runtime, self.terms = runtime, terms
        self.policy = Policy(terms)
        self.allowance = Allowance(terms.bytes_per_second, terms.volume_bytes, spent_bytes)
        self._account = Account(runtime)
        self._resolver, self._tell = resolver, tell
        self._hosts = dict(terms.hosts)
        self._lookups = asyncio.Semaphore(LOOKUPS_AT_ONCE)

    async def reach(self, host: str, port: int, tunnel: bool) -> socket.socket:
        """A connection to `host`, judged, looked up once and dialled at what was found.

        Raises Refused, or Unreached when there is no such host or it does not answer.
        """
        refusal = self.policy.refuse(host, port, tunnel)
        if refusal is None and self.allowance.is_used_up:
            refusal = Refusal(Reason.VOLUME, host, port)
        if refusal is not None:
            raise Refused(refusal)
        addresses = await self._resolver.addresses(host, self._hosts, self._lookups)
        trusted = self.policy.is_trusted(host, port)
        if not trusted and not are_public(addresses):
            raise Refused(Refusal(Reason.PRIVATE, host, port))
        connection = await dial(addresses, port)
        if not trusted and leads_to_itself(connection):
            connection.close()
            raise Refused(Refusal(Reason.PRIVATE, host, port))
        return connection

    def refused(self, refusal: Refusal) -> None:
        """Count a refusal, and tell it unless it repeats one."""
        seen = self._account.refused(refusal, now(), utcnow())
        if seen is not None:
            self._tell(seen)

    @contextmanager
    def flow(self, host: str) -> Generator[Flow]:
        """A connection to `host` is open inside the block."""
        flow = self._account.opened(host, now())
        try:
            yield flow
        finally:
            self._account.closed(flow, now())

    def report(self, last: bool = False) -> None:
        """Tell what has moved since the last report."""
        self._tell_all(self._account.report(now(), utcnow(), last))

    def _tell_all(self, observations: Iterable[Observation]) -> None:
        for observation in observations:
            self._tell(observation)


def now() -> float:
    """The running loop's clock, in seconds."""
    return asyncio.get_running_loop().time()
