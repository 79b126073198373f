"""Runs cells in a real IPython shell of its own process, to see what they print and show."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_PROGRAM = """
import json, os, subprocess, sys, tempfile
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

sys.dont_write_bytecode = True
shell = InteractiveShell.instance()
shell.displayhook.write_output_prompt = lambda: None

def system(command):
    # As the kernel's own, but without a terminal, whose closing takes a tenth of a second.
    line = shell.var_expand(command, depth=1)
    done = subprocess.run(line, shell=True, stdout=-1, stderr=subprocess.STDOUT, text=True)
    print(done.stdout, end="")

object.__setattr__(shell, "system", system)
answers = []
for cells in json.load(sys.stdin):
    shell.reset()
    with tempfile.TemporaryDirectory() as folder, capture_output(display=False) as captured:
        os.chdir(folder)
        succeeded = all([shell.run_cell(cell, store_history=True).success for cell in cells])
        os.chdir("/")
    answers.append([succeeded, captured.stdout, captured.stderr])
json.dump(answers, sys.stdout)
"""


def run_notebooks(notebooks: Sequence[Sequence[str]], home: Path) -> list[tuple[bool, str, str]]:
    """Whether all cells succeeded, what was printed and shown, and errors, of each notebook."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        input=json.dumps([list(cells) for cells in notebooks]),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
        env={"HOME": str(home), "IPYTHONDIR": str(home / "ipython"), "PATH": "/usr/bin:/bin"},
    )
    return [tuple(answer) for answer in json.loads(done.stdout)]
