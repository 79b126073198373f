"""Routes of JupyterLab itself: its page, static files, settings, workspaces, translations."""

import asyncio
import gzip
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from colonnade.accounts.http import PUBLIC, require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.jupyter.bodies import object_within, text_at
from colonnade.jupyter.lab import languages
from colonnade.jupyter.lab.preferences import (
    LARGEST_SETTING_CHARACTERS,
    LARGEST_WORKSPACE_BYTES,
    Preferences,
)
from colonnade.jupyter.parts import lab_of
from colonnade.jupyter.tails import tail
from colonnade.kit.errors import Invalid, NotFound
from colonnade.kit.http import Transaction

SMALLEST_COMPRESSED_BYTES = 16 * 1024
LISTINGS: dict[str, list[str]] = {
    "blocked_extensions_uris": [],
    "allowed_extensions_uris": [],
    "blocked_extensions": [],
    "allowed_extensions": [],
}


async def _preferences(request: Request) -> Preferences:
    return (await lab_of(request).parts()).preferences


async def _setting_body(
    body: Annotated[dict[str, Any], object_within(2 * LARGEST_SETTING_CHARACTERS)],
) -> str:
    raw = text_at(body, "raw", LARGEST_SETTING_CHARACTERS)
    if raw is None:
        raise Invalid("The settings are missing.", "Send {'raw': '…'}.")
    return raw


Reader = Annotated[Identity, require(Permission.SETTINGS_READ)]
Writer = Annotated[Identity, require(Permission.SETTINGS_WRITE)]
# Parameters of these kinds stand before a route's transaction: resolved in order, they take their
# time (a slow client's body, a schema's check) while the database is free.
Kept = Annotated[Preferences, Depends(_preferences)]
SettingText = Annotated[str, Depends(_setting_body)]
Layout = Annotated[dict[str, Any], object_within(LARGEST_WORKSPACE_BYTES)]


async def _checked_setting(plugin_id: str, someone: Writer, kept: Kept, raw: SettingText) -> str:
    return await kept.check_setting(plugin_id, raw)


CheckedSetting = Annotated[str, Depends(_checked_setting)]


def build_router() -> APIRouter:
    """All routes of this module; those of the page come last, for they match every address."""
    router = APIRouter(include_in_schema=False)
    _add_static_routes(router)
    _add_setting_routes(router)
    _add_workspace_routes(router)
    _add_translation_routes(router)
    _add_page_routes(router)
    return router


def _add_static_routes(router: APIRouter) -> None:
    @router.get(f"/static/{tail('path')}", dependencies=[PUBLIC])
    async def read_static(request: Request, path: str) -> Response:
        return await lab_of(request).static.answer(request, path)

    # The front end asks for `/lab/extensions//name`, with two slashes.
    @router.get(f"/lab/extensions/{tail('path')}", dependencies=[PUBLIC])
    async def read_extension(request: Request, path: str) -> Response:
        return await lab_of(request).extensions.answer(request, path.lstrip("/"))

    @router.get(f"/lab/api/themes/{tail('path')}", dependencies=[PUBLIC])
    async def read_theme(request: Request, path: str) -> Response:
        return await lab_of(request).themes.answer(request, path)

    @router.get(f"/lab/api/listings/{tail('path')}")
    async def list_listings(path: str, someone: Reader) -> dict[str, list[str]]:
        return LISTINGS


def _add_setting_routes(router: APIRouter) -> None:
    @router.get("/lab/api/settings")
    @router.get("/lab/api/settings/")
    async def list_settings(
        request: Request, someone: Reader, kept: Kept, session: Transaction, ids_only: str = ""
    ) -> Response:
        if ids_only == "true":
            return JSONResponse(kept.list_ids())
        return await _large_json(request, await kept.list_settings(session, someone.person_id))

    @router.get(f"/lab/api/settings/{tail('plugin_id')}")
    async def read_setting(
        request: Request, plugin_id: str, someone: Reader, kept: Kept, session: Transaction
    ) -> Response:
        found = await kept.read_setting(session, someone.person_id, plugin_id)
        return await _large_json(request, found)

    @router.put(f"/lab/api/settings/{tail('plugin_id')}", status_code=204)
    async def save_setting(
        plugin_id: str,
        someone: Writer,
        kept: Kept,
        raw: SettingText,
        parsed: CheckedSetting,
        session: Transaction,
    ) -> None:
        await kept.save_setting(session, someone.person_id, plugin_id, raw, parsed)


