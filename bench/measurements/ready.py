"""How soon a control plane answers after its start, with the environment built and the host up.

That is what a person meets when the operator restarts the service or installs a new version.
"""

import time

from bench.figures import Figure, at_most, p50
from bench.ground import Ground
from bench.kernels import connected
from bench.plain import answers
from bench.processes import until
from bench.served import Served, data_folder

TARGET = at_most(2)


async def measure(ground: Ground) -> list[Figure]:
    """Start once to make the database and the host, then time further starts."""
    async with data_folder(ground, "ready") as platform:
        first = await _start(platform)
        later = [await _start(platform) for _ in range(ground.samples(7, 2))]
    return [
        Figure(
            "ready", "control plane ready, p50", p50(later), "s", TARGET, f"{len(later)} starts"
        ),
        Figure("ready", "slowest of these", max(later), "s"),
        Figure("ready", "very first start (empty data folder)", first, "s"),
    ]


async def _start(platform: Served) -> float:
    """Seconds until it said `ready:` and /readyz, which asks the database and the host, agreed."""
    async with platform.control_plane() as seconds, connected(platform.address, "") as client:
        said = time.perf_counter()
        await until(lambda: answers(client.http, f"{client.address}/readyz"), "/readyz to agree")
        return seconds + time.perf_counter() - said
