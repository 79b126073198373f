"""Addresses in one canonical spelling, and what they point at.

To know another host that hands out what lies on a forge, name it in `_ALIASES`, or, where its paths
are made otherwise, in `_REWRITTEN`.
"""

import re
from urllib.parse import parse_qs, unquote

_SCHEME = re.compile(r"^(?:git\+)?([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_SCP = re.compile(r"^(?:git\+)?(?:\w[\w.-]*@)?([\w.-]+\.[a-z]{2,24}):(?!//|\d+(?:/|$))(.+)$", re.I)
_ADDRESS = re.compile(r"(?:git\+)?[a-z][a-z0-9+.-]{1,15}://[^\s'\"<>\\^`{|}]{3,400}", re.IGNORECASE)
_FORGES = (
    "github.com",
    "gitlab.com",
    "codeberg.org",
    "bitbucket.org",
    "gitee.com",
    "huggingface.co",
)
_MIRRORS = frozenset({"raw.githubusercontent.com", "codeload.github.com"})
"""Where a forge keeps raw files and archives, under the same paths."""
_REGISTRIES = frozenset({"docker.io", "ghcr.io", "quay.io", "nvcr.io"})
"""Hosts of images of containers, each under its owner's name."""
_PREFIXES_OF_HUGGING_FACE = frozenset({"spaces", "datasets"})
_ALIASES = {
    "hf.co": "huggingface.co",
    "hf-mirror.com": "huggingface.co",
    "codeload.github.com": "github.com",
    "ssh.github.com": "github.com",
    "kkgithub.com": "github.com",
    "bgithub.xyz": "github.com",
    "hub.fastgit.org": "github.com",
    "hub.fastgit.xyz": "github.com",
    "raw.githack.com": "raw.githubusercontent.com",
    "rawcdn.githack.com": "raw.githubusercontent.com",
}
"""Hosts under which the paths of another are found."""
_REWRITTEN = (
    (re.compile(r"^api\.github\.com/repos/(?=[^/]+/[^/]+/(?:zip|tar)ball)"), "github.com/"),
    (re.compile(r"^cdn\.jsdelivr\.net/gh/([^/]+/[^/@]+)@?"), r"github.com/\1/"),
    (re.compile(r"^media\.githubusercontent\.com/media/"), "raw.githubusercontent.com/"),
    (re.compile(r"^[\w.-]+/(?:https?:/)?(?=(?:github|gitlab)\.com/|huggingface\.co/)"), ""),
)
"""Hosts that stand before a forge, by how their addresses begin, and what stands for that."""
_WITHIN = re.compile(r"/(?:tree|blob|commits?|src|-|trunk|branches|wiki|issues)(?:/.*)?$")
_PORTS = {"https": ":443", "http": ":80", "ssh": ":22", "git": ":9418", "": ":443"}
_DRIVE = re.compile(r"^(?:drive|docs|drive\.usercontent)\.google\.com$")
_DRIVE_PATH = re.compile(r"(?:^|/)(?:file/d|folders|d)/([\w-]{10,80})")


def canonical(address: str) -> str:
    """`host/path` in lower case: no scheme, user, usual port, query, fragment, `.git` or `www.`.

    A file of Google Drive is named by its id alone, however it is asked for. Hosts that hand out
    what lies on a forge give way to it, and names beyond ASCII are written as the net has them.

    >>> canonical("git@github.com:Someone/Some-Tool.git")
    'github.com/someone/some-tool'
    """
    text = unquote(address.strip())
    scheme = ""
    if found := _SCHEME.match(text):
        scheme, text = found[1].lower(), text[found.end() :]
    elif scp := _SCP.match(text):
        text = f"{scp[1]}/{scp[2]}"
    if scheme == "hf":
        text = f"huggingface.co/{text}"
    text, _, query = text.split("#", 1)[0].partition("?")
    host, _, path = text.partition("/")
    host = _host(host, scheme.removeprefix("git+"))
    if _DRIVE.match(host) and (known := _in_drive(host, path, query)):
        return f"drive.google.com/{known}".lower()
    whole = f"{host}/{_resolved(path)}" if path else host
    for before, instead in _REWRITTEN:
        whole = before.sub(instead, whole)
    host, _, path = whole.partition("/")
    if host in _FORGES or path.endswith(".git"):
        path = path.split("@", 1)[0]
    path = path.strip("/").lower().removesuffix(".git")
    return f"{host}/{path}" if path else host


def repository(address: str) -> str:
    """The part of a canonical address that can be cloned: no branch, page or folder behind it.

    >>> repository("github.com/someone/some-tool/tree/main")
    'github.com/someone/some-tool'
    """
    return _WITHIN.sub("", address) if address.partition("/")[0] in _FORGES else address


def _host(host: str, scheme: str) -> str:
    host = host.rpartition("@")[2].lower().removesuffix(_PORTS.get(scheme, ":443"))
    host = host.removesuffix(".").removeprefix("www.")
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return host
    return _ALIASES.get(host, host)


def _resolved(path: str) -> str:
    """A path without empty and dotted parts."""
    kept: list[str] = []
    for piece in path.split("/"):
        if piece == "..":
            del kept[-1:]
        elif piece not in {"", "."}:
            kept.append(piece)
    return "/".join(kept)


def _in_drive(host: str, path: str, query: str) -> str:
    """The id of a file or folder in Google Drive, or ''."""
    asked = parse_qs(query, max_num_fields=50).get("id") if query.count("&") < 50 else None
    if asked and (host != "docs.google.com" or path.startswith("uc")):
        return asked[0]
    found = _DRIVE_PATH.search(path) if host != "docs.google.com" else None
    return found[1] if found else ""


def project(address: str) -> str:
    """The project's name that a canonical address of a forge points at, or ''.

    Release files, archives and raw files name their project too.
    """
    host, _, path = address.partition("/")
    pieces = [piece for piece in path.split("/") if piece]
    if host == "api.github.com" and pieces[:1] == ["repos"]:
        return pieces[2] if len(pieces) > 2 else ""
    if host in _MIRRORS or host in _FORGES or host in _REGISTRIES:
        if pieces and pieces[0] in _PREFIXES_OF_HUGGING_FACE:
            pieces = pieces[1:]
        return pieces[1] if len(pieces) > 1 else ""
    return ""


_ARCHIVE = re.compile(
    r"api\.(?P<a>github\.com)/repos/(?P<b>[^/]+/[^/]+)/(?:zip|tar)ball(?:/|$)"
    r"|codeload\.(?P<c>github\.com)/(?P<d>[^/]+/[^/]+)/(?:legacy\.)?(?:zip|tar\.gz)/"
    r"|(?P<e>github\.com|codeberg\.org)/(?P<f>[^/]+/[^/]+)/"
    r"(?:archive|zipball|tarball|(?:legacy\.)?(?:zip|tar\.gz))(?:/|$)"
    r"|(?P<g>gitlab\.com)/(?P<h>[^/]+/[^/]+)/-/archive/"
)


def tree(address: str) -> str:
    """The project whose whole tree a canonical address gives as an archive, or ''.

    >>> tree("github.com/someone/tool/archive/refs/heads/main.zip")
    'github.com/someone/tool'
    """
    found = _ARCHIVE.match(address)
    return "/".join(one for one in found.groups() if one) if found else ""


def addresses(text: str) -> list[str]:
    """Every address with a scheme in `text`, as written, at most 100."""
    if "://" not in text:
        return []
    return [
        match[0].rstrip(".,;:)]")
        for match, _ in zip(_ADDRESS.finditer(text), range(100), strict=False)
    ]
