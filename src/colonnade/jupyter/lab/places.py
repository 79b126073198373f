"""Where the files of JupyterLab and of its extensions lie on this machine."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

OURS = Path(__file__).parents[1] / "labextension"


@dataclass(frozen=True)
class Places:
    """Trusted folders of the installation.

    application: JupyterLab's own (`static`, `schemas`, `themes`, `settings` beneath it).
    extensions: folders of prebuilt extensions; for the same extension the first one wins.
    favicons: icons of a running and an idle server.
    """

    application: Path
    extensions: tuple[Path, ...]
    favicons: Path

    @property
    def static(self) -> Path:
        """The built front end."""
        return self.application / "static"

    @property
    def schemas(self) -> Path:
        """The schemas of the settings."""
        return self.application / "schemas"

    @property
    def themes(self) -> Path:
        """The style sheets of the themes."""
        return self.application / "themes"

    @property
    def operator_settings(self) -> Path:
        """Where an operator puts `overrides.json` and `page_config.json`, as for any JupyterLab."""
        return self.application / "settings"


def find_places(more_extensions: Sequence[Path] = ()) -> Places:
    """The places of this installation.

    `more_extensions` are further folders of prebuilt extensions that the operator trusts, such as
    `share/jupyter/labextensions` of an environment.
    """
    shared = Path(sys.prefix) / "share" / "jupyter"
    # Imported by path: importing jupyter_server only to find its icons costs half a second.
    packages = next(Path(entry) for entry in sys.path if (Path(entry) / "jupyter_server").is_dir())
    return Places(
        application=shared / "lab",
        extensions=(OURS, shared / "labextensions", *more_extensions),
        favicons=packages / "jupyter_server" / "static" / "favicons",
    )
