"""What a runtime looks like from outside: as Jupyter's kernel, as its owner's holding."""

import asyncio
import time
from dataclasses import replace
from datetime import datetime

from colonnade.kit.errors import ColonnadeError, Unavailable
from colonnade.runtimes.classes import RuntimeClass
from colonnade.runtimes.engine import Usage
from colonnade.runtimes.kernelspecs import spec_name
from colonnade.runtimes.launcher import Launcher
from colonnade.runtimes.lifetimes import Countdown, count_down
from colonnade.runtimes.register import Runtime
from colonnade.runtimes.remote import KernelAnswer
from colonnade.runtimes.schemas import Holding, Kernel

USAGE_SECONDS = 2.0
"""How long a page waits for the engine's figures before it does without."""


class Views:
    """Looks at runtimes, asking them and the engine where needed; a failure never hides one."""

    def __init__(self, launcher: Launcher, default: RuntimeClass) -> None:
        self._launcher = launcher
        self._default = default
        self._last_cpu: dict[str, tuple[float, float]] = {}

    async def kernel(self, runtime: Runtime) -> Kernel:
        """The runtime's kernel, asked what it is doing; 'unknown' when it does not answer."""
        try:
            answers = await self._launcher.server(runtime).kernels()
        except Unavailable:
            return self.unasked(runtime, "unknown")
        return self._answered(runtime, answers)

    def unasked(self, runtime: Runtime, state: str = "idle") -> Kernel:
        """The runtime's kernel as far as it is known without asking it."""
        return Kernel(
            id=runtime.kernel_id or "",
            name=spec_name(runtime.terms, self._default),
            display_name=runtime.terms.display_name,
            runtime_id=runtime.id,
            path=runtime.notebook_path or "",
            environment=runtime.terms.environment,
            last_activity=runtime.last_activity,
            execution_state=state,
        )

    async def holding(self, runtime: Runtime) -> Holding:
        """The runtime as its owner sees it."""
        terms, now = runtime.terms, self._launcher.clock()
        usage = await self._usage(runtime)
        count = _countdown(runtime, now)
        return Holding(
            id=runtime.id,
            class_name=terms.name,
            display_name=terms.display_name,
            environment=terms.environment,
            state=runtime.state,
            kernel_id=runtime.kernel_id,
            notebook_path=runtime.notebook_path,
            usage=usage,
            cpu_share=self._cpu_share(runtime, usage),
            memory_limit_bytes=int(terms.memory),
            disk_limit_bytes=int(terms.disk),
            uptime_seconds=((runtime.ended or now) - (runtime.claimed or now)).total_seconds(),
            idle_ends_at=count.idle_ends_at if count else None,
            lifetime_ends_at=count.lifetime_ends_at if count else None,
            warning=count.warning if count else False,
            stop_reason=runtime.stop_reason,
            ended_at=runtime.ended,
        )

    def _answered(self, runtime: Runtime, answers: list[KernelAnswer]) -> Kernel:
        for answer in answers:
            if str(answer.id) == runtime.kernel_id:
                kernel = self.unasked(runtime, answer.execution_state)
                # A runtime's own word moves nothing past the present.
                said = min(answer.last_activity, self._launcher.clock())
                latest = max(kernel.last_activity, said)
                return replace(kernel, last_activity=latest, connections=answer.connections)
        return self.unasked(runtime, "dead")

    async def _usage(self, runtime: Runtime) -> Usage:
        if runtime.ended is not None or runtime.in_hand:
            return Usage()
        try:
            async with asyncio.timeout(USAGE_SECONDS):
                return await self._launcher.engine.usage(runtime.id)
        except (ColonnadeError, TimeoutError):
            return Usage()

    def _cpu_share(self, runtime: Runtime, usage: Usage) -> float | None:
        if runtime.ended is not None:
            self._last_cpu.pop(runtime.id, None)
            return None
        now = time.monotonic()
        before = self._last_cpu.get(runtime.id)
        self._last_cpu[runtime.id] = (now, usage.cpu_seconds)
        if before is None or now - before[0] < 0.1:
            return None
        return max(usage.cpu_seconds - before[1], 0.0) / (now - before[0])


def _countdown(runtime: Runtime, now: datetime) -> Countdown | None:
    if runtime.claimed is None or runtime.ended is not None:
        return None
    return count_down(runtime.terms, runtime.claimed, runtime.last_activity, runtime.busy, now)
