"""What the operator chose: the command line over the environment over `DATA/colonnade.toml`.

Every room owns the meaning of its section: `settings.section("runtimes")` gives the raw table,
the room's own pydantic model validates it, and `app.py` passes the result on.
"""

import os
import tomllib
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from colonnade.kit.errors import Invalid

DEFAULT_DATA = Path("colonnade-data")

Form = TypeVar("Form", bound=BaseModel)


class Settings(BaseModel):
    """The running whole's settings, frozen once read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path
    host: str = "127.0.0.1"
    port: int = Field(default=8888, ge=0, le=65535)
    base_url: str = "/"
    app_url: str | None = None
    """Public address of the application behind a proxy, as `https://app.example.org`."""
    content_url: str | None = None
    """Public address that serves untrusted content; its host differs from the application's."""
    database_url: str | None = None
    unsafe_no_sandbox: bool = False
    sections: dict[str, dict[str, Any]] = Field(default_factory=dict[str, dict[str, Any]])

    @field_validator("base_url")
    @classmethod
    def _slashes_at_both_ends(cls, value: str) -> str:
        trimmed = value.strip("/")
        return f"/{trimmed}/" if trimmed else "/"

    def section(self, name: str) -> dict[str, Any]:
        """The raw table `[name]` of the configuration file, empty when absent."""
        return self.sections.get(name, {})

    def table(self, name: str, form: type[Form]) -> Form:
        """The table `[name]` in a room's form. Raises Invalid saying what is wrong."""
        try:
            return form.model_validate(self.section(name))
        except ValidationError as problem:
            raise Invalid(
                f"{self.data / 'colonnade.toml'}: [{name}] {problem}", "Correct the file."
            ) from None

    @property
    def database_address(self) -> str:
        """SQLAlchemy's URL of the database; SQLite in the data folder unless configured."""
        if self.database_url is None:
            return f"sqlite+aiosqlite:///{self.data / 'colonnade.sqlite'}"
        # As it is written everywhere else; the driver is ours to choose.
        scheme, separator, rest = self.database_url.partition("://")
        plain = scheme in {"postgres", "postgresql"}
        return f"postgresql+asyncpg{separator}{rest}" if plain else self.database_url

    def origins(self, port: int) -> "Origins":
        """The two origins, once the port is known (it may have been asked for as 0)."""
        local = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        app = self.app_url or f"http://{local}:{port}"
        content = self.content_url or f"http://localhost:{port}"
        return Origins(app=app.rstrip("/"), content=content.rstrip("/"))


class Origins(BaseModel):
    """Where the application lives and where untrusted content lives: never the same host."""

    model_config = ConfigDict(frozen=True)

    app: str
    content: str

    @property
    def app_host(self) -> str:
        """`host[:port]` exactly as the Host header of the application must read."""
        return urlsplit(self.app).netloc

    @property
    def content_host(self) -> str:
        """`host[:port]` exactly as the Host header of the content origin must read."""
        return urlsplit(self.content).netloc

    @property
    def secure(self) -> bool:
        """Whether cookies may be restricted to HTTPS."""
        return self.app.startswith("https:")


def read_settings(data: Path | None = None, **chosen: object) -> Settings:
    """Settings from `DATA/colonnade.toml`, overlaid with what the command line `chosen` (not None).

    The file's `[server]` table has the scalar settings; every other table is a room's section.
    Raises Invalid when the file is not TOML or names an unknown server setting.
    """
    folder = (data or Path(os.environ.get("COLONNADE_DATA") or DEFAULT_DATA)).expanduser().resolve()
    tables = _read_tables(folder / "colonnade.toml")
    server = tables.pop("server", {})
    overlay = {key: value for key, value in chosen.items() if value is not None}
    try:
        return Settings(data=folder, sections=tables, **{**server, **overlay})  # pyright: ignore[reportArgumentType]
    except ValueError as problem:
        raise Invalid(f"{folder / 'colonnade.toml'}: {problem}", "Correct the file.") from problem


def _read_tables(file: Path) -> dict[str, dict[str, Any]]:
    if not file.exists():
        return {}
    try:
        tables = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise Invalid(f"{file} is not valid TOML: {problem}.", "Correct the file.") from problem
    stray = [name for name, value in tables.items() if not isinstance(value, dict)]
    if stray:
        raise Invalid(f"{file}: {', '.join(stray)} stand outside a table.", "Put them in [server].")
    return cast("dict[str, dict[str, Any]]", tables)
