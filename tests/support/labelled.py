"""A small labelled corpus: one notebook for each thing that can become of one."""

import json
from pathlib import Path

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


def write_notebook(file: Path, sources: list[str]) -> None:
    """A notebook of these code cells."""
    cells = [{"cell_type": "code", "source": source} for source in sources]
    file.write_text(json.dumps({"cells": cells}))
