"""Measure how well forks are recognised and how seldom others are, on clones on this machine.

    .venv/bin/python tools/measure_similarity.py CLONES [--parents]

`fingerprints/trials.yaml` lists the projects, none of which a fingerprint was made of. Prints
Markdown tables: forks as they are and after each disguise, benign projects by their strongest
likeness to a deepfake program, all benign ones as one folder, and the time for 5,000 source files.

With `--parents` instead: each benign project that deepfake programs vendor is taken out of the
sources, the fingerprints are made again without it, and it is compared: what would an unknown
library look like?
"""

import builtins
import keyword
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from clones import Clone
from make_fingerprints import read_projects

from colonnade.detection.similarity.bank import Bank, default_bank
from colonnade.detection.similarity.likeness import Likeness, compare, gather
from colonnade.detection.similarity.making import make_common, make_fingerprints
from colonnade.detection.similarity.tree import TreeFile
from colonnade.kit.shipped import shipped

Tree = Mapping[str, bytes]
_TOKEN = re.compile(
    rb'"""[\s\S]*?(?:"""|\Z)|\'\'\'[\s\S]*?(?:\'\'\'|\Z)'
    rb"|\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?|\#[^\n]*|[A-Za-z_]\w*"
)
_DEFINED = re.compile(
    rb"(?:\b(?:def|class|for|as)\s+|\bself\.)?\b([A-Za-z_]\w*)\s*(?=[=(:,)]|\bin\b)"
)
_PADDED = re.compile(rb"((?:[^\n]*\n){8})")
_KEPT = frozenset(keyword.kwlist) | frozenset(dir(builtins)) | {"self", "cls"}


def half_renamed(tree: Tree) -> Tree:
    """Every second file under another name."""
    dice = random.Random(1)  # noqa: S311 nothing secret
    return {_other_name(path, dice) if dice.random() < 0.5 else path: tree[path] for path in tree}


def without_comments(tree: Tree) -> Tree:
    """No comment and no docstring."""
    return {path: _replace(data, _bare) for path, data in tree.items()}


def names_changed(tree: Tree) -> Tree:
    """Each name that the project assigns, defines or passes by, changed all over the project."""
    own = {name for data in tree.values() for name in _DEFINED.findall(data)}
    own -= {word.encode() for word in _KEPT}
    new = {name: b"z%d" % index for index, name in enumerate(sorted(own))}
    return {path: _replace(data, lambda one: new.get(one, one)) for path, data in tree.items()}


def padded(tree: Tree) -> Tree:
    """A statement without effect after every eighth line."""
    return {path: _PADDED.sub(rb"\1pass; assert not None\n", data) for path, data in tree.items()}


def all_three(tree: Tree) -> Tree:
    """The first three at once."""
    return names_changed(without_comments(half_renamed(tree)))


DISGUISES: tuple[Callable[[Tree], Tree], ...] = (
    dict,
    half_renamed,
    without_comments,
    names_changed,
    all_three,
    padded,
)


def main(
    clones: Annotated[Path, typer.Argument(help="The folder of the clones.")],
    parents: Annotated[bool, typer.Option(help="Measure vendored libraries instead.")] = False,
) -> None:
    """Print the tables."""
    trials: Any = yaml.safe_load((shipped("fingerprints") / "trials.yaml").read_text("utf-8"))
    if parents:
        _parents(clones, trials["parents"])
        return
    bank = default_bank()
    forks = _forks(clones, trials["forks"], bank)
    benign = {name: _read(clones, name) for name in trials["benign"]}
    _benign(benign, bank)
    _timing(_together(benign) | _together(forks), bank)


def _parents(clones: Path, names: Iterable[str]) -> None:
    projects = [project for project, _ in read_projects(clones)]
    print("| left out | likest to | code | Jaccard | paths | fork |\n|---|---|---|---|---|---|")
    for name in names:
        others = [one for one in projects if one.source.repository != name]
        made = projects[0].source.committed
        bank = Bank(make_fingerprints(others, made), make_common(others, made))
        _benign_row(name, _read(clones, name), bank)


