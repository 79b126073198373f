"""The processes of a runtime as seen from the host: who they are and what they use."""

import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from colonnade.host.limits import processes_in

_SERVER = "colonnade_server.py"
_MOST_FILES = 200_000


def members(outermost: int, groups: Iterable[Path]) -> list[psutil.Process]:
    """Every process of the runtime: those in its groups, or else the descendants of its first."""
    found: list[psutil.Process] = []
    for number in processes_in(groups):
        with suppress(psutil.Error):
            found.append(psutil.Process(number))
    if not found:
        with suppress(psutil.Error):
            first = psutil.Process(outermost)
            found = [first, *first.children(recursive=True)]
    return found


def ask_to_end(processes: Iterable[psutil.Process]) -> bool:
    """Send SIGTERM to the Jupyter server among them; whether there was one."""
    for process in sorted(processes, key=lambda one: one.pid):
        with suppress(psutil.Error):
            if any(part.endswith(_SERVER) for part in process.cmdline()[:4]):
                process.terminate()
                if "bwrap" not in process.name():
                    return True
    return False


def is_same(number: int, started: float) -> bool:
    """Whether process `number` is the one that started then, not a later one of that number."""
    with suppress(psutil.Error):
        return abs(psutil.Process(number).create_time() - started) < 1.0
    return False


def kill_all_of(uid: int) -> None:
    """Kill every process of a runtime's own user."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.uids().real == uid:
                process.kill()


def memory_bytes(processes: Iterable[psutil.Process]) -> int:
    """Their proportional share of memory (PSS); resident memory where that is not to be read."""
    return sum(_share(process) for process in processes)


def cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    """Processor time of those that live now."""
    total = 0.0
    for process in processes:
        with suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def size_of(folder: Path) -> int:
    """Bytes on disk beneath `folder`, links not followed, counting at most `_MOST_FILES` files."""
    total = 0
    for count, path in enumerate(folder.rglob("*")):
        if count > _MOST_FILES:
            break
        with suppress(OSError):
            total += path.lstat().st_blocks * 512
    return total


def remove_tree(folder: Path) -> None:
    """Delete a folder with whatever a runtime has made in it, however deep. Blocks."""
    # shutil.rmtree calls itself for each level, and a stranger chose how many there are.
    subprocess.run(["rm", "-rf", "--one-file-system", "--", str(folder)], check=False)


def _share(process: psutil.Process) -> int:
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    with suppress(psutil.Error):
        return process.memory_info().rss
    return 0
