"""Where the parts of a runtime lie, as its own processes see them, and the environment they get."""

import math
from dataclasses import dataclass
from pathlib import Path

from colonnade.host.launch import FIXED
from colonnade.runtimes.engine import Limits


@dataclass(frozen=True)
class Places:
    """Paths as seen from inside."""

    environment: Path = Path("/opt/environment")
    layer: Path = Path("/opt/layer")
    content: Path = Path("/content")
    drive: Path = Path("/drive")
    slot: Path = Path("/run/colonnade")
    """What the host writes for the runtime to read: `folder`."""
    inside: Path = Path("/opt/colonnade")
    scratch: Path = Path("/run/jupyter")
    """Connection files and caches."""

    def command(self) -> list[str]:
        """How the Jupyter server starts. It runs on the environment alone, not on the layer."""
        return [
            str(self.environment / "bin/python"),
            "-B",
            str(self.inside / "colonnade_server.py"),
        ]

    def variables(self, limits: Limits) -> dict[str, str]:
        """Environment variables of everything in the runtime."""
        threads = str(max(1, math.ceil(limits.cpus)))
        return {
            "PATH": f"{self.layer}/bin:{self.environment}/bin:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.content),
            "USER": "jovyan",
            "SHELL": "/bin/bash",
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "TMPDIR": "/tmp",  # noqa: S108  (the runtime's own)
            "VIRTUAL_ENV": str(self.layer),
            "JUPYTER_PATH": str(self.inside / "share/jupyter"),
            "JUPYTER_RUNTIME_DIR": str(self.scratch),
            "JUPYTER_CONFIG_DIR": str(self.scratch / "config"),
            "JUPYTER_DATA_DIR": str(self.scratch / "data"),
            "IPYTHONDIR": str(self.scratch / "ipython"),
            "MPLCONFIGDIR": str(self.scratch / "matplotlib"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            "COLONNADE_ROOT": str(self.content),
            "COLONNADE_SLOT": str(self.slot),
            "COLONNADE_DRIVE": str(self.drive),
            "COLONNADE_HOOK": str(FIXED["hook"]),
            **{f"{name}_NUM_THREADS": threads for name in ("OPENBLAS", "OMP", "MKL", "NUMEXPR")},
        }
