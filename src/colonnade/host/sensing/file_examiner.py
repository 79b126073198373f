"""The process that examines files and programs of runtimes: it opens nothing and knows nobody.

Started as `python -m colonnade.host.sensing.file_examiner CHANNEL [FINGERPRINTS]` by `file_keeper`,
which kills it when it takes too long; FINGERPRINTS is a folder of known projects, else those that
ship. What is to be examined comes as a descriptor over the socket CHANNEL, just
before the frame that asks about it (see `kit.frames`):

    → {"file": "work/a.bin"}         its descriptor came over CHANNEL; the name is only a name
    → {"tree": true}                 a bundle's descriptor came (`sensors.files.bundle`)
    ← {"features": [["graph", "…"], …], "sha256": "…", "problem": ""}

As root it gives its user away once everything that it needs is loaded.
"""

import ctypes
import hashlib
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import Any

from colonnade.detection.features.feature import Feature
from colonnade.detection.files.examine import examine_bytes, examine_descriptor
from colonnade.detection.limits import Unscannable
from colonnade.detection.similarity.bank import Bank, default_bank, load_bank
from colonnade.detection.similarity.examine import examine_files
from colonnade.detection.similarity.tree import TreeFile
from colonnade.host.egress.descriptors import receive
from colonnade.kit import frames
from colonnade.kit.beneath import closing
from colonnade.kit.errors import ColonnadeError
from colonnade.kit.ownership import EXAMINER_UID
from colonnade.sensors.files.bundle import unpack

READY = "files"
CPU_SECONDS = 60
"""Well above the keeper's own budget, which is the one that counts."""
HASHED_BYTES = 64 << 20
"""Larger files are told without their SHA-256: reading them whole costs more than it says."""
PIECE_BYTES = 1 << 20
NICENESS = 10
MAX_SENT = 200
_PR_SET_NO_NEW_PRIVS = 38
"""linux/prctl.h."""


def answer(bank: Bank, request: dict[str, Any], descriptor: int) -> dict[str, Any]:
    """What is found in it; a fault is a problem and never 'nothing found'."""
    try:
        if "tree" in request:
            return _told(*_tree(bank, descriptor))
        name = PurePath(str(request["file"]))
        return _told(examine_descriptor(descriptor, name), _hash(descriptor))
    except Unscannable as problem:
        return _problem(str(problem))
    except ColonnadeError as problem:
        return _problem(problem.message)
    except (MemoryError, RecursionError):
        return _problem("examining it needs more memory than there is for it")
    except Exception as problem:  # The edge of a process: a fault of ours must not end it unsaid.
        return _problem(f"the examiner stumbled over it ({type(problem).__name__})")


def main() -> None:
    """Serve frames on the standard streams until the other side closes them."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    bank = load_bank(Path(sys.argv[2])) if len(sys.argv) > 2 else default_bank()
    _load(bank)
    _step_down()
    frames.confine()
    frames.write({"ready": READY})

    def examine(request: dict[str, Any]) -> dict[str, Any]:
        _, descriptors = receive(channel, 16, 1)
        with closing(descriptors[0]):
            return answer(bank, request, descriptors[0])

    frames.serve(examine, CPU_SECONDS)


def _tree(bank: Bank, bundle: int) -> tuple[tuple[Feature, ...], str, str]:
    features, whole = examine_files(_files(bundle), bank)
    return features, "", "" if whole else "it holds more code than is compared"


def _files(bundle: int) -> Iterator[TreeFile]:
    for one in unpack(bundle):
        yield TreeFile(one.path, _reader(bundle, one.size, one.offset))


def _reader(bundle: int, size: int, offset: int) -> Callable[[], bytes]:
    return lambda: os.pread(bundle, size, offset)


def _hash(descriptor: int) -> str:
    size = os.fstat(descriptor).st_size
    if size > HASHED_BYTES:
        return ""
    summed, offset = hashlib.sha256(), 0
    while offset < size and (piece := os.pread(descriptor, PIECE_BYTES, offset)):
        summed.update(piece)
        offset += len(piece)
    return summed.hexdigest()


def _told(features: tuple[Feature, ...], sha256: str, problem: str = "") -> dict[str, Any]:
    sent = [[feature.kind.value, feature.value] for feature in features[:MAX_SENT]]
    return {"features": sent, "sha256": sha256, "problem": problem}


def _problem(text: str) -> dict[str, Any]:
    return {"features": [], "sha256": "", "problem": text}


def _load(bank: Bank) -> None:
    """Read everything that later work needs: files of ours are out of reach afterwards."""
    _ = bank.code
    examine_bytes(b"\x7fELF" + bytes(60), PurePath("x"))
    examine_bytes(b"\x80\x04" + bytes(60), PurePath("x"))


def _step_down() -> None:
    """Be nobody, for good. Raises OSError where root cannot give its user away."""
    os.nice(NICENESS)
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.geteuid() == 0 and _gives_ids():
        os.setgroups([])
        os.setresgid(EXAMINER_UID, EXAMINER_UID, EXAMINER_UID)
        os.setresuid(EXAMINER_UID, EXAMINER_UID, EXAMINER_UID)


def _gives_ids() -> bool:
    """Whether this root has other users to be: a user namespace of one has none."""
    return Path("/proc/self/uid_map").read_text().split()[2] == "4294967295"


if __name__ == "__main__":
    main()
