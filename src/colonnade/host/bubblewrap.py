"""The arguments that make a sandbox with bubblewrap.

Mounts are made in the order given, so a later one can hide what lies under it; the root is made
read-only last.
"""

from dataclasses import dataclass
from pathlib import Path

from colonnade.host.egress import handover
from colonnade.host.environment import Environment, is_in_system
from colonnade.host.places import Places
from colonnade.host.stage import INSIDE, Slot, Stage
from colonnade.runtimes.egress.terms import EgressTerms
from colonnade.runtimes.engine import Limits

PLACES = Places()
CERTIFICATES = "certificates.pem"
"""Among the notes that the host writes for the runtime."""
CONFINE = (
    *("--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"),
    *("--disable-userns", "--cap-drop", "ALL", "--clearenv"),
    *("--uid", "1000", "--gid", "1000", "--hostname", "colonnade"),
)
_SYSTEM_FOLDERS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_TMP_BYTES = 1 << 30
_SCRATCH_BYTES = 64 << 20


@dataclass(frozen=True)
class Confinement:
    """What a sandbox is made of. `content` and `layer` are writable folders on the stage."""

    slot: Slot
    content: Path
    layer: Path
    environment: Environment
    limits: Limits
    egress: EgressTerms
    count_inside: bool
    """Whether the number of processes must be bounded from inside, for want of other means."""


def system_mounts() -> list[str]:
    """The machine's own programs and libraries, and a bare /proc and /dev."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM_FOLDERS:
        folder = Path("/") / name
        if folder.is_symlink():
            arguments += ["--symlink", str(folder.readlink()), str(folder)]
        elif folder.is_dir():
            arguments += ["--ro-bind", str(folder), str(folder)]
    return [*arguments, "--proc", "/proc", "--dev", "/dev"]


def arguments(parts: Confinement, stage: Stage) -> list[str]:
    """Everything that stands before the command."""
    memory = parts.limits.memory_bytes
    # Both together at half of the memory, so that filling them leaves the server room to live.
    volatile = min(_TMP_BYTES, memory // 4) if memory else _TMP_BYTES
    made = [*CONFINE, *system_mounts()]
    made += _read_only(stage.root / "etc", Path("/etc"))
    made += ["--dev-bind", str(parts.slot.terminals), "/dev/pts"]
    made += [*_tmpfs(Path("/dev/shm"), volatile, "1777"), "--remount-ro", "/dev"]  # noqa: S108
    made += _tmpfs(Path("/tmp"), volatile, "1777")  # noqa: S108
    made += ["--dir", "/var", "--symlink", "/tmp", "/var/tmp"]  # noqa: S108
    made += _tmpfs(PLACES.scratch, _SCRATCH_BYTES, "0700")
    if not is_in_system(parts.environment):
        made += _read_only(stage.show(parts.environment.base), parts.environment.base)
    made += _read_only(stage.show(INSIDE), PLACES.inside)
    made += _read_only(stage.show(parts.environment.folder), PLACES.environment)
    made += ["--bind", str(parts.content), str(PLACES.content)]
    made += ["--bind", str(parts.layer), str(PLACES.layer)]
    made += _read_only(parts.slot.notes, PLACES.slot)
    made += _read_only(parts.slot.drive, PLACES.drive)
    variables = PLACES.variables(parts.limits)
    trusted = str(PLACES.slot / CERTIFICATES) if parts.egress.certificates else ""
    variables |= handover.variables(parts.egress, trusted)
    if parts.count_inside and parts.limits.processes:
        variables["COLONNADE_PROCESSES"] = str(parts.limits.processes)
    for name, value in variables.items():
        made += ["--setenv", name, value]
    return [*made, "--chdir", str(PLACES.content), "--remount-ro", "/"]


def _read_only(source: Path, target: Path) -> list[str]:
    return ["--ro-bind", str(source), str(target)]


def _tmpfs(target: Path, size_bytes: int, mode: str) -> list[str]:
    return ["--size", str(size_bytes), "--perms", mode, "--tmpfs", str(target)]
