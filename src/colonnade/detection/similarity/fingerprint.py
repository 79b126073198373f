"""A known project by a sample of its hashes, and the file in which it ships.

Fingerprints hold no text and no code: hashes of shingles, and facts about where they came from.
What unrelated projects share (vendored libraries, boilerplate) is left out when one is made, so
that it counts for nobody; `Common` is a sample of that.
"""

import base64
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from colonnade.detection.similarity.shingles import HASH_BYTES
from colonnade.detection.similarity.sketch import Sketch

KEPT_OF_CODE = 512
KEPT_OF_PATHS = 192


def _packed(hashes: Iterable[bytes]) -> str:
    return base64.b64encode(b"".join(sorted(hashes))).decode()


def _unpacked(value: object) -> object:
    if not isinstance(value, str):
        return value
    data = base64.b64decode(value, validate=True)
    if len(data) % HASH_BYTES:
        raise ValueError(f"not hashes of {HASH_BYTES} bytes")
    return frozenset(data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES))


PackedHashes = Annotated[
    frozenset[bytes], BeforeValidator(_unpacked), PlainSerializer(_packed, return_type=str)
]


class Sample(BaseModel):
    """A sketch as it is written: the number of distinct shingles, and the smallest hashes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(ge=0)
    hashes: PackedHashes

    def sketch(self) -> Sketch:
        """As a value to compare with."""
        return Sketch(self.size, self.hashes)


class Source(BaseModel):
    """Where a fingerprint comes from.

    Attributes:
        family: short name of the project and those that come from it.
        category: of the policy; 'benign' for projects that are compared with to be set apart.
        role: what the project does: `face-swap`, `re-enactment`, `lip-sync`, `voice-clone`, or for
            benign ones `deepfake-detection`, `face-recognition` and so on.
        repository: canonical address.
        commit: the whole id of the commit.
        committed: its date.
        licence: what the project says of itself, as a fact: SPDX id, or 'none stated'.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,40}$")
    category: str = Field(pattern=r"^[a-z][a-z-]{2,40}$")
    role: str = Field(pattern=r"^[a-z][a-z-]{2,40}$")
    repository: str
    commit: str = Field(pattern=r"^[0-9a-f]{40}$")
    committed: date
    licence: str


class Fingerprint(BaseModel):
    """A known project: what sets its paths and its code apart from other projects."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    made: date
    source: Source
    code: Sample
    paths: Sample


class Common(BaseModel):
    """What unrelated projects share: every such hash of code that begins below `bound`.

    Attributes:
        projects: how many were looked at.
        bound: hashes below it are listed, all others not; 'ff' is all of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    made: date
    projects: int = Field(ge=0)
    bound: str = Field(pattern=r"^([0-9a-f]{2})+$")
    code: Sample
