"""A disk of bounded size for each runtime: an ext4 image, loop-mounted on the stage.

The image is sparse and lies in the runtime's folder; the mount lives in the host's namespace and
the loop device clears itself, so both go when the host does.
"""

import asyncio
import os
import shutil
from pathlib import Path

from colonnade.kit.errors import StorageFull, Unavailable

SMALLEST_BYTES = 16 << 20
FREE_BYTES = 512 << 20
"""Below this much free space no runtime is started: others' files come first."""

_FEATURES = "^has_journal,^resize_inode,sparse_super2"
_EXTENDED = "nodiscard,lazy_itable_init=1"


def check_room(folder: Path) -> None:
    """Raise StorageFull when the host's disk is almost full."""
    if shutil.disk_usage(folder).free < FREE_BYTES:
        raise StorageFull(
            "The machine's disk is almost full, so no runtime can start.",
            "Ask the operator to make room.",
        )


async def mount_image(image: Path, target: Path, size_bytes: int) -> None:
    """Make an image of `size_bytes` and mount it on `target`. Raises Unavailable."""
    with image.open("xb") as file:
        os.truncate(file.fileno(), max(size_bytes, SMALLEST_BYTES))
    await _run(*("mkfs.ext4", "-q", "-F", "-m", "0", "-O", _FEATURES, "-E", _EXTENDED, str(image)))
    await _run("mount", "-o", "loop,nosuid,nodev,noatime", str(image), str(target))


async def mount_read_only(image: Path, target: Path) -> None:
    """Show what is in an image that nobody has mounted any more. Raises Unavailable."""
    options = "loop,ro,nosuid,nodev,noexec,noatime"
    await _run("mount", "-t", "ext4", "-o", options, str(image), str(target))


async def _run(*command: str) -> None:
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"},
        )
    except OSError as missing:
        raise Unavailable(f"{command[0]} cannot be run: {missing.strerror}.") from missing
    _, problem = await process.communicate()
    if process.returncode:
        text = problem.decode(errors="replace").strip()[:300]
        raise Unavailable(f"The runtime's disk is not to be had: {command[0]}: {text}")
