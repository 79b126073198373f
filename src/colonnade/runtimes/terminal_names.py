"""The names of terminals as people see them: `<first digits of the runtime's id>-<its own name>`.

A terminal's own name ('1', '2', …) is unique only within its runtime. Eight digits tell a person's
few runtimes apart; who resolves a name looks among that person's runtimes only.
"""

import re
from collections.abc import Iterable

from colonnade.kit.errors import NotFound

_DIGITS = 8
_PUBLIC = re.compile(r"([0-9a-f]{8})-([A-Za-z0-9_]{1,32})")


def public_name(runtime_id: str, name: str) -> str:
    """How the terminal `name` of the runtime is called in Jupyter's API."""
    return f"{runtime_id[:_DIGITS]}-{name}"


def split_name(public: str) -> tuple[str, str]:
    """The beginning of the runtime's id, and the terminal's own name. Raises NotFound."""
    found = _PUBLIC.fullmatch(public)
    if found is None:
        raise NotFound("There is no such terminal.")
    return found[1], found[2]


def find_terminal(public: str, runtime_ids: Iterable[str]) -> tuple[str, str]:
    """The runtime among `runtime_ids` (a person's own) and the terminal's name. Raises NotFound."""
    beginning, name = split_name(public)
    for runtime_id in runtime_ids:
        if runtime_id.startswith(beginning):
            return runtime_id, name
    raise NotFound("There is no such terminal.")
