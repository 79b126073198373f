"""Translations of JupyterLab, as installed by the operator (`jupyterlab-language-pack-*`).

JupyterLab's server keeps one current locale for its whole process; here every answer is computed
for the locale that is passed in, so one person's language is never another's.

That library takes a second to import, so `_library` imports it when it is needed.
"""

import copy
import json
from functools import lru_cache
from typing import Any

DEFAULT_LOCALE = "en"

_Found = tuple[dict[str, Any], str]
PLUGIN = "@jupyterlab/translation-extension:plugin"
"""The setting in which a person chooses a language."""

_DOMAIN_KEY = "jupyter.lab.internationalization"


@lru_cache(maxsize=1)
def installed() -> frozenset[str]:
    """Locales that can be chosen: English and every valid installed pack."""
    names = json.loads(list_packs(DEFAULT_LOCALE))["data"]
    return frozenset(
        {DEFAULT_LOCALE, *(name for name in names if _library().is_valid_locale(name))}
    )


def choose(wanted: object) -> str:
    """The locale to use for what a person's setting says; English for what is not installed."""
    return wanted if isinstance(wanted, str) and wanted in installed() else DEFAULT_LOCALE


@lru_cache(maxsize=16)
def list_packs(locale: str) -> bytes:
    """The JSON answer that lists the packs, named in the language `locale`, one of `installed`."""
    return _answer(_library().get_language_packs(locale))


@lru_cache(maxsize=8)
def _pack(locale: str) -> bytes:
    return _answer(_library().get_language_pack(locale))


def read_pack(locale: str) -> bytes:
    """The JSON answer with the translations of `locale`, empty with a message if not installed."""
    name = DEFAULT_LOCALE if locale == "default" else locale
    if name not in installed():
        return _answer(({}, "This language pack is not installed."))
    return _pack(name)


def translate_schema(schema: dict[str, Any], locale: str) -> dict[str, Any]:
    """A copy of a settings schema with its titles and descriptions in `locale`."""
    library = _library()
    translated = copy.deepcopy(schema)
    domain = schema.get(_DOMAIN_KEY, {}).get("domain", "jupyterlab")
    bundle = library.TranslationBundle(library.translator.normalize_domain(domain), locale)
    # The public `translate_schema` reads the class-wide locale; this part of it is a pure function.
    library.translator._translate_schema_strings(bundle, translated)
    return translated


def _library() -> Any:
    from jupyterlab_server import translation_utils

    return translation_utils


def _answer(found: _Found) -> bytes:
    data, message = found
    return json.dumps({"data": data, "message": message}).encode()
