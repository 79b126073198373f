"""What this room asks of others; `app.py` supplies it."""

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession


class NotebookSource(Protocol):
    """Where saved notebooks come from."""

    async def notebook_at(
        self, session: AsyncSession, owner_id: str, path: str
    ) -> Mapping[str, Any] | None:
        """The notebook as last saved, or None."""
        ...
