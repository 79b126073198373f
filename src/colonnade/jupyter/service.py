"""Sessions: which kernel a notebook, console or file of a person's runs on.

They belong to the control plane and lie in the database, so they survive its restart and need not
be known to any runtime. No transaction is held while a kernel starts.
"""

import asyncio
import uuid
from contextlib import suppress
from dataclasses import dataclass
from weakref import WeakValueDictionary

from colonnade.accounts.identity import Identity
from colonnade.jupyter.repository import SessionRepository
from colonnade.jupyter.schemas import SessionChange, SessionWish
from colonnade.jupyter.tables import KernelSession
from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.database import Database
from colonnade.kit.errors import NotFound
from colonnade.runtimes.schemas import Kernel
from colonnade.runtimes.service import Runtimes


@dataclass(frozen=True)
class Bound:
    """A session together with its living kernel."""

    row: KernelSession
    kernel: Kernel


class Sessions:
    """Opens, finds, changes and closes sessions of one person at a time."""

    def __init__(self, database: Database, runtimes: Runtimes, clock: Clock = utcnow) -> None:
        self._database = database
        self._runtimes = runtimes
        self._clock = clock
        self._rows = SessionRepository()
        self._opening: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def all(self, person: Identity) -> list[Bound]:
        """The person's sessions whose kernels live, oldest first.

        A session whose kernel is gone is not shown; it is removed when the next one is opened.
        """
        kernels = await self._kernels(person)
        async with self._database.reading() as session:
            rows = await self._rows.of_person(session, person.person_id)
        return [Bound(row, kernels[row.kernel_id]) for row in rows if row.kernel_id in kernels]

    async def get(self, person: Identity, session_id: str) -> Bound:
        """One session. Raises NotFound, also when its kernel has ended, and then says why."""
        row = await self._find(person, session_id)
        return Bound(row, await self._runtimes.kernel(person, row.kernel_id))

    async def open(self, person: Identity, wish: SessionWish) -> Bound:
        """The session for a path: the one there is, else a new one, with a new kernel unless the
        wish names one of the person's.

        Raises what `Runtimes.start_kernel` and `Runtimes.kernel` raise.
        """
        key = (person.person_id, wish.path)
        # Two tabs that open one notebook at once must get one kernel, not two.
        lock = self._opening.setdefault(key, asyncio.Lock())
        async with lock:
            return await self._at(person, wish.path) or await self._open(person, wish)

    async def change(self, person: Identity, session_id: str, change: SessionChange) -> Bound:
        """Give a session another path, name, type or kernel; the former kernel is shut down.

        Raises NotFound, and what starting a kernel raises; then nothing is changed.
        """
        before = await self.get(person, session_id)
        kernel = await self._changed_kernel(person, before, change)
        row = await self._write_change(person, session_id, change, kernel.id)
        if kernel.id != before.kernel.id:
            await self._end_quietly(person, before.kernel.id)
        elif row.path != before.row.path:
            await self._runtimes.move(person, kernel.id, row.path)
        return Bound(row, kernel)

    async def close(self, person: Identity, session_id: str) -> None:
        """End a session and its kernel, which may have ended before. Raises NotFound."""
        row = await self._find(person, session_id)
        await self._end_quietly(person, row.kernel_id)
        await self._forget(person, row.kernel_id)

    async def end_kernel(self, person: Identity, kernel_id: str) -> None:
        """Shut a kernel down and forget the sessions on it. Raises NotFound."""
        await self._runtimes.shutdown(person, kernel_id)
        await self._forget(person, kernel_id)

    async def _find(self, person: Identity, session_id: str) -> KernelSession:
        async with self._database.reading() as session:
            row = await self._rows.find(session, person.person_id, session_id)
        if row is None:
            raise NotFound("There is no such session.", "Open the notebook again.")
        return row

    async def _forget(self, person: Identity, kernel_id: str) -> None:
        async with self._database.transaction() as session:
            await self._rows.forget_kernel(session, person.person_id, kernel_id)

    async def _end_quietly(self, person: Identity, kernel_id: str) -> None:
        with suppress(NotFound):
            await self._runtimes.shutdown(person, kernel_id)

    async def _write_change(
        self, person: Identity, session_id: str, change: SessionChange, kernel_id: str
    ) -> KernelSession:
        async with self._database.transaction() as session:
            row = await self._rows.find(session, person.person_id, session_id)
            if row is None:
                raise NotFound("The session was closed meanwhile.", "Open the notebook again.")
            for key, value in (("path", change.path), ("name", change.name), ("type", change.type)):
                if value is not None:
                    setattr(row, key, value)
            row.kernel_id = kernel_id
        return row

    async def _kernels(self, person: Identity) -> dict[str, Kernel]:
        return {kernel.id: kernel for kernel in await self._runtimes.kernels(person)}

    async def _at(self, person: Identity, path: str) -> Bound | None:
        alive = self._runtimes.kernel_ids(person)
        if not alive:
            return None
        async with self._database.reading() as session:
            rows = await self._rows.at_path(session, person.person_id, path)
        for row in rows:
            if row.kernel_id in alive:
                with suppress(NotFound):  # It may have ended this moment.
                    return Bound(row, await self._runtimes.kernel(person, row.kernel_id))
        return None

    async def _open(self, person: Identity, wish: SessionWish) -> Bound:
        kernel = await (
            self._runtimes.kernel(person, wish.kernel_id)
            if wish.kernel_id
            else self._runtimes.start_kernel(person, wish.kernel_name, wish.path)
        )
        row = KernelSession(
            id=str(uuid.uuid4()),
            person_id=person.person_id,
            kernel_id=kernel.id,
            path=wish.path,
            name=wish.name,
            type=wish.type,
            created_at=self._clock(),
        )
        alive = self._runtimes.kernel_ids(person) | {kernel.id}
        async with self._database.transaction() as session:
            for stale in await self._rows.of_person(session, person.person_id):
                if stale.kernel_id not in alive:
                    await session.delete(stale)
            session.add(row)
        return Bound(row, kernel)

    async def _changed_kernel(
        self, person: Identity, before: Bound, change: SessionChange
    ) -> Kernel:
        if change.kernel_id:
            return await self._runtimes.kernel(person, change.kernel_id)
        if change.kernel_name:
            path = change.path or before.row.path
            return await self._runtimes.start_kernel(person, change.kernel_name, path)
        return before.kernel