def _add_workspace_routes(router: APIRouter) -> None:
    @router.get("/lab/api/workspaces")
    @router.get("/lab/api/workspaces/")
    async def list_workspaces(someone: Reader, kept: Kept, session: Transaction) -> dict[str, Any]:
        return await kept.list_workspaces(session, someone.person_id)

    @router.get(f"/lab/api/workspaces/{tail('name')}")
    async def read_workspace(
        name: str, someone: Reader, kept: Kept, session: Transaction
    ) -> dict[str, Any]:
        return await kept.read_workspace(session, someone.person_id, name)

    @router.put(f"/lab/api/workspaces/{tail('name')}", status_code=204)
    async def save_workspace(
        name: str, someone: Writer, kept: Kept, layout: Layout, session: Transaction
    ) -> None:
        await kept.save_workspace(session, someone.person_id, name, layout)

    @router.delete(f"/lab/api/workspaces/{tail('name')}", status_code=204)
    async def delete_workspace(
        name: str, someone: Writer, kept: Kept, session: Transaction
    ) -> None:
        await kept.delete_workspace(session, someone.person_id, name)


def _add_translation_routes(router: APIRouter) -> None:
    @router.get("/lab/api/translations")
    @router.get("/lab/api/translations/")
    async def list_translations(
        request: Request, someone: Reader, kept: Kept, session: Transaction
    ) -> Response:
        locale = await kept.locale(session, someone.person_id)
        packs = await asyncio.to_thread(languages.list_packs, locale)
        return Response(packs, media_type="application/json")

    @router.get("/lab/api/translations/{locale}")
    async def read_translation(request: Request, locale: str, someone: Reader) -> Response:
        return await _large_json(request, await asyncio.to_thread(languages.read_pack, locale))


def _add_page_routes(router: APIRouter) -> None:
    # Any other address is JupyterLab's page, which says itself that it does not know it; a program
    # that asks for an unknown part of the API needs a plain answer.
    @router.get(f"/lab/api/{tail('rest')}", dependencies=[PUBLIC])
    async def refuse_unknown_api(rest: str) -> None:
        raise NotFound("JupyterLab's API has no such part here.")

    @router.get("/lab")
    @router.get(f"/lab/{tail('rest')}")
    async def show_lab(request: Request, someone: Reader, rest: str = "") -> Response:
        return await _page(request, f"lab/{rest}")

    @router.get("/doc")
    @router.get(f"/doc/{tail('rest')}")
    async def show_document(request: Request, someone: Reader, rest: str = "") -> Response:
        return await _page(request, f"doc/{rest}")


async def _page(request: Request, path: str) -> Response:
    parts = await lab_of(request).parts()
    headers = {
        "Content-Security-Policy": parts.security_policy,
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return HTMLResponse(parts.page.render(path), headers=headers)


async def _large_json(request: Request, text: str | bytes) -> Response:
    """JSON ready-made, compressed lightly where it is worth it and the client takes it."""
    raw = text.encode() if isinstance(text, str) else text
    headers = {"Vary": "Accept-Encoding"}
    accepted = "gzip" in request.headers.get("accept-encoding", "")
    if accepted and len(raw) >= SMALLEST_COMPRESSED_BYTES:
        raw = await asyncio.to_thread(gzip.compress, raw, 1)
        headers["Content-Encoding"] = "gzip"
    return Response(raw, media_type="application/json", headers=headers)
