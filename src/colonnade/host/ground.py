"""What the host stands on: what this machine can enforce, found out by trying, once at start."""

import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from colonnade.host import bubblewrap, system
from colonnade.host.disks import SMALLEST_BYTES
from colonnade.host.egress.outlook import outlook
from colonnade.host.idmap import make_id_map
from colonnade.host.limits import Limiter, find_limiter
from colonnade.host.seccomp import build_filter
from colonnade.host.sensing.file_outlook import files_line, gpu_line
from colonnade.host.sensing.outlook import exec_gate_line, processes_line, try_asking
from colonnade.host.stage import Stage, enter_stage, group_name
from colonnade.kit.ownership import AREA_UID, RUNTIME_UIDS
from colonnade.runtimes.engine import Tier, TierLine

_INSTALL = "apt install bubblewrap (0.8 or newer: Debian 12, Ubuntu 24.04)"
_APPARMOR = (
    "Ubuntu 23.10 and newer: give bubblewrap an AppArmor profile with `userns,` (see "
    "docs/deploy/tiers.md), or sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
)
_PROC = (
    "show it the whole of /proc: leave ProtectKernelTunables, ProtectKernelLogs and ProtectProc "
    "out of its unit (see docs/deploy/single-machine.md)"
)
_USERNS = "sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000"
_DELEGATE = "start it by: systemd-run{user} --scope -p Delegate=yes bin/serve"
_SWAP = "swapoff -a, or start Linux with swapaccount=1"
_PATIENCE_SECONDS = 10
_HOOK = TierLine(
    "in-kernel hook",
    "reduced",
    "kernels tell of code that is made while they run; hints only, since code there can forge or "
    "stop them, which shows as a gap",
)


@dataclass(frozen=True)
class Ground:
    """What was found. `stage` is None where no namespace is to be had."""

    stage: Stage | None
    limiter: Limiter
    own_users: bool
    """Whether each runtime gets a user of its own, with its owner's files mapped to it."""
    disk_images: bool
    tier: Tier
    asks: bool = False
    """Whether the kernel can ask about every exec."""

    def close(self) -> None:
        """Remove what the survey has made on the machine."""
        self.limiter.close()
        if self.stage is not None:
            self.stage.close()


def survey(data: Path, unsafe: bool) -> Ground:
    """Try everything. Moves this process, which must have one thread, to namespaces of its own."""
    limiter = find_limiter("colonnade-" + group_name(data))
    if unsafe:
        line = TierLine(
            "sandbox",
            "missing",
            "switched off by --unsafe-no-sandbox: notebooks run as the platform's own user",
            "start without --unsafe-no-sandbox",
        )
        network = TierLine(
            "network", "missing", "runtimes use this machine's network, past the proxy"
        )
        sight = _sight_lines("no sandbox", unsafe)
        files = (files_line(False, False), gpu_line())
        lines = (line, _limits_line(limiter), network, *sight, *files, _HOOK)
        return Ground(None, limiter, False, False, Tier(False, lines))
    try:
        stage = enter_stage(data)
    except OSError as problem:
        line = TierLine("sandbox", "missing", f"no namespaces ({problem})", _USERNS)
        lines = (line, _limits_line(limiter), *_sight_lines("no sandbox", unsafe))
        return Ground(None, limiter, False, False, Tier(False, lines))
    sandbox, seccomp = _try_sandbox(stage), _try_seccomp()
    users, images = _try_users(stage, data), _try_images(stage, data)
    network = TierLine("network", "full", "runtimes have only a loopback of their own")
    limits, drive = _limits_line(limiter), _drive_line(data)
    asks = try_asking(*_confined(stage)) if sandbox.level == "full" else "no sandbox"
    lines = (sandbox, seccomp, limits, users, images, drive, network, outlook())
    lines += (*_sight_lines(asks, unsafe), files_line(True, stage.own_ids), gpu_line(), _HOOK)
    sound = sandbox.level == seccomp.level == "full"
    full = {line.name for line in lines if line.level == "full"}
    tier = Tier(sound, lines)
    return Ground(stage, limiter, "user ids" in full, "disk limit" in full, tier, not asks)


def _try_sandbox(stage: Stage) -> TierLine:
    if shutil.which("bwrap") is None:
        return TierLine("sandbox", "missing", "bubblewrap is not installed", _INSTALL)
    outcome = _run(*_confined(stage))
    if not outcome:
        return TierLine("sandbox", "full", "bubblewrap with namespaces of its own")
    remedy = _PROC if "mount proc" in outcome else f"{_APPARMOR}; or {_USERNS}"
    remedy = _INSTALL if "nknown option" in outcome else remedy
    return TierLine("sandbox", "missing", f"bubblewrap does not start: {outcome}", remedy)


