"""The queue for places: first come, first served, kept in the database."""

from dataclasses import dataclass
from datetime import datetime

from colonnade.kit.clock import Clock
from colonnade.kit.database import Database
from colonnade.kit.ids import new_id
from colonnade.runtimes.classes import RuntimeClass, RuntimesSettings
from colonnade.runtimes.repository import TicketRepository
from colonnade.runtimes.seating import Room, kept_until, seats
from colonnade.runtimes.tables import TicketRow


@dataclass(eq=False)
class Place:
    """One person's place in the queue for one class."""

    id: str
    person_id: str
    terms: RuntimeClass
    created: datetime
    seen: datetime
    called: datetime | None = None


class Queue:
    """Places in order of coming: in memory to decide, in the database to last."""

    def __init__(self, database: Database, settings: RuntimesSettings, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._places: list[Place] = []

    async def load(self) -> None:
        """Read what an earlier process wrote down; places for classes that are gone are void."""
        known = {one.name: one for one in self._settings.classes}
        async with self._database.transaction() as session:
            tickets = TicketRepository(session)
            rows = await tickets.all()
            for row in rows:
                if row.class_name not in known:
                    await tickets.delete(row.id)
        self._places = [
            Place(row.id, row.person_id, known[row.class_name], row.created, row.seen, row.called)
            for row in rows
            if row.class_name in known
        ]

    def waiting(self) -> list[Place]:
        """Every place, first come first."""
        return list(self._places)

    def find(self, person_id: str, terms: RuntimeClass) -> Place | None:
        """The person's place for the class."""
        for place in self._places:
            if place.person_id == person_id and place.terms.name == terms.name:
                return place
        return None

    def ahead_of(self, place: Place | None) -> list[Place]:
        """Who came before `place`; everybody, for somebody without one."""
        return self._places[: self._places.index(place)] if place else list(self._places)

    def position(self, place: Place) -> int:
        """1 for who is next among those who wait for the same: the same accelerator, or none."""
        rivals = [one for one in self.ahead_of(place) if _rivals(one.terms, place.terms)]
        return len(rivals) + 1

    def kept_until(self, place: Place) -> datetime:
        """Until when the place stands if its owner does not come."""
        return kept_until(place.seen, place.called, self._settings)

    async def join(self, person_id: str, terms: RuntimeClass) -> Place:
        """The person's place for the class, at the end unless they have one already."""
        now = self._clock()
        place = self.find(person_id, terms)
        if place is not None:
            place.seen = now
            await self._change(place)
            return place
        place = Place(new_id(), person_id, terms, now, now)
        self._places.append(place)
        try:
            async with self._database.transaction() as session:
                await TicketRepository(session).add(_to_row(place))
        except BaseException:
            self._places.remove(place)
            raise
        return place

    async def leave(self, place: Place) -> None:
        """Give the place up, because it was taken or is not wanted any more."""
        if place not in self._places:
            return
        self._places.remove(place)
        async with self._database.transaction() as session:
            await TicketRepository(session).delete(place.id)

    async def call(self, free: Room) -> bool:
        """Note for whom there is a place now, and void the places of those who did not come.

        Whether any was voided, so that others may be seated.
        """
        now = self._clock()
        void = [one for one in self._places if self.kept_until(one) <= now]
        for place in void:
            await self.leave(place)
        waiting = list(self._places)
        for place, seated in zip(waiting, seats(free, [p.terms for p in waiting]), strict=True):
            if seated != (place.called is not None):
                place.called = now if seated else None
                await self._change(place)
        return bool(void)

    async def _change(self, place: Place) -> None:
        async with self._database.transaction() as session:
            await TicketRepository(session).change(place.id, seen=place.seen, called=place.called)


def _rivals(one: RuntimeClass, other: RuntimeClass) -> bool:
    return one.accelerator == other.accelerator


def _to_row(place: Place) -> TicketRow:
    return TicketRow(
        id=place.id,
        person_id=place.person_id,
        class_name=place.terms.name,
        created=place.created,
        seen=place.seen,
        called=place.called,
    )
