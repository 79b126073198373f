"""The settings that JupyterLab and its extensions have: their schemas, shared by all people.

Reading and checking 60 schemas takes up to 0.4 s, so it is done once (and once for each language);
what one person changed is laid over it in `preferences`.
"""

import json
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from colonnade.jupyter.lab import languages
from colonnade.jupyter.lab.places import Places
from colonnade.kit.errors import Invalid, NotFound


@dataclass(frozen=True)
class Plugin:
    """One entry of the catalogue.

    schema: with the operator's defaults in place; described: `id`, `schema` and `version` as the
    inside of a JSON object, ready to be joined with a person's values.
    """

    id: str
    schema: dict[str, Any]
    version: str
    described: str

    def check(self, values: dict[str, Any]) -> None:
        """Raise Invalid when `values` break the schema."""
        # Imported here, as below: the control plane starts without these.
        from jsonschema import Draft7Validator, ValidationError

        try:
            Draft7Validator(self.schema).validate(values)  # pyright: ignore[reportUnknownMemberType]
        except (ValidationError, RecursionError) as problem:
            said = problem.message if isinstance(problem, ValidationError) else "nested too deeply"
            raise Invalid(
                f"These settings do not fit {self.id}: {said[:300]}.", "Correct the value."
            ) from problem


class Catalogue:
    """Every plugin that has settings, by its id. Slow to make: not on the event loop."""

    def __init__(self, places: Places) -> None:
        from jupyterlab_server.settings_utils import get_settings

        with tempfile.TemporaryDirectory() as nobodys:
            found, _ = get_settings(
                str(places.operator_settings),
                str(places.schemas),
                nobodys,
                labextensions_path=[str(folder) for folder in places.extensions],
            )
        entries = cast("list[dict[str, Any]]", found["settings"])
        self.plugins = {
            entry["id"]: _plugin(entry["id"], entry["schema"], entry["version"])
            for entry in entries
        }
        self._translated = lru_cache(maxsize=8)(self._translate)

    def find(self, plugin_id: str) -> Plugin:
        """That plugin. Raises NotFound."""
        plugin = self.plugins.get(plugin_id)
        if plugin is None:
            raise NotFound("There are no settings of this name.")
        return plugin

    def described(self, locale: str) -> dict[str, str]:
        """`Plugin.described` of every plugin, by id, in a language that is installed."""
        return self._translated(locale)

    def _translate(self, locale: str) -> dict[str, str]:
        if locale == languages.DEFAULT_LOCALE:
            return {plugin.id: plugin.described for plugin in self.plugins.values()}
        return {
            plugin.id: _describe(
                plugin.id, languages.translate_schema(plugin.schema, locale), plugin.version
            )
            for plugin in self.plugins.values()
        }


def _plugin(plugin_id: str, schema: dict[str, Any], version: str) -> Plugin:
    return Plugin(plugin_id, schema, version, _describe(plugin_id, schema, version))


def _describe(plugin_id: str, schema: dict[str, Any], version: str) -> str:
    return json.dumps({"id": plugin_id, "schema": schema, "version": version})[1:-1]
