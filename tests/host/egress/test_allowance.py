"""What a runtime may move, and how fast."""

from hypothesis import given
from hypothesis import strategies as st

from colonnade.host.egress.allowance import Allowance


def test_a_burst_passes_and_then_the_rate_holds() -> None:
    allowance = Allowance(1000, 0)
    assert allowance.spend(1000, 0.0) == 0.0
    assert allowance.spend(500, 0.0) == 0.5
    assert allowance.spend(0, 10.0) == 0.0


def test_the_volume_counts_what_an_earlier_proxy_has_moved() -> None:
    allowance = Allowance(0, 1000, spent_bytes=900)
    assert not allowance.is_used_up
    allowance.spend(100, 0.0)
    assert allowance.is_used_up
    assert not Allowance(0, 0, 10**12).is_used_up


@given(st.lists(st.integers(0, 10_000), max_size=50), st.integers(1, 100_000))
def test_whoever_waits_as_told_keeps_the_rate(pieces: list[int], rate: int) -> None:
    allowance, now = Allowance(rate, 0), 0.0
    for piece in pieces:
        now += allowance.spend(piece, now)
    assert sum(pieces) <= rate * (now + 1.0) + 1e-6 * sum(pieces) + 1
