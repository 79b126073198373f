"""Whether a loop tries one password after another on what opens: archives, files, signed tokens.

What opens says whether a word was right by an answer or by an error. So a guess is a candidate that
goes into such a call beside something that stays the same, where an error is expected. To know
another program that opens something or logs in, add it to `_ARCHIVERS`; another call, to `_OPENS`.
"""

import re

from tree_sitter import Node

from colonnade.detection.features.candidates import WORDS, are_numbers, are_words
from colonnade.detection.features.handed import loops_within
from colonnade.detection.features.loop import Loop, words_of
from colonnade.detection.features.reached import own_functions
from colonnade.detection.features.rounds import FEW_ROUNDS, calls_of
from colonnade.detection.normalise.fold import Folder, Function, arguments_of, source_of
from colonnade.detection.normalise.fold.nodes import keywords_of

_SECRETS = re.compile(rf"{WORDS}|open\(|secret")
_OPENS = re.compile(
    r"(?:^|\.)(?:extractall|extract|open|read|setpassword|load_key|(?:pdf|reader)\w*\.decrypt|testzip"
    r"|pdfreader|pdffilereader|rarfile|sevenzipfile)$",
    re.IGNORECASE,
)
_TAKES_SECRET = re.compile(r"(?:setpassword|\.decrypt|load_key)$")
_PASSWORD = re.compile(r"\w{0,20}pass(?:word|wd|phrase|code)\w{0,10}|pwd|pin|secret", re.IGNORECASE)
_UNLOCKS = re.compile(r"unlock|unseal")
_READS = re.compile(r"decrypt|unsign|load_\w{0,20}key")
"""Calls that are given what is locked first, and then a secret."""
_TOKENS = re.compile(r"(?:^|\.)(?:decode|loads)$")
"""Calls that read what was signed or sealed, but plain texts as well."""
_SIGNED = re.compile(r"jwt\.decode$")
_OWN_KEY = re.compile(r"key|pass|pw|secret", re.IGNORECASE)
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
MANY_WORDS = 50


def tries_lock(folder: Folder, loop: Loop) -> bool:
    """Whether one password after another is tried on something that opens."""
    if loop.rounds is not None and loop.rounds < FEW_ROUNDS:
        return False
    if _opens_one(folder, loop) or _tries_derived(folder, loop) or _tells_archiver(loop):
        return True
    return any(_opens_one(folder, inner) for inner in loops_within(folder, loop, _expects_to_fail))


def _expects_to_fail(function: Function) -> bool:
    return "except" in function.source


def _opens_one(folder: Folder, loop: Loop) -> bool:
    """Whether the loop itself opens something with a candidate."""
    guesses = _is_answered(loop) and are_words(folder, loop)
    for call, name in calls_of(folder, loop):
        if _TOKENS.search(name or _last_word(call)) and _tries_secret(folder, loop, call, name):
            return True
        if _OPENS.search(name) and _is_given_password(loop, call, name):
            return True
        if _is_tried(loop, call) and _unlocks(folder, loop, call, name):
            return True
        if guesses and _is_named(folder, loop, call, name):
            return True
    return False


def _is_given_password(loop: Loop, call: Node, name: str) -> bool:
    """Whether a call that is known to open things is given a candidate to do so."""
    keys = [value for key, value in keywords_of(call) if re.match(r"pwd|passw", key)]
    keys += arguments_of(call)[:1] if _TAKES_SECRET.search(name) and not keys else []
    return any(loop.is_candidate(one) for one in keys) and not _opens_another(loop, call, keys)


def _is_tried(loop: Loop, call: Node) -> bool:
    """Whether an error of the call is expected, and does not end the loop."""
    node = call
    while node.parent is not None and node.id != loop.node.id:
        node, before = node.parent, node
        if node.type == "try_statement" and before.type == "block":
            return any(one.type == "except_clause" for one in node.children)
    return False


def _unlocks(folder: Folder, loop: Loop, call: Node, name: str) -> bool:
    """Whether any other call is given a candidate as a secret, and nothing else that differs."""
    if isinstance(folder.names.get(name.removeprefix("self.")), Function):
        return False
    if _is_named(folder, loop, call, name):
        return True
    given, word = arguments_of(call), name.rpartition(".")[2] or _last_word(call)
    if not given or not (_UNLOCKS.search(word) or _READS.search(word)):
        return False
    if _UNLOCKS.search(word):
        tried = given[:1]
    elif loop.is_candidate(given[0]) or _OWN_KEY.search(source_of(given[0])[:80]):
        return False
    else:
        tried = given[1:]
        if are_words(folder, loop) and any(map(loop.is_candidate, _made_for(loop, call))):
            return True
    return any(_is_one_of_many(folder, loop, one) for one in tried)


