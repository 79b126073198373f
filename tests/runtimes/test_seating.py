from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from colonnade.runtimes.classes import GIB, RuntimeClass, RuntimesSettings
from colonnade.runtimes.engine import Capacity
from colonnade.runtimes.seating import Room, kept_until, room, seats

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def of(name: str, gib: int, gpus: int = 0) -> RuntimeClass:
    return RuntimeClass.model_validate(
        {
            "name": name,
            "display_name": name,
            "memory": gib * GIB,
            "accelerator": "T4" if gpus else "",
            "accelerators": gpus,
        }
    )


SMALL, LARGE, GPU = of("small", 1), of("large", 4), of("gpu", 2, gpus=1)
CLASSES = st.sampled_from([SMALL, LARGE, GPU])


def free(gib: int, gpus: int = 0, cpus: float = 100) -> Room:
    return room(Capacity(cpus, gib * GIB, 0, {"T4": gpus}), 1.0, ())


def test_places_go_to_who_came_first() -> None:
    assert seats(free(2), [SMALL, SMALL, SMALL]) == [True, True, False]


def test_a_small_wish_does_not_overtake_a_large_one() -> None:
    assert seats(free(3), [LARGE, SMALL]) == [False, False]
    assert seats(free(5), [LARGE, SMALL]) == [True, True]


def test_waiting_for_an_accelerator_stops_nobody_else() -> None:
    assert seats(free(2), [GPU, SMALL]) == [False, True]
    assert seats(free(2, gpus=1), [GPU, SMALL]) == [True, False]


def test_processors_may_be_promised_several_times_over() -> None:
    capacity = Capacity(2, 100 * GIB, 0)
    assert seats(room(capacity, 2.0, [SMALL] * 3), [SMALL, SMALL]) == [True, False]


@given(st.integers(0, 20), st.integers(0, 3), st.lists(CLASSES, max_size=8))
def test_whoever_is_seated_fits_together(gib: int, gpus: int, waiting: list[RuntimeClass]) -> None:
    answers = seats(free(gib, gpus), waiting)
    seated = [one for one, yes in zip(waiting, answers, strict=True) if yes]
    assert sum(one.memory for one in seated) <= gib * GIB
    assert sum(one.accelerators for one in seated) <= gpus


@given(st.integers(0, 20), st.integers(0, 3), st.lists(CLASSES, max_size=8), CLASSES)
def test_who_comes_later_changes_nothing_for_those_before(
    gib: int, gpus: int, waiting: list[RuntimeClass], later: RuntimeClass
) -> None:
    assert seats(free(gib, gpus), [*waiting, later])[:-1] == seats(free(gib, gpus), waiting)


def test_a_ticket_stands_until_its_owner_does_not_ask_or_does_not_come() -> None:
    settings = RuntimesSettings(classes=(SMALL,), reserve_seconds=180, ticket_seconds=1800)
    assert kept_until(NOON, None, settings) == NOON + timedelta(minutes=30)
    called = NOON + timedelta(minutes=5)
    assert kept_until(NOON, called, settings) == called + timedelta(minutes=3)