def _confined(stage: Stage) -> tuple[list[str], int | None]:
    """(a command in a bare sandbox, the user that starts it)."""
    user = RUNTIME_UIDS[0] if stage.own_ids else None
    program = shutil.which("bwrap") or "/usr/bin/bwrap"
    command = [program, *bubblewrap.CONFINE, *bubblewrap.system_mounts(), "--remount-ro", "/"]
    return [*command, "--", "/bin/true"], user


def _sight_lines(asks: str, unsafe: bool) -> tuple[TierLine, TierLine]:
    return processes_line(asks, unsafe), exec_gate_line(asks, unsafe)


def _try_seccomp() -> TierLine:
    try:
        build_filter()
    except (ImportError, RuntimeError, OSError) as problem:
        detail = f"no system call filter ({problem})"
        return TierLine("seccomp", "missing", detail, "apt install libseccomp2")
    return TierLine("seccomp", "full", "dangerous system calls are refused")


def _limits_line(limiter: Limiter) -> TierLine:
    if not limiter.bounds_memory:
        detail = "resource limits only: memory is bounded for each process, processor time is not"
        remedy = _DELEGATE.format(user="" if os.geteuid() == 0 else " --user")
        return TierLine("limits", "reduced", detail, remedy)
    detail = f"memory, processor and processes by {limiter.name}"
    if _has_swap() and not limiter.bounds_swap:
        detail += "; but what is swapped out is not counted, so memory is bounded by swap alone"
        return TierLine("limits", "reduced", detail, _SWAP)
    return TierLine("limits", "full", detail)


def _has_swap() -> bool:
    with suppress(OSError):
        return len(Path("/proc/swaps").read_text().splitlines()) > 1
    return False


def _drive_line(data: Path) -> TierLine:
    """Whether people's files, which code writes past every quota, can fill the platform's disk."""
    areas = data / "areas"
    if areas.exists() and areas.stat().st_dev != data.stat().st_dev:
        return TierLine("drive limit", "full", "people's files have a file system of their own")
    detail = "/drive shares the database's disk; who exceeds the quota is stopped seconds later"
    return TierLine("drive limit", "reduced", detail, f"mount a file system of its own on {areas}")


def _try_users(stage: Stage, data: Path) -> TierLine:
    if not stage.own_ids:
        detail = "all runtimes run as the platform's own user, kept apart by namespaces"
        return TierLine("user ids", "reduced", detail, "start the host as root")
    area, target = data / "host" / "probe", stage.root / "probe"
    try:
        area.mkdir(exist_ok=True)
        target.mkdir(exist_ok=True)
        namespace = make_id_map(AREA_UID, RUNTIME_UIDS[0])
        try:
            system.mount_mapped(area, target, namespace)
            system.unmount(target)
        finally:
            os.close(namespace)
    except OSError as problem:
        detail = f"one user for all runtimes: id-mapped mounts fail ({problem.strerror})"
        remedy = "Linux 5.12 or newer and ext4, xfs, btrfs or a recent ZFS under the data folder"
        return TierLine("user ids", "reduced", detail, remedy)
    finally:
        with suppress(OSError):
            area.rmdir()
    return TierLine("user ids", "full", "a user id of its own for each runtime")


def _try_images(stage: Stage, data: Path) -> TierLine:
    remedy = "start the host as root on a machine with loop devices and e2fsprogs"
    walked = "/content is counted by walks, and a runtime that exceeds its disk is stopped"
    if not stage.own_ids:
        return TierLine("disk limit", "reduced", walked, remedy)
    image, target = data / "host" / "probe.img", stage.root / "probe-disk"
    try:
        target.mkdir(exist_ok=True)
        with image.open("wb") as file:
            os.truncate(file.fileno(), SMALLEST_BYTES)
        outcome = _run(["mkfs.ext4", "-q", "-F", str(image)], None) or _run(
            ["mount", "-o", "loop", str(image), str(target)], None
        )
        if not outcome:
            system.unmount(target)
    except OSError as problem:
        outcome = str(problem.strerror)
    finally:
        image.unlink(missing_ok=True)
    if outcome:
        return TierLine("disk limit", "reduced", f"{walked} ({outcome})", remedy)
    detail = "/content is a disk image of its own size, in bytes and in files"
    return TierLine("disk limit", "full", detail)


def _run(command: list[str], user: int | None) -> str:
    """Run to the end; what it said when it failed, else ''."""
    search = f"{os.environ.get('PATH', '/usr/bin:/bin')}:/usr/sbin:/sbin"
    try:
        done = subprocess.run(
            command,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            capture_output=True,
            timeout=_PATIENCE_SECONDS,
            env={"PATH": search},
            cwd="/",
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        return f"{command[0]}: {problem}"
    text = done.stderr.decode(errors="replace").strip().splitlines()
    return "" if done.returncode == 0 else (text[-1] if text else f"exit {done.returncode}")
