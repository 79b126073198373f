"""A proxy for one guest in this process, and origins of our own on loopback."""

import ssl
import subprocess
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from colonnade.host.egress.door import Door
from colonnade.host.egress.guest import Guest
from colonnade.host.egress.resolver import Resolver
from colonnade.observations import Observation
from colonnade.runtimes.egress.lists import shipped_lists
from colonnade.runtimes.egress.terms import EgressTerms, Mode

from .harness import Out, listening

OPEN = EgressTerms(Mode.OPEN, deny=shipped_lists())


@pytest.fixture
def names() -> dict[str, list[str]]:
    """What the test's name server knows."""
    return {}


@pytest.fixture
def answers() -> list[list[str]]:
    """What the test's name server says next, whatever it is asked; then it looks into `names`."""
    return []


@pytest.fixture
async def out(
    names: dict[str, list[str]], answers: list[list[str]]
) -> AsyncGenerator[Callable[..., Awaitable[Out]]]:
    """Opens a guest's door with these terms."""
    doors: list[Door] = []

    def lookup(name: str) -> Sequence[str]:
        if answers:
            return answers.pop(0)
        if name not in names:
            raise OSError("no such name")
        return names[name]

    async def begin(**terms: object) -> Out:
        seen: list[Observation] = []
        guest = Guest("f" * 32, replace(OPEN, **terms), Resolver(lookup), seen.append)  # pyright: ignore
        listener, port = listening()
        doors.append(Door(guest))
        await doors[-1].open(listener)
        return Out(port, doors[-1], seen)

    yield begin
    for door in doors:
        await door.close()


@dataclass(frozen=True)
class Certificates:
    """An authority of the tests' own and a server's certificate from it."""

    authority: Path
    server: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """For a server."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.server, self.key)
        return made

    def trusting(self) -> ssl.SSLContext:
        """For a client."""
        return ssl.create_default_context(cafile=str(self.authority))


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Made anew for each run, for names under lab.example."""
    folder = tmp_path_factory.mktemp("certificates")
    made = Certificates(folder / "authority.pem", folder / "server.pem", folder / "key.pem")
    names = folder / "names"
    names.write_text("subjectAltName=DNS:*.lab.example,DNS:lab.example\n")
    key = str(folder / "authority.key")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    for words in (
        ("req", "-x509", *curve, "-keyout", key, "-out", str(made.authority), "-days", "2",
         "-subj", "/CN=an authority of the tests"),
        ("req", *curve, "-keyout", str(made.key), "-out", str(folder / "request"),
         "-subj", "/CN=lab.example"),
        ("x509", "-req", "-in", str(folder / "request"), "-CA", str(made.authority), "-CAkey", key,
         "-CAcreateserial", "-days", "2", "-extfile", str(names), "-out", str(made.server)),
    ):  # fmt: skip
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    return made
