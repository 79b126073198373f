"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option(
        help="Folder of everything Colonnade keeps (default: ./colonnade-data).",
        envvar="COLONNADE_DATA",
    ),
]
