"""Values in the forms that Jupyter's REST API gives them."""

from datetime import UTC, datetime
from typing import Any

from colonnade.jupyter.tables import KernelSession
from colonnade.runtimes.schemas import Kernel


def moment(at: datetime) -> str:
    """An aware datetime as jupyter_server writes it: ISO 8601 in UTC ending in Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def session_model(row: KernelSession, kernel: Kernel) -> dict[str, Any]:
    """A session as in GET /api/sessions/{id}, the deprecated `notebook` object included."""
    model = {
        "id": row.id,
        "path": row.path,
        "name": row.name,
        "type": row.type,
        "kernel": kernel.model(),
    }
    if row.type == "notebook":
        model["notebook"] = {"path": row.path, "name": row.name}
    return model
