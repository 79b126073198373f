"""Whether a loop tries one candidate after another: against a hash, a lock, a log-in, an address.

A check happens once, against what somebody gave; a guess happens again and again, with another
candidate each time against the same thing. Proofs of work compare the beginning of a hash with
zeros, and checks of files compare each with its own sum: neither guesses.
"""

import re
from collections.abc import Callable

from tree_sitter import Node

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.loops import Loop, own_functions, words_of
from colonnade.detection.normalise.fold import Folder, arguments_of, source_of
from colonnade.detection.normalise.fold.nodes import keywords_of

_DIGEST = re.compile(
    r"digest\(|\bcrypt\(|\.hash\(|pbkdf2\w*\(|ntlm|nthash|md5\(|sha\d+\(", re.IGNORECASE
)
_SHORTENED = re.compile(r"\bint\(|%|\)\[:")
"""A part of a hash, or a number made of one: tables and samples use these."""
_CHECK = re.compile(r"(?:^|\.)(?:checkpw|check_password_hash|verify|verify_password)$")
_CANDIDATES = re.compile(
    r"word|pass|pwd|dict|guess|candidat|product|permutations|combinations|brute|readlines|open\("
    r"|\.txt|rockyou|chars|letters|ascii|digit|alphab|numbers|palabr|clave|contras|senha|mots?\b"
    r"|kenn?w|парол|слов|file|lines?\b|^t?range\(|^f\w?$|^\w*list$|^(?:True|1)$|^not |found"
)
_OPENS = re.compile(
    r"(?:^|\.)(?:extractall|extract|open|read|setpassword|load_key|decrypt|testzip|pdfreader"
    r"|unlock|authenticate|filereader|rarfile|sevenzipfile)$",
    re.IGNORECASE,
)
_LOCK = re.compile(r"(?:pwd|password|passwd|passphrase)\s*=|load_key\(|setpassword\(|\.decrypt\(")
_LOGS_IN = re.compile(r"(?:^|\.)(?:connect|login|bind|auth|authenticate|simple_bind_s)$")
_SENDS = re.compile(r"(?:^|\.)(?:post|get|request|submit)$")
_SECRET = re.compile(
    r"""["'](?:\w*pass(?:word|wd)?|pwd|senha|clave|otp|pin|\w*code|token|contrase\w+)["']\s*:\s*(.{1,60}?)[,}\n]""",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"""["'](?:\w*user(?:name)?|e?mail|login|name)["']\s*:\s*(.{1,60}?)[,}\n]""", re.IGNORECASE
)
_MAKES_KEYS = re.compile(
    r"token_hex|token_bytes|urandom|getrandbits|randbits|randint|randrange|random\.sample|choices\("
    r"|\bKey\(\)|PrivateKey\(|\.generate\(|\.create\(|FromWordsNumber|make_seed|to_mnemonic|\+= ?1"
)
_ADDRESSES = re.compile(
    r"address|ToAddress|hash160|h160|verifying_key|public_?key|pubkey", re.IGNORECASE
)
_SOUGHT = re.compile(r"\bif\b[^\n]{0,120}(?:\bin\b|==)|balance|bloom|\.check\(", re.IGNORECASE)
_DERIVED = re.compile(
    r"\b(\w{1,60})\s{0,4}=\s{0,4}[^\n=]{0,200}(?:ToAddress\(|\.address\b|to_address\(|privatekey_to_\w+\(|hash160\()"
)
MAX_DERIVED = 30


def read_guesses(collector: Collector, folder: Folder, loop: Loop, line: int, end: int) -> None:
    """Note against what the loop tries one candidate after another."""
    for value, is_guessed in _GUESSES.items():
        if is_guessed(folder, loop):
            collector.add(Kind.GUESS, value, line, end)


def read_sought(collector: Collector, source: str) -> None:
    """Note that an address which was worked out is looked for among others."""
    if "ddress" not in source and "hash160" not in source:
        return
    for found in list(_DERIVED.finditer(source))[:MAX_DERIVED]:
        if re.search(rf"\bif\b[^\n]{{0,200}}\b{re.escape(found[1])}\s+in\s+\w", source):
            collector.add(Kind.GUESS, "address", source.count("\n", 0, found.start()) + 1)
            return


