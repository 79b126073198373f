"""Queries of this room; every one names the person whose rows it may see."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.jupyter.tables import KernelSession, LabSetting, LabWorkspace


class SessionRepository:
    """Kernel sessions."""

    async def of_person(self, session: AsyncSession, person_id: str) -> list[KernelSession]:
        """All of a person's, oldest first."""
        query = select(KernelSession).where(KernelSession.person_id == person_id)
        found = await session.scalars(query.order_by(KernelSession.created_at, KernelSession.id))
        return list(found)

    async def find(
        self, session: AsyncSession, person_id: str, session_id: str
    ) -> KernelSession | None:
        """That session, if it is this person's."""
        row = await session.get(KernelSession, session_id)
        return row if row and row.person_id == person_id else None

    async def at_path(
        self, session: AsyncSession, person_id: str, path: str
    ) -> list[KernelSession]:
        """The person's sessions for `path`, oldest first."""
        query = select(KernelSession).where(
            KernelSession.person_id == person_id, KernelSession.path == path
        )
        found = await session.scalars(query.order_by(KernelSession.created_at, KernelSession.id))
        return list(found)

    async def forget_kernel(self, session: AsyncSession, person_id: str, kernel_id: str) -> None:
        """Remove the person's sessions on that kernel."""
        await session.execute(
            delete(KernelSession).where(
                KernelSession.person_id == person_id, KernelSession.kernel_id == kernel_id
            )
        )


class PreferenceRepository:
    """JupyterLab's settings and workspaces."""

    async def settings(self, session: AsyncSession, person_id: str) -> list[LabSetting]:
        """All that the person changed."""
        query = select(LabSetting).where(LabSetting.person_id == person_id)
        return list(await session.scalars(query))

    async def setting(
        self, session: AsyncSession, person_id: str, plugin_id: str
    ) -> LabSetting | None:
        """What the person changed in one plugin."""
        return await session.get(LabSetting, (person_id, plugin_id))

    async def workspaces(self, session: AsyncSession, person_id: str) -> list[LabWorkspace]:
        """The person's layouts, by name."""
        query = select(LabWorkspace).where(LabWorkspace.person_id == person_id)
        return list(await session.scalars(query.order_by(LabWorkspace.name)))

    async def workspace(
        self, session: AsyncSession, person_id: str, name: str
    ) -> LabWorkspace | None:
        """One of the person's layouts."""
        return await session.get(LabWorkspace, (person_id, name))

    async def count_workspaces(self, session: AsyncSession, person_id: str) -> int:
        """How many layouts the person keeps."""
        query = select(func.count()).where(LabWorkspace.person_id == person_id)
        return await session.scalar(query) or 0

    async def save_setting(
        self,
        session: AsyncSession,
        person_id: str,
        plugin_id: str,
        raw: str,
        parsed: str,
        at: datetime,
    ) -> None:
        """Insert or replace what the person changed in one plugin."""
        row = await self.setting(session, person_id, plugin_id)
        if row is None:
            row = LabSetting(person_id=person_id, plugin_id=plugin_id, created_at=at)
            session.add(row)
        row.raw, row.parsed, row.modified_at = raw, parsed, at

    async def save_workspace(
        self, session: AsyncSession, person_id: str, name: str, raw: str, at: datetime
    ) -> None:
        """Insert or replace one of the person's layouts."""
        row = await self.workspace(session, person_id, name)
        if row is None:
            row = LabWorkspace(person_id=person_id, name=name, created_at=at)
            session.add(row)
        row.raw, row.modified_at = raw, at
