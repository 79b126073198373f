"""Few of many alike are examined, the most telling first, and none while it is written."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from colonnade.sensors.files.queue import (
    AGAIN_SECONDS,
    BURST,
    MAX_WAITING,
    PATIENCE_SECONDS,
    REST_SECONDS,
    SECONDS_EACH,
    Candidate,
    Queue,
)
from colonnade.sensors.files.tally import Entry

NOW = 1_000_000.0


def candidate(
    name: str,
    form: str = "onnx",
    size: int = 5000,
    changed: float = NOW - 60,
    folder: str = "a",
    alike: int = 1,
) -> Candidate:
    return Candidate("/content", folder, Entry(name, size, 1, int(changed * 1e9)), form, alike)


def taken(queue: Queue, now: float = NOW) -> list[str]:
    found: list[str] = []
    while (one := queue.next(now)) is not None:
        found.append(one.entry.name)
    return found


def test_models_come_before_pictures_and_large_before_small() -> None:
    queue = Queue(Random(0))
    for name, form, size in (
        ("text", "text", 100),
        ("model", "onnx", 100),
        ("unknown", "data", 9 << 20),
        ("larger", "pickle", 200),
    ):
        queue.offer(candidate(name, form, size), NOW)
    found = taken(queue)
    assert found[0] == "larger"
    assert sorted(found) == ["larger", "model", "text", "unknown"]


def test_a_crowd_that_looks_telling_starves_nobody() -> None:
    queue, now, found = Queue(Random(0)), NOW, list[str]()
    queue.offer(candidate("hidden", "data", 100), now)
    for number in range(60):
        now += SECONDS_EACH
        for name in ("a", "b", "c"):
            queue.offer(candidate(f"{name}{number}", size=1 << 30, folder=str(number)), now)
        if (one := queue.next(now)) is not None:
            found.append(one.entry.name)
    assert "hidden" in found
    assert queue.dropped > 0


def test_files_that_take_long_come_seldom() -> None:
    queue, now, seconds = Queue(Random(0)), NOW, 0.0
    for number in range(1000):
        now += SECONDS_EACH
        queue.offer(candidate(str(number), folder=str(number)), now)
        while queue.next(now) is not None:
            seconds += 2.0
            queue.spent(2.0)
    assert seconds / (now - NOW) < 0.03


def test_a_file_waits_until_it_rests_or_patience_ends() -> None:
    queue = Queue(Random(0))
    queue.offer(candidate("a", changed=NOW), NOW)
    assert taken(queue, NOW + REST_SECONDS / 2) == []
    assert taken(queue, NOW + REST_SECONDS) == ["a"]
    queue.offer(candidate("b", changed=NOW + 100), NOW)
    queue.offer(candidate("b", changed=NOW + 200), NOW + PATIENCE_SECONDS)
    assert taken(queue, NOW + PATIENCE_SECONDS) == ["b"]


def test_a_file_is_examined_again_when_it_is_another() -> None:
    queue = Queue(Random(0))
    queue.offer(candidate("a", size=1000), NOW)
    assert taken(queue) == ["a"]
    queue.offer(candidate("a", size=1100, changed=NOW - 5), NOW)
    assert taken(queue) == []
    queue.offer(candidate("a", size=1300, changed=NOW - 5), NOW)
    assert taken(queue) == ["a"]
    later = NOW + AGAIN_SECONDS
    queue.offer(candidate("a", size=1300, changed=NOW), later)
    assert taken(queue, later) == ["a"]


def test_ten_thousand_faces_cost_a_dozen_examinations() -> None:
    queue = Queue(Random(0))
    now, count = NOW, 0
    for number in range(10_000):
        now += 0.01
        queue.offer(candidate(str(number), "dfl-aligned-face", alike=number + 1), now)
        count += len(taken(queue, now))
    assert 4 <= count <= 20


def test_what_cannot_matter_is_not_examined() -> None:
    queue = Queue(Random(0))
    queue.offer(candidate("empty", "empty", 0), NOW)
    queue.offer(candidate("song", "mp3"), NOW)
    assert taken(queue) == []


@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from(["onnx", "png", "data"]))))
def test_the_queue_is_bounded_and_counts_what_it_drops(files: list[tuple[int, str]]) -> None:
    queue = Queue(Random(0))
    for number, form in files:
        queue.offer(candidate(str(number), form, 100 + number, folder=str(number)), NOW)
    waiting = len({number for number, _ in files})
    assert len(taken(queue)) <= min(BURST, MAX_WAITING)
    assert (queue.dropped > 0) == (waiting > MAX_WAITING)