def _forks(clones: Path, listed: Iterable[Mapping[str, Any]], bank: Bank) -> Mapping[str, Tree]:
    titles = " | ".join(one.__name__.replace("_", " ").strip() for one in DISGUISES[1:])
    print(f"| fork | as | code | Jaccard | paths | {titles} |")
    print("|---|---|---|---|---|" + "---|" * (len(DISGUISES) - 1))
    trees: dict[str, Tree] = {}
    for one in listed:
        name = one["repository"]
        tree = trees[name] = _read(clones, name)
        likenesses = [_likest(disguise(tree), bank, one["families"]) for disguise in DISGUISES]
        cells = " | ".join(map(_verdict, likenesses[1:]))
        called = name.removeprefix("github.com/") + (" (near)" if one.get("near") else "")
        print(f"| {called} | {_row(likenesses[0])} | {cells} |", flush=True)
    print()
    return trees


def _benign(trees: Mapping[str, Tree], bank: Bank) -> None:
    print("| benign | likest to | code | Jaccard | paths | fork |\n|---|---|---|---|---|---|")
    for name, tree in trees.items():
        _benign_row(name, tree, bank)
    _benign_row("all in one folder", _together(trees), bank)
    print()


def _benign_row(name: str, tree: Tree, bank: Bank) -> None:
    found = _likest(tree, bank, None)
    called = "yes" if found and found.is_fork() else "no"
    print(f"| {name.removeprefix('github.com/')} | {_row(found)} | {called} |", flush=True)


def _timing(tree: Tree, bank: Bank) -> None:
    chosen = [path for path in tree if path.endswith(".py")][:5000]
    size = sum(len(tree[path]) for path in chosen)
    started = time.process_time()
    compare(gather(_files({path: tree[path] for path in chosen}), bank), bank)
    seconds = time.process_time() - started
    print(f"{len(chosen)} source files, {size >> 20} MiB: {seconds:.1f} s of one core")


def _together(trees: Mapping[str, Tree]) -> dict[str, bytes]:
    return {f"{name}/{path}": data for name, tree in trees.items() for path, data in tree.items()}


def _likest(tree: Tree, bank: Bank, families: Iterable[str] | None) -> Likeness | None:
    found = compare(gather(_files(tree), bank), bank)
    wanted = (
        one
        for one in found
        if (one.source.family in families if families else one.source.category == "deepfakes")
    )
    return next(wanted, None)


def _row(found: Likeness | None) -> str:
    if found is None:
        return "– | 0 | 0 | 0"
    return (
        f"{found.source.family} | {found.containment:.2f} | {found.jaccard:.2f}"
        f" | {found.paths_containment:.2f}"
    )


def _verdict(found: Likeness | None) -> str:
    if found is None:
        return "missed"
    return f"{found.containment:.2f}{'' if found.is_fork() else ' missed'}"


def _read(clones: Path, repository: str) -> Tree:
    files = Clone(clones, repository).files("HEAD")
    return {file.path: file.read() if file.is_source() else b"" for file in files}


def _files(tree: Tree) -> Iterator[TreeFile]:
    return (TreeFile(path, lambda data=data: data) for path, data in tree.items())


def _other_name(path: str, dice: random.Random) -> str:
    folder, _, name = path.rpartition("/")
    suffix = name[name.rfind(".") :] if "." in name else ""
    return f"{folder}/r{dice.randrange(10**6)}{suffix}".lstrip("/")


def _bare(token: bytes) -> bytes:
    return b"" if token[:1] == b"#" or token[:3] in {b'"""', b"'''"} else token


def _replace(data: bytes, new: Callable[[bytes], bytes]) -> bytes:
    return _TOKEN.sub(lambda match: new(match[0]), data)


if __name__ == "__main__":
    typer.run(main)
