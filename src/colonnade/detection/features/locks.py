"""Whether a loop tries one password after another on what opens: archives, files, signed tokens.

To know another program that opens something or logs in, add it to `_ARCHIVERS`; another call, to
`_OPENS`.
"""

import re

from tree_sitter import Node

from colonnade.detection.features.loops import WORDS, Loop, own_functions
from colonnade.detection.normalise.fold import Folder, arguments_of
from colonnade.detection.normalise.fold.nodes import keywords_of

_LISTED_OR_FILE = re.compile(rf"{WORDS}|open\(|secret|keys?\b")
_OPENS = re.compile(
    r"(?:^|\.)(?:extractall|extract|open|read|setpassword|load_key|(?:pdf|reader)\w*\.decrypt|testzip"
    r"|pdfreader|pdffilereader|rarfile|sevenzipfile)$",
    re.IGNORECASE,
)
_LOCK = re.compile(
    r"(?:pwd|password|passwd|passphrase)\s*=\s*(\w+)|(?:load_key|setpassword|(?:pdf|reader)\w*\.decrypt)\((\w+)"
)
_DERIVES = re.compile(r"pbkdf2|scrypt|argon2|bcrypt|sha\d+|md5|Fernet\(", re.IGNORECASE)
_ANSWERED = re.compile(r"\bexcept\b|returncode|== ?0|\bif\b")
_TOLD = re.compile(
    r"""(?:-p ?|/p:|-u ["']?[\w.@]{1,60}:)["']?(?:["']\s*\+\s*|\{)(\w+)"""
    r"""|["'](?:-P|-p|-w|-a|--password|-passin)["']\s*,\s*(\w+)"""
)
_ARCHIVERS = re.compile(
    r"""["'](?:7z[ar]?|unrar|rar|unzip|gpg|openssl|qpdf|keepassxc-cli"""
    r"""|sshpass|smbclient|rpcclient|ldapwhoami|ldapsearch|mysql|redis-cli|xfreerdp|kinit|curl)\b"""
)


def tries_lock(folder: Folder, loop: Loop) -> bool:
    """Whether one password after another is tried on something that opens."""
    for call in loop.calls:
        if folder.callee(call).endswith("jwt.decode") and _tries_secret(loop, arguments_of(call)):
            return True
        if _OPENS.search(folder.callee(call)):
            keys = [value for key, value in keywords_of(call) if re.match(r"pwd|passw", key)]
            last = re.search(r"(?:setpassword|\.decrypt|load_key)$", folder.callee(call))
            keys += arguments_of(call)[:1] if last and not keys else []
            if not last and _is_own(loop, call):
                continue
            if any(loop.is_candidate(one) for one in keys):
                return True
    if _tries_derived(loop) or _tells_archiver(loop):
        return True
    tried = {one.name for one in own_functions(folder, loop) if _tries_lock(one.source)}
    return any(
        any(loop.is_candidate(given) for given in arguments_of(call))
        for call in loop.calls
        if folder.callee(call) in tried
    )


def _is_own(loop: Loop, call: Node) -> bool:
    """Whether another file is opened in each round, with a password of its own."""
    first = next(iter(arguments_of(call)), None)
    return first is not None and first.type != "keyword_argument" and loop.is_candidate(first)


def _tries_secret(loop: Loop, arguments: list[Node]) -> bool:
    """Whether a signed token is opened with one secret after another."""
    listed = _LISTED_OR_FILE.search(loop.head)
    return bool(listed) and len(arguments) > 1 and loop.is_candidate(arguments[1])


def _tries_derived(loop: Loop) -> bool:
    """Whether a key is derived from each word of a list, and something decrypted with it."""
    derived = _LISTED_OR_FILE.search(loop.head) and _DERIVES.search(loop.text)
    return bool(derived) and "decrypt" in loop.text and "except" in loop.text


def _tells_archiver(loop: Loop) -> bool:
    """Whether a program that opens archives or files is told one password after another."""
    if not _ARCHIVERS.search(loop.text) or not _ANSWERED.search(loop.text):
        return False
    told = {one for pair in _TOLD.findall(loop.text) for one in pair if one}
    return bool(told & (loop.varied | loop.by_chance | loop.counted))


def _tries_lock(source: str) -> bool:
    """Whether a function opens something with a password that it is given, and expects to fail."""
    head = source.partition("\n")[0]
    given = {one for found in _LOCK.findall(source[:4000]) for one in found if one}
    return "except" in source and any(re.search(rf"\b{re.escape(one)}\b", head) for one in given)
