"""What a measured platform is told in its `colonnade.toml`."""

import os

COMMON = """
[[runtimes.classes]]
name = "python3"
display_name = "Python 3 · CPU"
cpus = {cpus}
memory = "{memory}"
disk = "1 GiB"
per_person = 4
pool = {pool}
"""


def prewarmed(pool: int) -> str:
    """A class of two cores at most that keeps `pool` runtimes ready."""
    return COMMON.format(cpus=min(os.cpu_count() or 1, 2), memory="2 GiB", pool=pool)


def cold_only(people: int = 1) -> str:
    """A class without a pool, small enough that `people` have one each on a common machine."""
    memory = "2 GiB" if people == 1 else "400 MiB"
    crowded = "[runtimes]\ncpu_overcommit = 100\n" if people > 1 else ""
    return crowded + COMMON.format(cpus=1 if people > 1 else 2, memory=memory, pool=0)


def shared_machine() -> str:
    """A class of one core and a small disk, as where people do not know each other."""
    crowded = "[runtimes]\ncpu_overcommit = 100\n"
    return crowded + COMMON.format(cpus=1, memory="1 GiB", pool=1)
