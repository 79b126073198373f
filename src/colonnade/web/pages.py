"""How a page is made: a template, who looks at it, and headers that let nothing else in.

Templates lie in `templates/`; partial ones start with an underscore. A page may load only files
from `assets/` of this origin: no inline script or style, no frame, no other origin.
"""

import unicodedata
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from math import ceil
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse

from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.enforcement.verdict import Outcome
from colonnade.kit.settings import Origins, Settings
from colonnade.web.assets import asset_path
from colonnade.web.tier import warnings_of

TEMPLATES = Path(__file__).with_name("templates")
NOTICE_WORDS = {Outcome.REFUSE: "not run", Outcome.HOLD: "held", Outcome.NOTICE: "ran"}
CHANNEL_WORDS = {"egress": "not connected", "exec": "not started"}
"""Of notices about something else than code; the outcome's words go for all others."""
NOTICE_TAGS = {Outcome.REFUSE: "bad", Outcome.HOLD: "warn", Outcome.NOTICE: ""}
_INVISIBLE = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}


def settings_of(connection: HTTPConnection) -> Settings:
    """What the operator chose."""
    return cast(Settings, connection.app.state.settings)


def base_of(connection: HTTPConnection) -> str:
    """Where the application begins, with slashes at both ends."""
    return settings_of(connection).base_url


def page_policy(origins: Origins, base_url: str) -> str:
    """The Content-Security-Policy of pages: our own assets, our own API, our own forms."""
    files = f"{origins.app}{base_url}assets/"
    return (
        f"default-src 'none'; script-src {files}; style-src {files}; img-src {files}; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "object-src 'none'"
    )


def render(
    connection: HTTPConnection,
    template: str,
    identity: Identity | None,
    *,
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    """A page as `identity` sees it, with the strict headers of pages.

    Referrer-Policy is 'same-origin', not 'no-referrer': under the latter browsers send
    `Origin: null` with a form (Fetch standard, 'append a request Origin header'), which the guard
    refuses.
    """
    base = base_of(connection)
    text = (
        environment()
        .get_template(template)
        .render(
            base=base,
            someone=identity,
            may=identity.may if identity else _nobody_may,
            Permission=Permission,
            status=status,
            path=connection.url.path.removeprefix(base),
            warnings=warnings_of(connection),
            asset=partial(_asset, base),
            **values,
        )
    )
    headers = {
        "Content-Security-Policy": page_policy(connection.app.state.origins, base),
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(text, status_code=status, headers=headers)


def see_other(connection: HTTPConnection, path: str) -> RedirectResponse:
    """After a form: go and look at `path`, relative to the base URL."""
    return RedirectResponse(base_of(connection) + path, status_code=303)


def _asset(base: str, name: str) -> str:
    return base + asset_path(name)


def _nobody_may(_permission: Permission) -> bool:
    return False


@cache
def environment() -> Environment:
    """The templates, escaping everything, tolerating no misspelt name."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        filter.__name__: filter for filter in (moment, machine, visible, size, span, plural)
    }
    made.filters.update(filters)
    words: dict[str, Any] = {
        "notice_words": NOTICE_WORDS,
        "notice_tags": NOTICE_TAGS,
        "channel_words": CHANNEL_WORDS,
    }
    made.globals.update(words)
    return made


def moment(value: datetime) -> str:
    """'22 November 2026, 14:05 UTC'."""
    at = value.astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def machine(value: datetime) -> str:
    """For the `datetime` attribute of a <time>."""
    return value.astimezone(UTC).isoformat(timespec="seconds")


def visible(text: str) -> str:
    """Text of a stranger with invisible and direction-reversing characters spelt out as ⟨U+202E⟩.

    Newlines and tabs stay; escaping for HTML is the template's.
    """
    return "".join(
        f"⟨U+{ord(character):04X}⟩"
        if unicodedata.category(character) in _INVISIBLE and character not in "\n\t"
        else character
        for character in text
    )


def size(count: float) -> str:
    """Bytes for people: '1.5 GB' (powers of 1024)."""
    amount, unit = float(count), "bytes"
    for unit in ("bytes", "KB", "MB", "GB", "TB"):
        if amount < 1024 or unit == "TB":
            break
        amount /= 1024
    shown = f"{amount:.0f}" if unit in {"bytes", "KB"} or amount >= 100 else f"{amount:.1f}"
    return f"{shown} {unit}"


def span(duration: timedelta | float) -> str:
    """A duration (or seconds) for people: '40 s', '12 min', '3 h 05 min', '2 days'."""
    total = duration.total_seconds() if isinstance(duration, timedelta) else duration
    seconds = max(0, ceil(total))
    if seconds < 90:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours < 48 else f"{hours // 24} days"


def plural(count: int, one: str, many: str = "") -> str:
    """'1 notebook', '2 notebooks'."""
    return f"{count} {one if count == 1 else many or one + 's'}"
