"""Our own style sheet, scripts and pictures: read once, named by their content, cached for good.

Put a file into the folder `assets/` and refer to it in a template with `{{ asset("name") }}`.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import Response

from colonnade.accounts.http import PUBLIC
from colonnade.kit.errors import NotFound

FOLDER = Path(__file__).with_name("assets")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """One file. `mark` changes with its content, so that its address does too."""

    content: bytes
    media_type: str
    mark: str


@cache
def assets() -> dict[str, Asset]:
    """Every file of the folder by its name."""
    return {
        file.name: Asset(
            content := file.read_bytes(),
            _TYPES[file.suffix],
            hashlib.sha256(content).hexdigest()[:12],
        )
        for file in sorted(FOLDER.iterdir())
    }


def asset_path(name: str) -> str:
    """Where `name` is served, relative to the base URL. Raises KeyError."""
    return f"assets/{name}?v={assets()[name].mark}"


router = APIRouter(dependencies=[PUBLIC])


@router.get("/assets/{name}", include_in_schema=False)
def asset(name: str, v: str = "") -> Response:
    found = assets().get(name)
    if found is None:
        raise NotFound("There is no such file.")
    kept = "max-age=31536000, immutable" if v == found.mark else "max-age=300"
    return Response(
        found.content,
        media_type=found.media_type,
        headers={
            "Cache-Control": f"public, {kept}",
            "Content-Security-Policy": "default-src 'none'",
        },
    )
