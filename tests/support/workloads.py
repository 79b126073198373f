"""Programs that behave on a machine as known workloads do, and do nothing of it.

They write files of the right kinds, print progress of the right form and keep processors busy. No
face, model or coin is in them. Each is handed out as a zip file, as a person would bring it along.
"""

import io
import zipfile
from textwrap import dedent

FACES_A_SECOND = 12

# The options are those of the program that is imitated: its own code reads them, so that who
# renames script and folders leaves them as they are (shared/facts/signatures.md, 'DeepFaceLab').
RENAMED_SWAPPER = """
import argparse, pathlib, sys, time

parser = argparse.ArgumentParser()
parser.add_argument("step")
for name in ("input-dir", "output-dir", "detector", "face-type", "aligned-dir", "model-dir",
             "model", "training-data-src-dir", "training-data-dst-dir", "output-mask-dir"):
    parser.add_argument("--" + name)
asked = parser.parse_args()
face = (pathlib.Path(__file__).parent / "cover.jpg").read_bytes()
if asked.step == "extract":
    folder = pathlib.Path(asked.output_dir)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(120):
        (folder / f"{number:05}_0.jpg").write_bytes(face + bytes([number]))
        time.sleep(1 / RATE)
if asked.step == "train":
    model = pathlib.Path(asked.model_dir)
    model.mkdir(parents=True, exist_ok=True)
    for number in range(600):
        print(f"[12:00:{number % 60:02}][#{number:06}][0512ms][{2 / (number + 2):.4f}][0.0567]",
              flush=True)
        time.sleep(0.2)
"""
STEPS = """
import subprocess, sys
w = "/content/lessons"
run = [sys.executable, "/content/course/lesson.py"]
for side in ("left", "right"):
    cut = f"{w}/{side}/cut"
    subprocess.run([*run, "extract", "--input-dir", f"{w}/{side}", "--output-dir", cut,
                    "--detector", "s3fd", "--face-type", "whole_face"])
subprocess.run([*run, "train", "--training-data-src-dir", f"{w}/left/cut",
                "--training-data-dst-dir", f"{w}/right/cut", "--model-dir", f"{w}/m"])
"""
SILENT_SWAPPER = """
import pathlib, time
folder = pathlib.Path("/content/lessons/cut")
folder.mkdir(parents=True)
face = (pathlib.Path(__file__).parent / "cover.jpg").read_bytes()
for number in range(10_000):
    (folder / f"{number:05}_0.jpg").write_bytes(face + bytes([number % 251]))
    time.sleep(1 / RATE)
"""
MINER = """
import sys, time
end = time.time() + 120
while time.time() < end:
    pass
"""
COURSE = """
import pathlib, time
import numpy as np
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

people = pathlib.Path("/content/people")
rng = np.random.default_rng(1)
for number in range(200):
    folder = people / f"person_{number % 10}"
    folder.mkdir(parents=True, exist_ok=True)
    pixels = rng.integers(0, 255, (112, 92), dtype=np.uint8)
    Image.fromarray(pixels).save(folder / f"face_{number}.jpg")
digits = load_digits()
end = time.time() + SECONDS
while time.time() < end:
    MLPClassifier((64,), max_iter=20).fit(digits.data / 16, digits.target)
print("trained", flush=True)
"""


def packed(**files: str | bytes) -> bytes:
    """A zip file of these files; a name's `__` stands for a dot."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            text = content if isinstance(content, bytes) else program(content)
            archive.writestr(name.replace("__", "."), text)
    return made.getvalue()


def program(text: str) -> str:
    """A program's text with its rate filled in."""
    return dedent(text).replace("RATE", str(FACES_A_SECOND))
