"""Clones of public projects on this machine, read through `git`: nothing is checked out or run.

For `make_fingerprints.py` and `measure_similarity.py`.
"""

import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from colonnade.detection.similarity.tree import MAX_FILE_BYTES, TreeFile


class Clone:
    """The clone of `github.com/owner/name` below a folder of clones.

    Looked for as `owner/name`, as `owner+name`, and as `repo` in the latter, bare or with a work
    tree. Raises SystemExit when it is in none of these places.
    """

    def __init__(self, clones: Path, repository: str) -> None:
        owner, name = repository.split("/")[-2:]
        below = [Path(owner) / name, Path(f"{owner}+{name}"), Path(f"{owner}+{name}") / "repo"]
        found = [clones / one / end for one in below for end in (".git", ".")]
        chosen = next((one for one in found if (one / "HEAD").is_file()), None)
        if chosen is None:
            raise SystemExit(f"{clones}: no clone of {repository}")
        self._command = ("git", "-c", "safe.directory=*", "--git-dir", str(chosen))

    def committed(self, commit: str) -> date:
        """The commit's date."""
        return date.fromisoformat(self._git("log", "-1", "--format=%cs", commit).decode().strip())

    def files(self, commit: str) -> Iterator[TreeFile]:
        """Its regular files; links and other projects within it are left out."""
        for row in self._git("ls-tree", "-r", "-z", "-l", commit).split(b"\0")[:-1]:
            facts, path = row.split(b"\t", 1)
            mode, _, blob, size = facts.split()
            if mode in {b"100644", b"100755"} and size.isdigit():
                yield TreeFile(
                    path.decode("utf-8", "surrogateescape"),
                    lambda blob=blob: self._git("cat-file", "blob", blob.decode())[:MAX_FILE_BYTES],
                )

    def _git(self, *words: str) -> bytes:
        return subprocess.run([*self._command, *words], capture_output=True, check=True).stdout
