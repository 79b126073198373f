"""`/api/kernelspecs`: a runtime class is a kernelspec, so every client can choose hardware."""

from typing import Annotated, Any, cast

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from colonnade.accounts.http import require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.jupyter.parts import runtimes_of, settings_of
from colonnade.kit.errors import NotFound

Reader = Annotated[Identity, require(Permission.RUNTIMES_READ)]

PICTURE = "logo-svg.svg"
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<rect width="64" height="64" rx="12" fill="{colour}"/>
<path fill="#fff" d="M12 18 32 8l20 10v5H12zM14 50h36v6H14zM18 27h6v19h-6zM29 27h6v19h-6zM40 27h6\
v19h-6z"/></svg>"""
_CPU_COLOUR, _ACCELERATOR_COLOUR = "#2f5d8a", "#3f7a3a"


def build_router() -> APIRouter:
    """The list of kernelspecs, one of them, and its picture."""
    router = APIRouter(include_in_schema=False)

    @router.get("/api/kernelspecs")
    async def list_kernelspecs(request: Request, someone: Reader) -> dict[str, Any]:
        return _with_pictures(request, someone)

    @router.get("/api/kernelspecs/{name}")
    async def read_kernelspec(request: Request, name: str, someone: Reader) -> dict[str, Any]:
        return _find(request, someone, name)

    @router.get("/kernelspecs/{name}/{file}")
    async def read_picture(request: Request, name: str, file: str, someone: Reader) -> Response:
        found = _find(request, someone, name)
        if file != PICTURE:
            raise NotFound("This kernelspec has no such file.")
        accelerated = found["spec"]["metadata"]["colonnade"]["accelerator"]
        picture = _SVG.format(colour=_ACCELERATOR_COLOUR if accelerated else _CPU_COLOUR)
        headers = {"Cache-Control": "private, max-age=86400"}
        return Response(picture, media_type="image/svg+xml", headers=headers)

    return router


def _with_pictures(request: Request, someone: Identity) -> dict[str, Any]:
    """What this person may start, in Jupyter's form, each with the address of its picture."""
    model = cast("dict[str, Any]", runtimes_of(request).kernelspecs(someone))
    base_url = settings_of(request).base_url
    for name, spec in model["kernelspecs"].items():
        spec["resources"] = {"logo-svg": f"{base_url}kernelspecs/{name}/{PICTURE}"}
    return model


def _find(request: Request, someone: Identity, name: str) -> dict[str, Any]:
    found = _with_pictures(request, someone)["kernelspecs"].get(name)
    if found is None:
        raise NotFound("There is no such kernelspec for you.")
    return found
