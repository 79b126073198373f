"""What the sensors of files and GPUs see on this machine, as `colonnade doctor` says it."""

from collections.abc import Callable
from pathlib import Path

from colonnade.runtimes.engine import TierLine
from colonnade.sensors.gpu import Nvml, find_nvml

_AS_ROOT = "start the host as root"
_DRIVER = "driver/nvidia"


def files_line(confined: bool, own_ids: bool) -> TierLine:
    """The tier's line 'files'.

    confined: whether runtimes have folders and mounts of their own.
    own_ids: whether the host can give its user away.
    """
    if not confined:
        detail = "/content and /opt/layer are seen; a runtime can write elsewhere, which is not"
        return TierLine("files", "reduced", detail, "start without --unsafe-no-sandbox")
    seen = "what /content, /opt/layer, /drive, /tmp and /dev/shm hold is seen within seconds"
    if not own_ids:
        detail = f"{seen}; files are examined by a process of the platform's own user"
        return TierLine("files", "reduced", detail, _AS_ROOT)
    return TierLine("files", "full", f"{seen}; files are examined by a process that owns nothing")


def gpu_line(proc: Path = Path("/proc"), find: Callable[[], Nvml | None] = find_nvml) -> TierLine:
    """The tier's line 'gpu'."""
    if not (proc / _DRIVER).exists():
        return TierLine("gpu", "full", "this machine has no GPU with NVIDIA's driver")
    if find() is None:
        detail = "there is a GPU, and who uses it is not seen"
        return TierLine("gpu", "missing", detail, "pip install nvidia-ml-py")
    return TierLine("gpu", "full", "who uses the GPUs is seen by the driver's own figures")
