"""Where the platform is served, for commands that print links while it runs."""

from pathlib import Path

from pydantic import ValidationError

from colonnade.kit.settings import Origins, Settings
from colonnade.web.sign_in import sign_in_link


def note_origins(settings: Settings, origins: Origins) -> None:
    """Write down where this data folder is served now."""
    _file(settings).write_text(origins.model_dump_json())


def served_origins(settings: Settings) -> Origins:
    """Where it is served, or was last; where it would be, if it never was."""
    try:
        return Origins.model_validate_json(_file(settings).read_text())
    except (OSError, ValidationError):
        return settings.origins(settings.port)


def link_with(settings: Settings, secret: str) -> str:
    """The address at which a one-time secret signs in."""
    return sign_in_link(served_origins(settings), settings.base_url, secret)


def _file(settings: Settings) -> Path:
    return settings.data / "served.json"
