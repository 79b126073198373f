"""The process that reads texts which kernels ran: they are hostile, and it is nobody.

Started by `source_reader`, as `python -m colonnade.host.sensing.source_process`. A request is
`{"source": "…", "language": "python" | "shell"}`, the answer `{"features": [["clone", "…"], …]}`.
"""

import os
from contextlib import suppress
from typing import Any

from colonnade.detection.cells import Language
from colonnade.detection.extract import extract_after
from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.limits import Unscannable
from colonnade.kit import frames
from colonnade.kit.ownership import EGRESS_UID

READY = "1"
CPU_SECONDS = 5
NICE = 10
MOST_FEATURES = 60
_LANGUAGES: dict[str, Language] = {"python": "notebook", "shell": "shell"}
_FIRST = (
    *(Kind.CLONE, Kind.SUBCOMMAND, Kind.COMMAND, Kind.DOWNLOAD, Kind.PROJECT, Kind.INSTALL),
    *(Kind.WEIGHTS, Kind.MEDIA, Kind.ROLE, Kind.STAGE, Kind.TRAINING, Kind.BLEND, Kind.SAFETY),
    *(Kind.POOL, Kind.WALLET, Kind.MAGNET, Kind.FLOOD, Kind.VERB, Kind.OPTION, Kind.WORD),
    *(Kind.FOLDER, Kind.INPUT, Kind.OUTPUT, Kind.URL, Kind.IMPORT, Kind.DISGUISE, Kind.OPAQUE),
)
"""The most telling first: an observation has room for few."""
_PLACES = {kind: place for place, kind in enumerate(_FIRST)}


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What the text shows; what cannot be read is opaque, never nothing."""
    try:
        found = extract_after(str(request["source"]), _LANGUAGES[request["language"]]).features
    except (Unscannable, MemoryError, RecursionError):
        return {"features": [[Kind.OPAQUE, "budget"]]}
    return {"features": [[kind, value] for kind, value in _most_telling(found)]}


def main() -> None:
    """Serve frames on the standard streams until the other side closes them."""
    answer({"source": "import os\n!true", "language": "python"})  # Loads what it needs.
    frames.confine()
    become_nobody()
    frames.write({"ready": READY})
    frames.serve(answer, CPU_SECONDS)


def become_nobody() -> None:
    """Give up being root, where it is: the user that is left owns nothing."""
    os.nice(NICE)
    os.chdir("/")
    with suppress(PermissionError):
        os.setgroups([])
        os.setresgid(EGRESS_UID, EGRESS_UID, EGRESS_UID)
        os.setresuid(EGRESS_UID, EGRESS_UID, EGRESS_UID)


def _most_telling(found: tuple[Feature, ...]) -> list[tuple[Kind, str]]:
    distinct = dict.fromkeys((one.kind, one.value) for one in found)
    ordered = sorted(distinct, key=lambda one: _PLACES.get(one[0], len(_PLACES)))
    return ordered[:MOST_FEATURES]


if __name__ == "__main__":
    main()
