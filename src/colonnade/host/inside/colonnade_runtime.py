"""What code in a runtime may ask of it: `colonnade_runtime.enter()` goes to the notebook's folder.

The host writes the notebook's folder, relative to the owner's files, into the runtime's slot. Each
kernel calls `enter()` when it starts; a kernel that was warmed before it had an owner is told to
call it once it has.
"""

import os

SLOT = os.environ.get("COLONNADE_SLOT", "/run/colonnade")
DRIVE = os.environ.get("COLONNADE_DRIVE", "/drive")
ROOT = os.environ.get("COLONNADE_ROOT", "/content")


def enter(folder: "str | None" = None) -> str:
    """Make `folder` (relative to the owner's files) the working folder; returns where we are.

    Without an argument: the folder that the host has written, or the scratch space when there is
    none yet. Falls back to the owner's top folder, then to the scratch space, and says so.
    """
    wanted = _written() if folder is None else folder
    if wanted is None:
        os.chdir(ROOT)
        return ROOT
    for place in (_beneath(wanted), DRIVE, ROOT):
        if place is not None and _change(place):
            break
    if os.getcwd() != _beneath(wanted):
        print(f"The notebook's folder cannot be entered; working in {os.getcwd()} instead.")
    return os.getcwd()


def _written() -> "str | None":
    try:
        with open(os.path.join(SLOT, "folder"), encoding="utf-8") as file:
            return file.read()
    except OSError:
        return None


def _beneath(folder: str) -> "str | None":
    place = os.path.realpath(os.path.join(DRIVE, folder.strip("/")))
    inside = os.path.commonpath([place, os.path.realpath(DRIVE)]) == os.path.realpath(DRIVE)
    return place if inside else None


def _change(place: str) -> bool:
    try:
        os.chdir(place)
    except OSError:
        return False
    return True
