"""Make a manifest for `colonnade evaluate` from a list of public notebooks and a folder of mirrors.

tools/dev_manifest.py LIST MIRRORS OUT

LIST has JSON lines with `repo` (owner/name), `path`, `commit_or_id`, `sha256`, `label` and
optionally `family`. MIRRORS holds a git directory for each repository, at `owner+name/repo` or
`owner+name/repo/.git`. OUT gets the notebooks and `manifest.jsonl`; it must lie outside of this
repository, which holds no text of others. A notebook whose commit is not there is taken from the
newest state; how many are not byte for byte those of the list is printed.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Write the manifest; 1 when nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Raw)
    for name in ("list", "mirrors", "out"):
        parser.add_argument(name, type=Path)
    asked = parser.parse_args()
    if asked.out.resolve().is_relative_to(ROOT):
        parser.error("OUT lies in this repository, which holds no text of others")
    rows = [json.loads(line) for line in asked.list.read_text("utf-8").splitlines() if line]
    (asked.out / "notebooks").mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, Any]] = []
    other = 0
    for number, row in enumerate(rows):
        data = _content(asked.mirrors, row)
        if data is None:
            continue
        name = f"notebooks/{number:04d}.ipynb"
        (asked.out / name).write_bytes(data)
        other += hashlib.sha256(data).hexdigest() != row["sha256"]
        kept = {key: row.get(key, "") for key in ("label", "family", "repo")}
        entries.append({"path": name, "split": "dev", **kept})
    lines = (json.dumps(entry) for entry in entries)
    (asked.out / "manifest.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(entries)} of {len(rows)} notebooks, {other} in another state than listed")
    return int(not entries)


def _content(mirrors: Path, row: dict[str, Any]) -> bytes | None:
    owner, _, name = row["repo"].partition("/")
    folder = mirrors / f"{owner}+{name}" / "repo"
    folder = folder / ".git" if (folder / ".git").is_dir() else folder
    for revision in (row["commit_or_id"], "HEAD"):
        git = ["git", f"--git-dir={folder}", "-c", "safe.directory=*"]
        shown = subprocess.run([*git, "show", f"{revision}:{row['path']}"], capture_output=True)
        if shown.returncode == 0 and shown.stdout:
            return shown.stdout
    return None


class _Raw(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the docstring."""


if __name__ == "__main__":
    sys.exit(main())
