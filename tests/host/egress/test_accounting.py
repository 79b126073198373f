"""Accounts are kept by host, refusals are told once, and everything is bounded."""

from datetime import UTC, datetime

from colonnade.host.egress.accounting import MOST_HOSTS, MOST_REFUSALS, OTHERS, Account
from colonnade.host.egress.errors import Refusal
from colonnade.runtimes.egress.reasons import Reason

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_bytes_and_time_are_counted_by_host() -> None:
    account = Account("r")
    flow = account.opened("a.example", 0.0)
    account.opened("a.example", 5.0)
    flow.sent_bytes += 10
    (first,) = account.report(10.0, NOON)
    assert first.attributes == {
        "sent_bytes": 10,
        "received_bytes": 0,
        "connections": 2,
        "open": 2,
        "seconds": 15.0,
        "hidden_hellos": 0,
    }
    assert list(account.report(12.0, NOON)) == []
    flow.received_bytes += 1
    account.closed(flow, 13.0)
    account.closed(flow, 13.0)
    (second,) = account.report(20.0, NOON)
    assert (second.attributes["seconds"], second.attributes["connections"]) == (2.0, 0)
    assert list(account.report(30.0, NOON)) == []


def test_many_hosts_are_counted_under_no_name() -> None:
    account = Account("r")
    for number in range(MOST_HOSTS + 50):
        account.opened(f"{number}.example", 0.0)
    told = list(account.report(1.0, NOON))
    assert len(told) == MOST_HOSTS + 1
    others = next(one for one in told if one.subject == OTHERS)
    assert others.attributes["connections"] == 50


def test_a_repeated_refusal_is_told_at_once_and_then_counted() -> None:
    account = Account("r")
    refusal = Refusal(Reason.DENIED, "a.pool.example", 443, "cryptomining", "own", "pool.example")
    assert account.refused(refusal, 0.0, NOON) is not None
    other = Refusal(Reason.DENIED, "b.pool.example", 443, "cryptomining", "own", "pool.example")
    assert account.refused(other, 1.0, NOON) is None
    assert list(account.report(30.0, NOON)) == []
    (told,) = account.report(61.0, NOON)
    assert told.attributes["count"] == 1
    assert account.refused(refusal, 62.0, NOON) is not None


def test_refusals_of_many_hosts_are_told_together() -> None:
    account = Account("r")
    told = [
        account.refused(Refusal(Reason.PORT, f"{number}.example"), 0.0, NOON)
        for number in range(MOST_REFUSALS + 500)
    ]
    assert sum(one is not None for one in told) == MOST_REFUSALS
    (others,) = account.report(1.0, NOON, last=True)
    assert (others.subject, others.attributes["count"]) == (OTHERS, 500)


def test_a_long_name_is_clipped_for_the_ledger() -> None:
    account = Account("r")
    account.opened(".".join(["a" * 60] * 4), 0.0)
    (told,) = account.report(1.0, NOON)
    assert len(told.subject) <= 200
