"""Addresses in one canonical spelling, and what they point at."""

import re
from urllib.parse import unquote

_SCHEME = re.compile(r"^(?:git\+)?[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SCP = re.compile(r"^(?:\w[\w.-]*@)([\w.-]+):(?!//)(.+)$")
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
_PREFIXES_OF_HUGGING_FACE = frozenset({"spaces", "datasets"})


def canonical(address: str) -> str:
    """`host/path` in lower case: no scheme, user, port 443, query, fragment, `.git` or `www.`.

    >>> canonical("git@github.com:Someone/Some-Tool.git")
    'github.com/someone/some-tool'
    """
    text = unquote(address.strip())
    if scp := _SCP.match(text):
        text = f"{scp[1]}/{scp[2]}"
    text = _SCHEME.sub("", text).split("#", 1)[0].split("?", 1)[0]
    host, _, path = text.partition("/")
    host = host.rpartition("@")[2].lower().removesuffix(":443").removeprefix("www.")
    path = re.sub(r"/+", "/", path).strip("/")
    if host in _FORGES or path.endswith(".git"):
        path = path.split("@", 1)[0]
    path = path.lower().removesuffix(".git")
    return f"{host}/{path}" if path else host


def project(address: str) -> str:
    """The project's name that a canonical address of a forge points at, or ''.

    Release files, archives and raw files name their project too.
    """
    host, _, path = address.partition("/")
    pieces = [piece for piece in path.split("/") if piece]
    if host == "api.github.com" and pieces[:1] == ["repos"]:
        return pieces[2] if len(pieces) > 2 else ""
    if host in _MIRRORS or host in _FORGES:
        if pieces and pieces[0] in _PREFIXES_OF_HUGGING_FACE:
            pieces = pieces[1:]
        return pieces[1] if len(pieces) > 1 else ""
    return ""


_ARCHIVE = re.compile(
    r"api\.(?P<a>github\.com)/repos/(?P<b>[^/]+/[^/]+)/(?:zip|tar)ball(?:/|$)"
    r"|codeload\.(?P<c>github\.com)/(?P<d>[^/]+/[^/]+)/(?:legacy\.)?(?:zip|tar\.gz)/"
    r"|(?P<e>github\.com|codeberg\.org)/(?P<f>[^/]+/[^/]+)/(?:archive|zipball|tarball)/"
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
