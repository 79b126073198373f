"""What a call in Python fetches or installs, as canonical addresses.

To know another hub on which projects are named without an address, add its calls to `HUB`.
"""

import re

from tree_sitter import Node

from colonnade.detection.features.command import read_words
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.literal import point_at
from colonnade.detection.features.reader import CodeReader
from colonnade.detection.normalise.fold import Folder, arguments_of
from colonnade.detection.normalise.fold.nodes import keywords_of

HUB = re.compile(
    r"(?:^|\.)(?:hf_hub_download|snapshot_download|cached_download|hf_hub_url|from_pretrained)$"
    r"|^(?:transformers\.pipeline|gradio\.load|gradio\.Interface\.load|gradio_client\.Client)$"
)
CLONERS = re.compile(
    r"^(?:git\.)?(?:Repo|Git)\.(?:clone|clone_from)$|\.clone_from$|^pygit2\.clone_repository$"
    r"|^(?:dulwich\.)?porcelain\.clone$"
)
WEB = re.compile(r"(?:https?|ftp|hf)://\S", re.IGNORECASE)
_MAY_NAME = frozenset(
    {"list", "string", "concatenated_string", "identifier", "binary_operator", "call", "attribute"}
    | {"subscript", "parenthesized_expression"}
)
_DRIVE_ID = re.compile(r"[\w-]{25,60}")
_HUB_NAME = re.compile(r"(?:spaces/|models/)?([\w.-]+/[\w.-]+)")


def read_fetched(
    collector: Collector, folder: Folder, call: Node, name: str, lines: tuple[int, int]
) -> None:
    """The address that is fetched, also where a hub or a drive is named by an id alone."""
    kind = Kind.CLONE if CLONERS.search(name) else Kind.DOWNLOAD
    keywords = {key: folder.text(value) for key, value in keywords_of(call)}
    positional = [
        folder.text(one) for one in arguments_of(call)[:3] if one.type != "keyword_argument"
    ]
    given = [one for one in (*positional, *keywords.values()) if one]
    addressed = [one for one in given if "://" in one]
    for address in addressed[:3]:
        point_at(collector, kind, address, *lines)
    if addressed:
        return
    if HUB.search(name):
        named = [keywords.get("repo_id") or keywords.get("model"), *given]
        hub = next((found for one in named if (found := _HUB_NAME.fullmatch(one or ""))), None)
        if hub is not None:
            space = "space" in given or name.endswith(".Client") or hub[0].startswith("spaces/")
            holder = "huggingface.co/spaces" if space else "huggingface.co"
            point_at(collector, kind, f"https://{holder}/{hub[1]}", *lines)
    elif name.startswith("torch.hub.") and given and _HUB_NAME.match(given[0]):
        point_at(collector, kind, f"https://github.com/{given[0].split(':')[0]}", *lines)
    elif "gdown" in name or "google_drive" in name:
        drive = keywords.get("id") or keywords.get("file_id") or next(iter(given), "")
        if _DRIVE_ID.fullmatch(drive or ""):
            point_at(collector, kind, f"https://drive.google.com/{drive}", *lines)
    elif not given:
        for one in arguments_of(call)[:1]:
            folder.need(one)


def read_targeted(
    collector: Collector,
    folder: Folder,
    arguments: list[Node],
    lines: tuple[int, int],
    inner: CodeReader,
) -> None:
    """The words that `pip.main` is given, or the address that is among the first arguments."""
    for one in arguments[:3]:
        value = one.child_by_field_name("value") if one.type == "keyword_argument" else one
        if value is None or value.type not in _MAY_NAME:
            continue
        words = folder.fold(value)
        if isinstance(words, list):
            given = tuple(one for one in words if isinstance(one, str))
            read_words(collector, ("pip", *given), *lines, inner)
        elif isinstance(words, str) and WEB.match(words):
            point_at(collector, Kind.DOWNLOAD, words, *lines)
            return
