"""Whether a runtime may ask for a host: its terms, made quick to look up. Pure."""

from collections.abc import Iterable

from colonnade.host.egress.errors import Refusal
from colonnade.runtimes.egress.names import suffixes
from colonnade.runtimes.egress.reasons import Reason
from colonnade.runtimes.egress.terms import DenyList, EgressTerms, Mode

TLS_PORT, HTTP_PORT = 443, 80


class Policy:
    """The terms of one runtime as questions."""

    def __init__(self, terms: EgressTerms) -> None:
        self._terms = terms
        self._private = frozenset(terms.private)
        self._allowed = frozenset(terms.allow) | {
            place.rpartition(":")[0] for place in terms.private
        }
        self._denied = {domain: one for one in terms.deny for domain in one.domains}
        self._words = [
            (frozenset(words), one) for one in terms.deny for words in one.words if words
        ]

    def is_trusted(self, host: str, port: int) -> bool:
        """Whether the operator said that this place may have a private address."""
        return f"{host}:{port}" in self._private

    def refuse(self, host: str, port: int, tunnel: bool) -> Refusal | None:
        """Why `host` may not be asked for at `port`, or None.

        1. Without a way out, nothing may.
        2. What a deny-list names is refused, by its name, a domain around it or words.
        3. With the mode 'allow-list', what is not named is refused.
        4. A tunnel leads to port 443, a plain request to port 80, but for the operator's places.
        """
        if self._terms.mode == Mode.NONE:
            return Refusal(Reason.NOT_ALLOWED, host, port)
        if not self.is_trusted(host, port):
            denied = self._denying(host)
            if denied is not None:
                by, entry = denied
                return Refusal(Reason.DENIED, host, port, by.category, by.id, entry)
        if self._terms.mode == Mode.ALLOW_LIST and not _includes(self._allowed, host):
            return Refusal(Reason.NOT_ALLOWED, host, port)
        if port != (TLS_PORT if tunnel else HTTP_PORT) and not self.is_trusted(host, port):
            return Refusal(Reason.PORT, host, port)
        return None

    def _denying(self, host: str) -> tuple[DenyList, str] | None:
        for suffix in suffixes(host):
            if suffix in self._denied:
                return self._denied[suffix], suffix
        parts = set(host.replace("-", ".").split("."))
        for words, one in self._words:
            if words <= parts:
                return one, " ".join(sorted(words))
        return None


def _includes(domains: Iterable[str], host: str) -> bool:
    return any(suffix in domains for suffix in suffixes(host))
