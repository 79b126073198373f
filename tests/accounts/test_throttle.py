"""Guessing gets slower; waiting makes up for it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from colonnade.accounts.throttle import FORGET_AFTER, Throttle, network_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_the_first_failures_cost_no_wait() -> None:
    throttle = Throttle(free=3, longest_seconds=60)
    for _ in range(2):
        throttle.count("ada", NOW)
    assert throttle.wait_seconds("ada", NOW) == 0


def test_each_further_failure_doubles_the_wait_up_to_the_longest() -> None:
    throttle = Throttle(free=1, longest_seconds=5)
    waits: list[float] = []
    for _ in range(5):
        throttle.count("ada", NOW)
        waits.append(throttle.wait_seconds("ada", NOW))
    assert waits == [1, 2, 4, 5, 5]
    assert throttle.wait_seconds("bob", NOW) == 0


def test_an_hour_without_failures_forgets_them() -> None:
    throttle = Throttle(free=0, longest_seconds=9999)
    throttle.count("ada", NOW)
    assert throttle.wait_seconds("ada", NOW + FORGET_AFTER) == 0


def test_what_did_not_fail_is_taken_back() -> None:
    throttle = Throttle(free=1, longest_seconds=60)
    throttle.count("ada", NOW)
    throttle.undo("ada")
    throttle.undo("ada")
    assert throttle.wait_seconds("ada", NOW) == 0


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 5000)), max_size=60))
def test_a_wait_is_never_negative_nor_longer_than_the_longest(
    attempts: list[tuple[str, int]],
) -> None:
    throttle, now = Throttle(free=2, longest_seconds=30), NOW
    for key, seconds in attempts:
        now += timedelta(seconds=seconds)
        throttle.count(key, now)
        assert 0 <= throttle.wait_seconds(key, now) <= 30


def test_an_ipv6_subscriber_is_one_place() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff") == "2001:db8::/64"
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"


@given(st.text())
def test_any_address_names_some_place(text: str) -> None:
    assert len(network_of(text)) <= 64
