"""Banks of projects of our own making, for tests that compare with them."""

from collections.abc import Mapping
from datetime import date

from colonnade.detection.similarity.bank import Bank
from colonnade.detection.similarity.fingerprint import Source
from colonnade.detection.similarity.making import (
    Project,
    make_common,
    make_fingerprints,
    read_project,
)
from support import projects

DAY = date(2026, 11, 22)


def source(family: str, commit: str = "0" * 40) -> Source:
    """Facts about a project that swaps faces, as far as its fingerprint says."""
    return Source(
        family=family,
        category="deepfakes",
        role="face-swap",
        repository=f"forge.example/{family}",
        commit=commit,
        committed=DAY,
        licence="MIT",
    )


def read(family: str, files: projects.Project, *kin: str, commit: str = "0" * 40) -> Project:
    """A project as the making of fingerprints takes it."""
    return read_project(source(family, commit), kin, projects.tree(files))


def bank_of(families: Mapping[str, projects.Project]) -> Bank:
    """A bank that knows these, none of them kin."""
    read_ones = [read(family, files) for family, files in families.items()]
    return Bank(make_fingerprints(read_ones, DAY), make_common(read_ones, DAY))
