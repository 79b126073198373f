"""Runtime classes as Jupyter's kernelspecs, so that every client can choose hardware."""

from collections.abc import Sequence
from typing import Any

from colonnade.runtimes.classes import STOCK_NAME, RuntimeClass


def spec_name(terms: RuntimeClass, default: RuntimeClass) -> str:
    """How the class is called in Jupyter's API: the default one is what notebooks ask for."""
    return STOCK_NAME if terms.name == default.name else terms.name


def kernelspecs_model(classes: Sequence[RuntimeClass], default: RuntimeClass) -> dict[str, Any]:
    """Jupyter's answer to GET /api/kernelspecs for somebody who may use `classes`."""
    specs = {spec_name(one, default): _spec(spec_name(one, default), one) for one in classes}
    first = spec_name(default, default)
    return {"default": first if first in specs else next(iter(specs), ""), "kernelspecs": specs}


def _spec(name: str, terms: RuntimeClass) -> dict[str, Any]:
    hardware = {
        "class": terms.name,
        "cpus": terms.cpus,
        "memory_bytes": int(terms.memory),
        "disk_bytes": int(terms.disk),
        "accelerator": terms.accelerator,
        "accelerators": terms.accelerators,
        "environment": terms.environment,
        "idle_seconds": terms.idle_seconds,
        "lifetime_seconds": terms.lifetime_seconds,
    }
    return {
        "name": name,
        "spec": {
            "argv": [],
            "env": {},
            "display_name": terms.display_name,
            "language": "python",
            "interrupt_mode": "signal",
            "metadata": {"debugger": False, "colonnade": hardware},
        },
        "resources": {},
    }
