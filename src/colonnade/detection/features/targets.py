"""What a command clones, installs or fetches, as canonical addresses.

To know another program that does, name it in one of the sets below.
"""

import re

from colonnade.detection.features.containers import RUNNERS, image_of
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.literal import point_at

FETCHERS = frozenset(
    {"wget", "wget2", "curl", "aria2c", "gdown", "axel", "youtube-dl", "yt-dlp", "httpx", "http"}
    | {"https", "xh", "pget", "lwp-download", "rclone", "megadl", "mega-get"}
)
_HUBS = frozenset({"huggingface-cli", "hf"})
_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
_INSTALLERS = frozenset(
    {"pip", "pip3", "apt", "apt-get", "conda", "mamba", "npm", "yarn", "brew", "uv", "poetry"}
    | {"pipenv", "pdm", "pixi", "micromamba"}
)
_ADDRESS = re.compile(r"(?:git\+)?[a-zA-Z][a-zA-Z0-9+.-]*://|^[\w.-]+@[\w.-]+:")
_BARE_ADDRESS = re.compile(r"^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}[/:](?!\d+$)\S+")
_DRIVE_ID = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{25,60}")
_CLIENTS_OF_GITHUB = frozenset({"gh", "hub", "degit"})
_CLONERS = frozenset({"git", "svn"}) | _CLIENTS_OF_GITHUB
_INSTALLING = frozenset({"install", "add", "i"})
_GIVING_OUT = frozenset(
    {"clone", "remote", "pull", "submodule", "fetch", "export", "checkout", "co"}
)
_OUTPUT = {"wget": re.compile(r"-\w*[OPo]$|--output"), "curl": re.compile(r"-\w*o$|--output")}
"""Options of fetchers before what is written."""


def read_targets(
    collector: Collector, program: str, rest: tuple[str, ...], line: int, end: int
) -> None:
    """Note what `program` is told to clone, install or fetch with the words after it."""
    if program in RUNNERS and (image := image_of(rest)):
        point_at(collector, Kind.CLONE, image, line, end)
    kind = _kind(program, rest)
    if kind is None:
        return
    if kind is Kind.INSTALL:
        _packages(collector, rest, line, end)
    if program == "gdown":
        _from_drive(collector, rest, line, end)
    elif program in _CLIENTS_OF_GITHUB:
        _on_hub(collector, kind, "github.com", rest, line, end)
    elif program in _HUBS:
        holder = "huggingface.co/spaces" if "space" in rest else "huggingface.co"
        _on_hub(collector, kind, holder, rest[1:], line, end)
        return
    output = _OUTPUT.get(program)
    for before, word in zip(("", *rest), rest, strict=False):
        bare = kind is Kind.CLONE or (output is not None and not output.match(before))
        if found := _ADDRESS.search(word):
            point_at(collector, kind, word[found.start() :], line, end)
        elif bare and _BARE_ADDRESS.match(word):
            point_at(collector, kind, word, line, end)


def read_run_downloads(collector: Collector) -> None:
    """Note that a file which one cell fetches is run there under the name that it has."""
    run = {one.value for one in collector.found.values() if one.kind is Kind.COMMAND}
    fetched = [one for one in collector.found.values() if one.kind is Kind.DOWNLOAD]
    for one in fetched:
        if one.value.partition("?")[0].rpartition("/")[2].lower() in run:
            collector.add(Kind.OPAQUE, "downloaded-program", one.line - collector.offset)
            return


def _kind(program: str, rest: tuple[str, ...]) -> Kind | None:
    """What `program` does with its targets, if it has any."""
    if program in _CLONERS and (program == "degit" or not _GIVING_OUT.isdisjoint(rest)):
        return Kind.CLONE
    if program in _INSTALLERS and not _INSTALLING.isdisjoint(rest):
        return Kind.INSTALL
    if program in FETCHERS or (program in _HUBS and rest[:1] == ("download",)):
        return Kind.DOWNLOAD
    return None


def _on_hub(
    collector: Collector, kind: Kind, holder: str, rest: tuple[str, ...], line: int, end: int
) -> None:
    """`hf download owner/name`, `gh repo clone owner/name`: a project named by no address."""
    name = next((word for word in rest if _HUB_NAME.fullmatch(word)), "")
    if name:
        point_at(collector, kind, f"https://{holder}/{name}", line, end)


def _from_drive(collector: Collector, rest: tuple[str, ...], line: int, end: int) -> None:
    """`gdown ID`, `gdown --id=ID`: a file that is named by no address."""
    for word in rest:
        if _DRIVE_ID.fullmatch(identity := word.removeprefix("--id=")):
            point_at(
                collector, Kind.DOWNLOAD, f"https://drive.google.com/uc?id={identity}", line, end
            )


def _packages(collector: Collector, rest: tuple[str, ...], line: int, end: int) -> None:
    for word in rest:
        name = re.split(r"[=<>!~\[;@ ]", word, maxsplit=1)[0]
        if not word.startswith("-") and name not in {"install", "add"} and "/" not in name:
            collector.add(Kind.INSTALL, name, line, end)
