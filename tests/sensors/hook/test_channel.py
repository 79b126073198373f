"""One runtime's channel stays within bounds, and tells silence and floods."""

from hypothesis import given
from hypothesis import strategies as st

from colonnade.sensors.hook.channel import MOST_WAITING, Channel, Limits

PULSE = b'{"kind": "pulse", "dropped": %d}\n'
LIMITS = Limits(most=100, window=60, silent=60, again=600)


def text(source: str, origin: str = "computed") -> bytes:
    head = f'{{"kind": "text", "origin": "{origin}", "language": "python"}}\n'
    return (head + source).encode()


def sources(channel: Channel, now: float = 0) -> list[str]:
    """Everything that may be read now."""
    found: list[str] = []
    while (one := channel.next(now)) is not None:
        found.append(one.source.decode())
    return found


def test_what_was_decoded_comes_first_and_nothing_twice() -> None:
    channel = Channel(0, LIMITS)
    for packet in (text("a", "module"), text("b"), text("a"), text("c", "command"), text("d")):
        channel.hear(packet, 0)
    assert sources(channel) == ["b", "d", "a", "c"]


def test_a_costly_text_delays_the_next() -> None:
    channel = Channel(0, LIMITS)
    channel.hear(text("a"), 0)
    channel.hear(text("b"), 0)
    assert channel.due(0) == 0
    assert channel.next(0) is not None
    channel.read(3, 3)
    assert channel.due(3) == 60
    assert channel.next(60) is None
    assert channel.next(63) is not None
    assert channel.due(63) is None


def test_a_flood_is_counted_and_told_once_a_window() -> None:
    channel = Channel(0, LIMITS)
    for number in range(10_000):
        channel.hear(text(str(number)), 30)
    assert len(sources(channel)) == MOST_WAITING
    assert not [gap for gap in channel.gaps(59, 0) if gap.what == "hook-flood"]
    told = [gap for gap in channel.gaps(61, 0) if gap.what == "hook-flood"]
    assert [gap.count for gap in told] == [10_000]
    assert not [gap for gap in channel.gaps(122, 0) if gap.what == "hook-flood"]


def test_what_found_no_room_here_or_there_is_told() -> None:
    channel = Channel(0, LIMITS)
    for dropped in (5, 7, 1):  # The third is another kernel's.
        channel.hear(PULSE % dropped, 0)
    for number in range(MOST_WAITING + 3):
        channel.hear(text(str(number)), 0)
    assert [(gap.what, gap.count) for gap in channel.gaps(1, 0)] == [("queue-full", 10)]
    channel.lose()
    assert not list(channel.gaps(30, 0))
    assert [gap.count for gap in channel.gaps(602, 0)] == [1]


def test_silence_is_told_only_where_something_computes() -> None:
    idle, busy, spoken = (Channel(0, LIMITS) for _ in range(3))
    for now in range(0, 121, 15):
        spoken.hear(PULSE % 0, now)
        assert not list(idle.gaps(now, now * 0.01))
        assert not list(spoken.gaps(now, now))
        told = list(busy.gaps(now, now))
        assert [gap.what for gap in told] == (["hook-silent"] if now == 60 else [])
    assert [gap.what for gap in busy.gaps(661, 661)] == ["hook-silent"]


@given(st.lists(st.tuples(st.binary(max_size=60), st.floats(0, 1000))))
def test_no_bytes_and_no_times_make_it_raise(packets: list[tuple[bytes, float]]) -> None:
    channel = Channel(0, LIMITS)
    for packet, now in packets:
        channel.hear(packet, now)
        list(channel.gaps(now, now))
        channel.next(now)
