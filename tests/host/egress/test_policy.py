"""Where a runtime may ask to go."""

import pytest

from colonnade.host.egress.policy import Policy
from colonnade.runtimes.egress.lists import shipped_lists
from colonnade.runtimes.egress.reasons import Reason
from colonnade.runtimes.egress.terms import DenyList, EgressTerms, Mode


def why(terms: EgressTerms, host: str, port: int = 443, tunnel: bool = True) -> Reason | None:
    refusal = Policy(terms).refuse(host, port, tunnel)
    return refusal.reason if refusal else None


OPEN = EgressTerms(Mode.OPEN, deny=shipped_lists())


def test_without_a_way_out_nothing_is_reached() -> None:
    assert why(EgressTerms(), "a.example") is Reason.NOT_ALLOWED


@pytest.mark.parametrize(
    "host",
    [
        "supportxmr.com",
        "pool.supportxmr.com",
        "eu.stratum.example.org",
        "xmr-eu.pool.example",
        "ngrok.io",
        "a.b.ngrok-free.app",
        "tracker.opentrackr.org",
    ],
)
def test_a_listed_domain_closes_what_lies_beneath_it(host: str) -> None:
    assert why(OPEN, host) is Reason.DENIED


@pytest.mark.parametrize(
    "host",
    [
        "pool.ntp.example",
        "notsupportxmr.com",
        "supportxmr.com.example",
        "substratum.example",
        "stratumfinance.example",
        "carpool.example",
        "pools.example.org",
    ],
)
def test_a_name_that_only_looks_alike_is_open(host: str) -> None:
    assert why(OPEN, host) is None


def test_a_refusal_names_list_and_clause() -> None:
    refusal = Policy(OPEN).refuse("eu.pool.supportxmr.com", 443, True)
    assert refusal is not None
    assert (refusal.list_id, refusal.category) == ("mining-pools", "cryptomining")
    assert refusal.entry == "supportxmr.com"
    assert refusal.words == (
        "eu.pool.supportxmr.com is refused: it is on a list of the policy (mining-pools)"
    )


def test_an_allow_list_opens_domains_and_the_operator_s_places_only() -> None:
    terms = EgressTerms(
        Mode.ALLOW_LIST,
        deny=(DenyList("own", "network", "closed", ("bad.data.example",)),),
        allow=("data.example",),
        private=("pypi.lab.example:8443",),
    )
    assert why(terms, "data.example") is None
    assert why(terms, "eu.data.example") is None
    assert why(terms, "bad.data.example") is Reason.DENIED
    assert why(terms, "other.example") is Reason.NOT_ALLOWED
    assert why(terms, "pypi.lab.example", 8443) is None
    assert why(terms, "pypi.lab.example", 8444) is Reason.PORT


def test_tunnels_lead_to_443_and_plain_requests_to_80() -> None:
    assert why(OPEN, "a.example", 80, tunnel=True) is Reason.PORT
    assert why(OPEN, "a.example", 443, tunnel=False) is Reason.PORT
    assert why(OPEN, "a.example", 80, tunnel=False) is None
    assert why(OPEN, "a.example", 22) is Reason.PORT
