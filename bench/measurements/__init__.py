"""One question a module, in the order in which they are asked.

Each offers `async def measure(ground) -> list[Figure]`, starts what it needs, and ends it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench.figures import Figure
from bench.ground import Ground
from bench.measurements import (
    claim,
    conduct,
    crowd,
    detection,
    egress,
    hook,
    hub,
    memory,
    neighbours,
    processes,
    ready,
    roundtrip,
    sensors,
    sight,
    throughput,
)

Measure = Callable[[Ground], Awaitable[list[Figure]]]


@dataclass(frozen=True)
class Measurement:
    """A name for `--only`, what is asked, and how it is answered.

    extra: not made unless it is asked for, since it installs something.
    """

    name: str
    question: str
    measure: Measure
    extra: bool = False


MEASUREMENTS = (
    Measurement("ready", "How soon after its start does the control plane answer?", ready.measure),
    Measurement("claim", "How soon does a person see a first result?", claim.measure),
    Measurement("roundtrip", "What does the gate add to running a cell?", roundtrip.measure),
    Measurement("throughput", "How fast does output flow, and is any lost?", throughput.measure),
    Measurement("memory", "What do a person and a runtime cost?", memory.measure),
    Measurement("crowd", "Do fifty people at once notice each other?", crowd.measure),
    Measurement("detection", "What does judging cost, and how does it grow?", detection.measure),
    Measurement("conduct", "What does judging conduct cost?", conduct.measure),
    Measurement("egress", "How fast is the way out of a runtime?", egress.measure),
    Measurement("processes", "What is seen of programs, and what does it cost?", processes.measure),
    Measurement("sensors", "What does watching a runtime cost?", sensors.measure),
    Measurement("sight", "How soon is what a program does found out?", sight.measure),
    Measurement("neighbours", "Do one person's floods slow another's?", neighbours.measure),
    Measurement("hook", "What does the hook cost a kernel?", hook.measure),
    Measurement("hub", "How does it compare with JupyterHub?", hub.measure, extra=True),
)
