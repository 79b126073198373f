"""The `[egress]` section of colonnade.toml, and how it becomes the terms of a runtime."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ByteSize, ConfigDict, Field, IPvAnyAddress

from colonnade.kit.errors import Invalid
from colonnade.runtimes.egress.lists import Domain, load_lists, shipped_lists
from colonnade.runtimes.egress.names import host_and_port, host_name
from colonnade.runtimes.egress.reasons import NETWORK
from colonnade.runtimes.egress.terms import DenyList, EgressTerms, Mode

GIB = 1 << 30

MIRRORS = {
    "pypi": ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"),
    "npm": ("NPM_CONFIG_REGISTRY", "npm_config_registry"),
    "conda": ("CONDA_CHANNEL_ALIAS",),
    "huggingface": ("HF_ENDPOINT",),
}
"""Environment variables that lead the tools to a mirror, by its name in the configuration."""


def _place(text: str) -> str:
    try:
        return "{}:{}".format(*host_and_port(text))
    except Invalid as problem:
        raise ValueError(problem.message) from problem


def _mirror(text: str) -> str:
    parts = urlsplit(text)
    try:
        host_name(parts.hostname or "")
    except Invalid as problem:
        raise ValueError(problem.message) from problem
    if parts.scheme not in {"https", "http"} or parts.username or parts.fragment:
        raise ValueError("the address of a mirror begins with https:// and holds no password")
    return text.rstrip("/")


class EgressSettings(BaseModel):
    """The section; docs/reference/egress.md says the same for operators."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow: tuple[Domain, ...] = Field(default=(), max_length=5_000)
    deny: tuple[Domain, ...] = Field(default=(), max_length=5_000)
    lists: Path | None = None
    allow_private: tuple[Annotated[str, AfterValidator(_place)], ...] = ()
    hosts: dict[Domain, tuple[IPvAnyAddress, ...]] = {}
    connections: int = Field(default=128, ge=1, le=4096)
    bytes_per_second: ByteSize = Field(default=ByteSize(125_000_000), ge=0)
    volume: ByteSize = Field(default=ByteSize(200 * GIB), ge=0)
    idle_seconds: float = Field(default=300, ge=5, le=86_400)
    mirrors: dict[
        Literal["pypi", "npm", "conda", "huggingface"], Annotated[str, AfterValidator(_mirror)]
    ] = {}
    certificates: Path | None = None

    def terms(
        self, mode: Mode, allow: Iterable[str] = (), enabled: Callable[[str], bool] = bool
    ) -> EgressTerms:
        """What a runtime of this mode is given.

        allow: its class's own domains; enabled: whether the policy's category is switched on, and
        with it the deny-lists that name it.

        Raises Invalid when the file of deny-lists is not sound.
        """
        if mode is Mode.NONE:
            return EgressTerms()
        lists = load_lists(self.lists) if self.lists else shipped_lists()
        lists = tuple(one for one in lists if enabled(one.category))
        own = DenyList("operator", NETWORK, "hosts that this place has closed", self.deny)
        mirrors = (urlsplit(address).hostname or "" for address in self.mirrors.values())
        return EgressTerms(
            mode=mode,
            deny=(*lists, own) if self.deny else lists,
            allow=(*self.allow, *allow, *mirrors),
            private=self.allow_private,
            hosts=tuple((name, tuple(map(str, found))) for name, found in self.hosts.items()),
            connections=self.connections,
            bytes_per_second=int(self.bytes_per_second),
            volume_bytes=int(self.volume),
            idle_seconds=self.idle_seconds,
            variables=tuple(
                (variable, address)
                for name, address in self.mirrors.items()
                for variable in MIRRORS[name]
            ),
            certificates=self.certificates,
        )
