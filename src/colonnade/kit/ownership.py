"""Which user ids own what on disk when Colonnade runs as root.

Files of people lie on disk under one id, `AREA_UID`; every runtime runs under an id of its own
from `RUNTIME_UIDS`, and sees its owner's files as its own through an id-mapped mount (Linux 5.12).
Without root all three are the id of the process itself, and nothing is changed.
"""

import os

AREA_UID = 1_200_000
EGRESS_UID = 1_199_999
"""Runs the proxy through which runtimes reach the network; owns nothing."""
COMMANDS_UID = 1_199_996
"""Runs the processes that judge commands for exec gates; owns nothing."""
EXAMINER_UID = 1_199_998
"""Runs what examines the files of runtimes; owns nothing."""
RUNTIME_UIDS = range(1_200_001, 1_265_537)
JUDGE_UID = 1_199_997
"""Runs the process that judges conduct; owns nothing."""


def area_owner() -> tuple[int, int] | None:
    """(uid, gid) for files in people's areas, or None where ids cannot be given away."""
    return (AREA_UID, AREA_UID) if os.geteuid() == 0 else None