def _hash(folder: Folder, loop: Loop) -> bool:
    each = loop.node.child_by_field_name("left")
    named = each is not None and _CANDIDATES.search(source_of(each)[:100])
    if not named and not _CANDIDATES.search(loop.over):
        return False
    for call in loop.calls:
        if _CHECK.search(folder.callee(call)) and len(arguments_of(call)) > 1:
            tried, against = arguments_of(call)[:2]
            if _is_candidate(loop, tried) and not loop.differs(against):
                return True
    return any(_compares(loop, one) for one in loop.compared)


def _compares(loop: Loop, node: Node) -> bool:
    """`digest(candidate) == the same hash`, in either order, or one of a list of hashes."""
    sides = node.named_children
    if len(sides) != 2 or not re.search(r"==|\bin\b", source_of(node)[:400]):
        return False
    for tried, against in (tuple(sides), tuple(reversed(sides))):
        made = loop.made.get(source_of(tried), tried)
        if against.type not in {"identifier", "attribute", "string", "subscript"}:
            continue
        if _DIGEST.search(f"{loop.before.get(source_of(against), '')}("):
            continue  # It was hashed here, for the exercise.
        text = source_of(made)[:400]
        if not _DIGEST.search(text) or made.type == "subscript" or _SHORTENED.search(text):
            continue
        if _is_candidate(loop, made) and not loop.differs(against) and not _grows(loop, against):
            return True
    return False


def _grows(loop: Loop, node: Node) -> bool:
    """Whether the loop itself fills what is looked in."""
    name = re.escape(source_of(node)[:60])
    return bool(re.search(rf"{name}(?:\[[^\]]*\]\s*=[^=]|\.(?:add|append|update)\()", loop.text))


def _is_candidate(loop: Loop, node: Node) -> bool:
    """Whether `node` says something else in each round, and nobody typed it in."""
    names = words_of(node)
    return bool(names & (loop.varied | loop.by_chance)) and not names & loop.asked


def _lock(folder: Folder, loop: Loop) -> bool:
    for call in loop.calls:
        if _OPENS.search(folder.callee(call)):
            keys = [value for key, value in keywords_of(call) if re.match(r"pwd|passw", key)]
            last = re.search(r"(?:setpassword|decrypt|load_key)$", folder.callee(call))
            keys += arguments_of(call)[:1] if last and not keys else []
            if any(_is_candidate(loop, one) for one in keys):
                return True
    tried = [one for one in own_functions(folder, loop) if _LOCK.search(one.source)]
    return bool(tried) and any(
        any(_is_candidate(loop, given) for given in arguments_of(call))
        for call in loop.calls
        if folder.callee(call) in {one.name for one in tried}
    )


def _login(folder: Folder, loop: Loop) -> bool:
    return any(_tries(folder, loop, call) for call in loop.calls)


def _tries(folder: Folder, loop: Loop, call: Node) -> bool:
    name, arguments = folder.callee(call), arguments_of(call)
    if _LOGS_IN.search(name):
        given = dict(keywords_of(call))
        secret = next((value for key, value in given.items() if key.startswith("passw")), None)
        who = given.get("username") or given.get("user")
        if secret is None and name.endswith("login") and len(arguments) > 1:
            who, secret = arguments[0], arguments[1]
        if secret is None or not _is_candidate(loop, secret):
            return False
        combined = re.search(r"comb|brute|wordlist|passlist|leak", loop.over)
        return bool(combined) or who is None or not loop.differs(who)
    if not _SENDS.search(name):
        return False
    text = source_of(call)[:1000]
    secrets = [one for one in _SECRET.findall(text) if _follows(loop, one)]
    return bool(secrets) and not any(_follows(loop, one) for one in _WHO.findall(text))


def _follows(loop: Loop, text: str) -> bool:
    return bool((loop.varied | loop.by_chance) & set(re.findall(r"[^\W\d]\w*", text)))


def _key(folder: Folder, loop: Loop) -> bool:
    """Keys are drawn or counted, made into addresses, and these are looked for."""
    del folder
    return all(one.search(loop.text) for one in (_MAKES_KEYS, _ADDRESSES, _SOUGHT))


_GUESSES: dict[str, Callable[[Folder, Loop], bool]] = {
    "hash": _hash,
    "lock": _lock,
    "login": _login,
    "key": _key,
}
