"""A small corpus on disk, and what the shipped rules make of it."""

import json
from pathlib import Path

import pytest

from colonnade.evaluation.judging import Judged, judge_all
from colonnade.evaluation.manifest import read_manifest
from colonnade.policy import load_book
from support.labelled import MANIFEST, write_notebook


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The manifest of the small corpus."""
    rows: list[str] = []
    for path, label, family, owner, sources in MANIFEST:
        write_notebook(tmp_path / path, sources)
        row = {"path": path, "label": label, "split": "dev", "family": family, "owner": owner}
        rows.append(json.dumps(row))
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text("\n".join(rows))
    return manifest


@pytest.fixture
def judged(corpus: Path) -> list[Judged]:
    """The small corpus, judged by the shipped rules and policy."""
    return list(judge_all(read_manifest(corpus), load_book().current, processes=1))
