"""A stand-in for `Runtimes`: kernels that are only listed, for tests of what lists them."""

import uuid
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime

from colonnade.accounts.identity import Identity
from colonnade.kit.errors import NotFound
from colonnade.runtimes.classes import RuntimeClass
from colonnade.runtimes.kernelspecs import kernelspecs_model
from colonnade.runtimes.schemas import Kernel

CLASSES = [
    RuntimeClass(name="python3", display_name="Python 3 · CPU"),
    RuntimeClass(name="large", display_name="Python 3 · Large"),
]


class StandInRuntimes:
    """Keeps the promises of `Runtimes` about kernels, without sandboxes."""

    def __init__(self) -> None:
        self._kernels: dict[str, dict[str, Kernel]] = defaultdict(dict)

    def kernelspecs(self, identity: Identity) -> dict[str, object]:
        return kernelspecs_model(CLASSES, CLASSES[0])

    async def start_kernel(self, identity: Identity, spec_name: str, path: str) -> Kernel:
        found = next((each for each in CLASSES if each.name == spec_name), None)
        if found is None:
            raise NotFound("There is no such runtime class.")
        kernel = Kernel(
            id=str(uuid.uuid4()),
            name=spec_name,
            display_name=found.display_name,
            runtime_id=uuid.uuid4().hex,
            path=path,
            environment="scientific",
            last_activity=datetime.now(UTC),
        )
        self._kernels[identity.person_id][kernel.id] = kernel
        return kernel

    async def kernels(self, identity: Identity) -> list[Kernel]:
        return list(self._kernels[identity.person_id].values())

    async def kernel(self, identity: Identity, kernel_id: str) -> Kernel:
        kernel = self._kernels[identity.person_id].get(kernel_id)
        if kernel is None:
            raise NotFound("There is no such kernel.")
        return kernel

    async def interrupt(self, identity: Identity, kernel_id: str) -> None:
        await self.kernel(identity, kernel_id)

    async def restart(self, identity: Identity, kernel_id: str) -> Kernel:
        kernel = replace(await self.kernel(identity, kernel_id), execution_state="starting")
        self._kernels[identity.person_id][kernel_id] = kernel
        return kernel

    async def shutdown(self, identity: Identity, kernel_id: str) -> None:
        kernel = await self.kernel(identity, kernel_id)
        del self._kernels[identity.person_id][kernel.id]

    async def move(self, identity: Identity, kernel_id: str, path: str) -> None:
        kernel = await self.kernel(identity, kernel_id)
        self._kernels[identity.person_id][kernel_id] = replace(kernel, path=path)
