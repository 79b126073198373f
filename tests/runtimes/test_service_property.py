"""Whatever people, sandboxes and restarts do: nothing is promised twice, nothing is left over."""

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from colonnade.kit.database import Database
from colonnade.kit.errors import NotFound, TooMany, Unavailable
from colonnade.runtimes.classes import runtimes_settings
from colonnade.runtimes.engine import Area, Capacity
from colonnade.runtimes.service import Runtimes
from support.paper_engine import GIB, PaperEngine
from support.tables import create_tables
from support.waiting import until

from .conftest import ADA, BEN, CLEO, Hands

PEOPLE = (ADA, BEN, CLEO)
SETTINGS = runtimes_settings(
    {
        "queue_wait_seconds": 0,
        "classes": [
            {"name": "cpu", "display_name": "CPU", "memory": "1 GiB", "per_person": 2, "pool": 1},
            {"name": "large", "display_name": "Large", "memory": "2 GiB", "pool": 0},
        ],
    }
)

WHO = st.sampled_from(PEOPLE)
ACTIONS = st.one_of(
    st.tuples(st.just("start"), WHO, st.sampled_from(["cpu", "large"])),
    st.tuples(st.just("shut down"), WHO, st.integers(0, 3)),
    st.tuples(st.just("lose"), WHO, st.integers(0, 3)),
    st.tuples(st.just("wait"), WHO, st.integers(0, 4000)),
    st.tuples(st.just("die"), WHO, st.none()),
    st.tuples(st.just("restart"), WHO, st.none()),
)


class House:
    """A platform on paper with room for four small runtimes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hands = Hands()
        self.engine = PaperEngine(Capacity(4, 4 * GIB, 0))
        self.database = Database(f"sqlite+aiosqlite:///{folder / 'colonnade.sqlite'}")

    async def open(self) -> None:
        self.runtimes = Runtimes(
            self.database,
            self.engine,
            SETTINGS,
            lambda _: Area(self.folder),
            lambda _: self.folder,
            self.hands,
        )
        await self.runtimes.start()
        await self.runtimes.reconciled()

    async def act(self, what: str, who: object, value: object) -> None:
        match what, value:
            case "start", str(name):
                await self.runtimes.start_kernel(who, name, "n.ipynb")  # pyright: ignore
            case "shut down", int(number):
                kernels = await self.runtimes.kernels(who)  # pyright: ignore
                if kernels:
                    await self.runtimes.shutdown(who, kernels[number % len(kernels)].id)  # pyright: ignore
            case "lose", int(number) if self.engine.sandboxes:
                ids = sorted(self.engine.sandboxes)
                await self.engine.lose(ids[number % len(ids)], "It was unlucky.")
            case "wait", int(seconds):
                self.hands.pass_by(seconds=seconds)
                await self.runtimes._watch.tick()
            case "die", _:
                await self.engine.die()
            case "restart", _:
                await self.runtimes.close()
                await self.open()
            case _:
                pass

    def check(self) -> None:
        living = list(self.runtimes._register.living())
        owned = [one for one in living if one.owner]
        assert sum(one.terms.memory for one in owned) <= 4 * GIB
        for person in PEOPLE:
            mine = [one for one in owned if one.owner == person.person_id]
            assert sum(one.terms.name == "cpu" for one in mine) <= 2
        places = self.runtimes._queue.waiting()
        assert len({(place.person_id, place.terms.name) for place in places}) == len(places)
        assert [place.created for place in places] == sorted(place.created for place in places)

    async def settle(self) -> None:
        """What runs is what is written down, once everything has come to rest."""

        def at_rest() -> bool:
            living = {one.id for one in self.runtimes._register.living() if not one.in_hand}
            return living == set(self.engine.sandboxes)

        await self.runtimes._watch.reconcile()
        await until(at_rest)

    async def close(self) -> None:
        await self.runtimes.close()
        await self.database.close()
        await self.engine.close()


async def live(actions: list[tuple[str, object, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        await create_tables(house.database)
        await house.open()
        try:
            for what, who, value in actions:
                with suppress(NotFound, TooMany, Unavailable):
                    await house.act(what, who, value)
                house.check()
            await house.settle()
        finally:
            await house.close()


@settings(max_examples=20)
@given(st.lists(ACTIONS, max_size=14))
def test_nothing_is_promised_twice_and_nothing_left_over(
    actions: list[tuple[str, object, object]],
) -> None:
    asyncio.run(live(actions))
