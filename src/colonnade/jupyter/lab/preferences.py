"""Each person's JupyterLab settings and window layouts, kept in the database.

In the database and not in folders: a backup holds them, several control planes agree on them, and a
name that a client chose never becomes a path.
"""

import asyncio
import json
from typing import Any, cast

import json5
from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.jupyter.bodies import parse_object
from colonnade.jupyter.lab import languages
from colonnade.jupyter.lab.catalogue import Catalogue, Plugin
from colonnade.jupyter.models import moment
from colonnade.jupyter.repository import PreferenceRepository
from colonnade.jupyter.tables import LabSetting, LabWorkspace
from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.errors import Invalid, NotFound, TooMany

LARGEST_SETTING_CHARACTERS = 64 * 1024
LARGEST_COMMENTED_CHARACTERS = 16 * 1024
"""The parser of JSON with comments is slow (about 0.1 s for this much)."""
LARGEST_WORKSPACE_BYTES = 128 * 1024
MOST_WORKSPACES = 32
LONGEST_WORKSPACE_NAME = 200


class Preferences:
    """Reads and writes settings and layouts. Holds nothing of anybody's in memory."""

    def __init__(self, catalogue: Catalogue, clock: Clock = utcnow) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._rows = PreferenceRepository()

    async def locale(self, session: AsyncSession, person_id: str) -> str:
        """The installed locale that the person chose, English if none."""
        row = await self._rows.setting(session, person_id, languages.PLUGIN)
        values: dict[str, Any] = json.loads(row.parsed) if row else {}
        return languages.choose(values.get("locale"))

    async def list_settings(self, session: AsyncSession, person_id: str) -> str:
        """Every plugin's schema and the person's values, as the JSON that JupyterLab expects."""
        rows = {row.plugin_id: row for row in await self._rows.settings(session, person_id)}
        locale = await self.locale(session, person_id)
        return await asyncio.to_thread(self._assemble, locale, rows)

    def list_ids(self) -> dict[str, Any]:
        """Every plugin's id, in the form that JupyterLab expects."""
        return {
            "settings": [{"id": name} for name in sorted(self._catalogue.plugins, reverse=True)]
        }

    async def read_setting(self, session: AsyncSession, person_id: str, plugin_id: str) -> str:
        """One plugin's schema and the person's values as JSON. Raises NotFound."""
        plugin = self._catalogue.find(plugin_id)
        row = await self._rows.setting(session, person_id, plugin_id)
        locale = await self.locale(session, person_id)
        rows = {plugin_id: row} if row else {}
        return await asyncio.to_thread(self._entry, locale, plugin, rows)

    async def check_setting(self, plugin_id: str, raw: str) -> str:
        """What `raw`, JSON with or without comments, says as plain JSON. Done before a transaction
        begins, since it may take a tenth of a second.

        Raises NotFound, or Invalid if it does not fit the plugin's schema.
        """
        plugin = self._catalogue.find(plugin_id)
        values = await asyncio.to_thread(_parse_commented, raw)
        await asyncio.to_thread(plugin.check, values)
        return json.dumps(values)

    async def save_setting(
        self, session: AsyncSession, person_id: str, plugin_id: str, raw: str, parsed: str
    ) -> None:
        """Keep `raw` and what `check_setting` found in it."""
        await self._rows.save_setting(session, person_id, plugin_id, raw, parsed, self._clock())

    async def list_workspaces(self, session: AsyncSession, person_id: str) -> dict[str, Any]:
        """All layouts, in the form that JupyterLab expects."""
        values = [_layout(row) for row in await self._rows.workspaces(session, person_id)]
        ids = [value["metadata"]["id"] for value in values]
        return {"workspaces": {"ids": ids, "values": values}}

    async def read_workspace(
        self, session: AsyncSession, person_id: str, name: str
    ) -> dict[str, Any]:
        """One layout; an empty one for a name that was never saved."""
        row = await self._rows.workspace(session, person_id, name)
        return _layout(row) if row else {"data": {}, "metadata": {"id": _with_slash(name)}}

    async def save_workspace(
        self, session: AsyncSession, person_id: str, name: str, layout: dict[str, Any]
    ) -> None:
        """Keep a layout. Raises Invalid (its id is not its name) or TooMany."""
        metadata = layout.get("metadata")
        named = cast("dict[str, Any]", metadata).get("id") if isinstance(metadata, dict) else None
        if not 0 < len(name) <= LONGEST_WORKSPACE_NAME or _with_slash(str(named)) != _with_slash(
            name
        ):
            raise Invalid("The layout's metadata.id is not the name that it is saved under.")
        known = await self._rows.workspace(session, person_id, name)
        if not known and await self._rows.count_workspaces(session, person_id) >= MOST_WORKSPACES:
            raise TooMany(
                f"You keep {MOST_WORKSPACES} workspaces, which is the most.", "Delete one first."
            )
        await self._rows.save_workspace(session, person_id, name, json.dumps(layout), self._clock())

    async def delete_workspace(self, session: AsyncSession, person_id: str, name: str) -> None:
        """Forget a layout. Raises NotFound."""
        row = await self._rows.workspace(session, person_id, name)
        if row is None:
            raise NotFound("There is no workspace of this name.")
        await session.delete(row)

    def _assemble(self, locale: str, rows: dict[str, LabSetting]) -> str:
        plugins = sorted(self._catalogue.plugins.values(), key=lambda each: each.id, reverse=True)
        entries = (self._entry(locale, plugin, rows) for plugin in plugins)
        return f'{{"settings": [{",".join(entries)}]}}'

    def _entry(self, locale: str, plugin: Plugin, rows: dict[str, LabSetting]) -> str:
        described = self._catalogue.described(locale)[plugin.id]
        values = json.dumps(_values(plugin, rows.get(plugin.id)))
        return f"{{{described}, {values[1:]}"


def _values(plugin: Plugin, row: LabSetting | None) -> dict[str, Any]:
    """A person's part of an entry. What no longer fits the schema (JupyterLab was upgraded) is not
    shown, and stays kept until it is written over."""
    if row is None:
        return {"raw": "{}", "settings": {}, "last_modified": None, "created": None}
    times = {"last_modified": moment(row.modified_at), "created": moment(row.created_at)}
    values = json.loads(row.parsed)
    try:
        plugin.check(values)
    except Invalid as problem:
        return {"raw": "{}", "settings": {}, "warning": problem.message, **times}
    return {"raw": row.raw, "settings": values, **times}


def _parse_commented(raw: str) -> dict[str, Any]:
    try:
        return parse_object(raw)
    except Invalid:
        if len(raw) > LARGEST_COMMENTED_CHARACTERS:
            raise
    try:
        values = json5.loads(raw)
    except (ValueError, RecursionError) as problem:
        raise Invalid("The settings are not valid JSON.", "Correct them.") from problem
    # Once through strict JSON: it refuses what the other form allows and clients do not (Infinity).
    return parse_object(json.dumps(values))


def _layout(row: LabWorkspace) -> dict[str, Any]:
    layout = json.loads(row.raw)
    times = {"last_modified": moment(row.modified_at), "created": moment(row.created_at)}
    return {**layout, "metadata": {**layout["metadata"], **times}}


def _with_slash(name: str) -> str:
    return "/" + name.removeprefix("/")
