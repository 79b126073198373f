"""A small corpus on disk: one notebook for each thing that can become of one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from colonnade.evaluation.judging import Judged, judge_all
from colonnade.evaluation.manifest import read_manifest
from colonnade.policy import load_book

SWAP = [
    "!git clone https://github.com/example-person/holiday-photos tools",
    "!mkdir -p work/data_src/aligned work/data_dst/aligned",
    "!python tools/app.py extract --input-dir work/data_src --output-dir work/data_src/aligned",
    "!python tools/app.py train --training-data-src-dir work/data_src/aligned"
    " --training-data-dst-dir work/data_dst/aligned",
    "!python tools/app.py merge --input-dir work/data_dst --output-dir work/merged",
]
ANIMATE = ["!python go.py -s person.jpg -d dance.mp4 -o out.mp4"]
PLAIN = ["import pandas as pd\npd.read_csv('data.csv').plot()"]
DEEP = ["(" * 20_000]

MANIFEST = [
    ("swap.ipynb", "deepfake-creation", "trained", "one", SWAP),
    ("animate.ipynb", "deepfake-creation", "one-shot", "two", ANIMATE),
    ("missed.ipynb", "deepfake-creation", "one-shot", "three", PLAIN),
    ("plain.ipynb", "benign", "", "one", PLAIN),
    ("deep.ipynb", "benign", "", "four", DEEP),
    ("alarm.ipynb", "benign-lookalike", "", "five", ANIMATE),
    ("web.ipynb", "webui", "", "five", PLAIN),
]

Judge = Callable[[], list[Judged]]


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


def write_notebook(file: Path, sources: list[str]) -> None:
    """A notebook of these code cells."""
    cells = [{"cell_type": "code", "source": source} for source in sources]
    file.write_text(json.dumps({"cells": cells}))
