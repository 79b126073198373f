"""The command line wins over the file, and a wrong file is told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from colonnade.kit.errors import Invalid
from colonnade.kit.settings import Settings, read_settings


class Limits(BaseModel):
    """A room's table."""

    model_config = ConfigDict(extra="forbid")

    most: int = 3


def write(folder: Path, text: str) -> Path:
    (folder / "colonnade.toml").write_text(text)
    return folder


def test_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    write(tmp_path, "[server]\nport = 1000\nhost = '0.0.0.0'\n")
    settings = read_settings(tmp_path, port=2000, host=None)
    assert (settings.port, settings.host) == (2000, "0.0.0.0")


def test_the_environment_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLONNADE_DATA", str(tmp_path))
    assert read_settings().data == tmp_path.resolve()


@pytest.mark.parametrize("text", ["[server", "port = 1", "[server]\nprot = 1", "\xff[server]"])
def test_a_wrong_file_is_named_with_what_is_wrong(tmp_path: Path, text: str) -> None:
    (tmp_path / "colonnade.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(Invalid, match=r"colonnade\.toml"):
        read_settings(tmp_path)


def test_a_room_reads_its_own_table(tmp_path: Path) -> None:
    settings = read_settings(write(tmp_path, "[limits]\nmost = 7\n"))
    assert settings.table("limits", Limits).most == 7
    assert settings.table("absent", Limits).most == 3
    wrong = read_settings(write(tmp_path, "[limits]\nmots = 7\n"))
    with pytest.raises(Invalid, match="mots"):
        wrong.table("limits", Limits)


def test_the_two_origins_never_share_a_host() -> None:
    origins = Settings(data=Path("/d")).origins(8080)
    assert (origins.app_host, origins.content_host) == ("127.0.0.1:8080", "localhost:8080")
    assert not origins.secure


@given(st.text(alphabet="/abc", max_size=12))
def test_a_base_url_has_a_slash_at_both_ends(text: str) -> None:
    base = Settings(data=Path("/d"), base_url=text).base_url
    assert base.startswith("/")
    assert base.endswith("/")