def _is_named(folder: Folder, loop: Loop, call: Node, name: str) -> bool:
    """Whether a call is given a candidate that it calls a password, and nothing else differs."""
    named = [value for key, value in keywords_of(call) if _PASSWORD.fullmatch(key)]
    few = loop.rounds is not None and loop.rounds < MANY_WORDS
    if few or not any(map(loop.is_candidate, named)) or _opens_another(loop, call, named):
        return False
    return not isinstance(folder.names.get(name.removeprefix("self.")), Function)


def _is_answered(loop: Loop) -> bool:
    """Whether an answer ends the loop."""
    return bool(re.search(r"\bif\b", loop.text) and re.search(r"\bbreak\b", loop.text))


def _last_word(call: Node) -> str:
    function = call.child_by_field_name("function")
    return source_of(function)[-60:].rpartition(".")[2] if function is not None else ""


def _made_for(loop: Loop, call: Node) -> list[Node]:
    """The call that makes what `call` is a method of: `Signer(word)` of `Signer(word).loads(…)`."""
    function = call.child_by_field_name("function")
    holder = function.child_by_field_name("object") if function is not None else None
    made = loop.made.get(source_of(holder)[:80], holder) if holder is not None else None
    return [made] if made is not None and made.type == "call" else []


def _is_one_of_many(folder: Folder, loop: Loop, node: Node) -> bool:
    if not loop.is_candidate(node):
        return False
    counted = loop.counted | loop.variables
    return are_words(folder, loop) or (are_numbers(loop) and bool(counted & words_of(node)))


def _opens_another(loop: Loop, call: Node, secrets: list[Node]) -> bool:
    """Whether another thing is opened in each round, with a password of its own."""
    ids = {one.id for one in secrets}
    others = [
        one.child_by_field_name("value") or one
        for one in arguments_of(call)
        if one.type != "keyword_argument" or (one.child_by_field_name("value") or one).id not in ids
    ]
    if any(loop.is_candidate(one) for one in others if one.id not in ids):
        return True
    tried = {name for one in secrets for name in words_of(one)}
    tried |= {word for name in tried if name in loop.made for word in words_of(loop.made[name])}
    rest = loop.variables - tried
    function = call.child_by_field_name("function")
    holder = function.child_by_field_name("object") if function is not None else None
    opened = [*_made_for(loop, call), *([holder] if holder is not None else [])]
    return any(rest & words_of(one) for one in opened)


def _tries_secret(folder: Folder, loop: Loop, call: Node, name: str) -> bool:
    """Whether a signed or sealed text is read with one secret after another."""
    given = [loop.is_candidate(one) for one in arguments_of(call)]
    if _SIGNED.search(name) and _SECRETS.search(loop.head) and any(given[1:2]):
        return True
    if not given or given[0] or not _is_tried(loop, call) or not are_words(folder, loop):
        return False
    keys = [value for key, value in keywords_of(call) if _OWN_KEY.search(key)]
    return any(map(loop.is_candidate, [*keys, *_made_for(loop, call)]))


def _tries_derived(folder: Folder, loop: Loop) -> bool:
    """Whether a key is derived from each word, and something decrypted with it."""
    if "decrypt" not in loop.text or not ("except" in loop.text or "==" in loop.text):
        return False
    if not _DERIVES.search(loop.text) or not are_words(folder, loop):
        return False
    deriving = {one.name for one in own_functions(folder, loop) if _DERIVES.search(one.source)}
    return any(
        any(loop.is_candidate(one) for one in arguments_of(call)[:2])
        for call in loop.calls
        if folder.callee(call).removeprefix("self.") in deriving
        or _DERIVES.search(f"{source_of(call)[:80].partition('(')[0]}(")
    )


def _tells_archiver(loop: Loop) -> bool:
    """Whether a program that opens archives or files is told one password after another."""
    if not _ARCHIVERS.search(loop.text) or not _ANSWERED.search(loop.text):
        return False
    told = {one for pair in _TOLD.findall(loop.text) for one in pair if one}
    return bool(told & (loop.varied | loop.by_chance | loop.counted))
