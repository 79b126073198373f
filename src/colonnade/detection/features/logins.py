"""Whether a loop tries one password after another against a log-in, whichever way it gets there.

A person logs in once. Who guesses logs in again and again with another secret each time, in the
same name or in many. To know another call that logs in, add it to `_LOGS_IN`; another that sends
what somebody filled in, to `_SENDS`.
"""

import re
from collections.abc import Iterator

from tree_sitter import Node

from colonnade.detection.features.candidates import LISTED
from colonnade.detection.features.handed import loops_within
from colonnade.detection.features.loop import Loop, words_of
from colonnade.detection.features.rounds import FEW_ROUNDS, calls_of, counts, named
from colonnade.detection.normalise.fold import Folder, Function, arguments_of, source_of
from colonnade.detection.normalise.fold.nodes import keywords_of

_LOGS_IN = re.compile(
    r"(?:^|\.)(?:\w*connect(?:ion)?|log_?in|sign_?in\w*|bind|auth|authenticate|simple_bind_s"
    r"|\w+_by_username_password|getUsersBlogs)$",
    re.IGNORECASE,
)
_WHO_THEN_SECRET = re.compile(r"(?:log_?in|sign_?in\w*|_password|getUsersBlogs)$", re.IGNORECASE)
"""Of these, the first two arguments are somebody's name and secret."""
SENDS = re.compile(r"(?:^|\.)(?:post|get|put|request|submit|urlopen|Request)$")
_SECRET = re.compile(
    r"\w*pass(?:word|wd)|(?:user|login|log|auth|enc|new|my|txt|input|u)?_?pass|pwd|senha|clave"
    r"|contrase\w+",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"t?otp|[a-z]?pin|(?:verif\w*|auth|sms|login|security|confirm\w*|otp)_?code", re.IGNORECASE
)
_LETTERS = frozenset({"p", "pw", "pass_", "psw"})
"""What a field of a secret is called where words of a list are sent."""
_WHO = re.compile(r"\w*user(?:name)?|e?mail|login|name|log|u", re.IGNORECASE)
_FIELD = re.compile(
    r"""(?P<key>[A-Za-z]\w{0,30})\\{0,3}["']?\s?[=:]\s?\\{0,3}["']?(?:\{(?P<name>\w{1,40})"""
    r"""|["']\s?\+\s?(?:str\()?(?P<added>\w{1,40})|%s|\{\})"""
)
"""A field of a text that is put together: `f"log=admin&pwd={word}"`, `'user=a&pin=' + pin`."""
_TYPED = re.compile(r"pass\b|passw|pwd|senha|clave", re.IGNORECASE)
_TYPES = re.compile(r"(?:send_keys|fill|type|press_sequentially|set_value|input_text)$")
_TYPED_WHO = re.compile(r"""["'#\[.=](?:user|e?-?mail|login|name\b)""", re.IGNORECASE)
_FILLED_IN = re.compile(r"""\[["']\w{1,40}["']\]\s?=\s?(?P<value>\w{1,40})""")
_MANY_AT_ONCE = re.compile(r"getUsersBlogs|<methodName>system\.multicall")
"""Many log-ins in one request, as some sites take them."""
_REACHES = re.compile(
    r"(?:get|goto|open|post|request|navigate|\w*connect\w*|log_?in)$", re.IGNORECASE
)
_HERE = re.compile(r"""^f?["']/(?!/)|localhost|127\.0\.0\.1|0\.0\.0\.0""", re.IGNORECASE)
"""A server of the notebook's own, or the client of a test, which needs no host."""
_REACHING = ("post(", "get(", "put(", "onnect", "ogin", "auth", "open(", "request")
_PAIRS = re.compile(
    r"comb|brute|wordlist|passlist|leak|mail_?pass|user_?pass|creds"
    r"|product\(\s{0,9}\w*(?:user|mail|login|name)\w*\s{0,9},"
)
"""Accounts with their passwords, or every name with every password."""
MANY_TYPED = 100
MANY_CODES = 500
MAX_PAIRS = 60


def tries_login(folder: Folder, loop: Loop) -> bool:
    """Whether one secret after another is tried on a log-in, here or in functions called here."""
    if loop.rounds is not None and loop.rounds < FEW_ROUNDS:
        return False
    if any(_tries(folder, loop, *one) for one in calls_of(folder, loop)):
        return True
    return _types_password(folder, loop) or any(
        _tries(folder, inner, *one, pairs=_are_pairs(loop))
        for inner in loops_within(folder, loop, _may_log_in)
        for one in calls_of(folder, inner)
    )


def _types_password(folder: Folder, loop: Loop) -> bool:
    """Words of a list are typed into the field of a password, or put into a form."""
    counted = loop.rounds is not None and loop.rounds >= MANY_TYPED
    everywhere = _are_tried_everywhere(loop)
    if not (counted or everywhere or LISTED.search(loop.head) or "open(" in loop.head):
        return False
    fields = [
        source_of(call)[:300]
        for call, _ in named(folder, loop, _TYPES)
        if any(map(loop.is_candidate, arguments_of(call)))
    ]
    if "submit(" in loop.text:
        filled = _FILLED_IN.finditer(loop.text)
        fields += [one[0] for one in filled if _is_candidate(loop, one["value"])]
    others = [one for one in fields if not _TYPED.search(one)]
    for_somebody = any(map(_TYPED_WHO.search, others))
    return len(others) < len(fields) and (everywhere or _are_pairs(loop) or not for_somebody)


def _may_log_in(function: Function) -> bool:
    text = function.source
    return "ogin(" in text or (bool(_TYPED.search(text)) and any(one in text for one in _REACHING))


def _tries(folder: Folder, loop: Loop, call: Node, name: str, pairs: bool = False) -> bool:
    """Whether one call logs in with a candidate; `pairs` says that names come with secrets."""
    arguments = arguments_of(call)
    logs_in = bool(_LOGS_IN.search(name))
    if not arguments or not (logs_in or SENDS.search(name)):
        return False
    if isinstance(folder.names.get(name), Function) or _is_here(folder, arguments[0]):
        return False
    if not logs_in and _MANY_AT_ONCE.search(loop.text) and any(map(loop.is_candidate, arguments)):
        return True
    fields = [*(_given_to_login(name, call) if logs_in else ()), *_fields(loop, call)]
    sent_in = name.rpartition(".")[2] != "get"
    secrets = [value for key, value in fields if _is_secret(loop, key, sent_in)]
    if loop.over.startswith("zip(") and not (pairs or _are_pairs(loop)):
        return False  # Each has a secret of its own.
    tried = [one for one in secrets if _is_candidate(loop, one)]
    if not tried or all(_belongs_to(loop, one, arguments[0]) for one in tried):
        return False
    if not logs_in and loop.is_candidate(arguments[0]) and _is_apart(tried, arguments[0]):
        return False
    if pairs or _are_pairs(loop) or _are_tried_everywhere(loop):
        return True
    who = [value for key, value in fields if _WHO.fullmatch(key)]
    return not any(_is_candidate(loop, one) for one in who)


def _is_secret(loop: Loop, key: str, sent_in: bool) -> bool:
    """Whether a field of this name is a password, or a code where very many are handed in."""
    if _SECRET.fullmatch(key) or (key in _LETTERS and LISTED.search(loop.head)):
        return True
    return sent_in and bool(_CODE.fullmatch(key)) and _goes_through_numbers(loop)


def _goes_through_numbers(loop: Loop) -> bool:
    if loop.rounds is not None:
        return loop.rounds >= MANY_CODES or _ends_early(loop)
    return counts(loop) or bool(re.search(r"product\(|permutations\(|open\(|list", loop.over))


def _is_here(folder: Folder, address: Node) -> bool:
    """Whether a call goes to a server of the notebook's own."""
    return any(_HERE.search(one[:200]) for one in (folder.text(address) or "", source_of(address)))


def _belongs_to(loop: Loop, secret: Node | str, address: Node) -> bool:
    """Whether each host has a secret of its own, as in `connect(host, password=known[host])`."""
    if isinstance(secret, str) or secret.type != "subscript":
        return False
    return bool(loop.varied & words_of(secret) & words_of(address))


def _is_apart(secrets: list[Node | str], address: Node) -> bool:
    """Whether the address differs by itself: each secret goes to a place of its own."""
    written = source_of(address)
    return not any(isinstance(one, str) and one in written for one in secrets)


def _is_candidate(loop: Loop, given: Node | str) -> bool:
    if isinstance(given, str):
        return given in (loop.varied | loop.by_chance | loop.counted) - loop.asked
    return loop.is_candidate(given)


def _given_to_login(name: str, call: Node) -> Iterator[tuple[str, Node]]:
    """Name and secret among the arguments of a call that logs in."""
    arguments, given = arguments_of(call), dict(keywords_of(call))
    if any(_SECRET.fullmatch(key) for key in given):
        yield from given.items()
    elif _WHO_THEN_SECRET.search(name):
        yield from zip(("user", "password"), arguments, strict=False)


def _fields(loop: Loop, call: Node) -> Iterator[tuple[str, Node | str]]:
    """Fields and values of what is sent: of dictionaries, of texts, and who is authorised."""
    for one in arguments_of(call):
        name = one.child_by_field_name("name")
        value = one.child_by_field_name("value") or one
        value = loop.made.get(source_of(value)[:80], value)
        if name is not None and source_of(name) == "auth" and len(value.named_children) > 1:
            holder = value.child_by_field_name("arguments") or value
            yield from zip(("user", "password"), holder.named_children, strict=False)
        if value.type == "call":
            value = next(iter(arguments_of(value)), value)  # As in `json.dumps({…})`.
        if value.type == "dictionary":
            yield from _pairs(value)
            continue
        text = source_of(value)[:600]
        for found in _FIELD.finditer(text):
            yield found["key"], found["name"] or found["added"] or value
        if value.type == "identifier" and f"{text}[" in loop.text:
            put = rf"""\b{re.escape(text)}\[["'](\w{{1,40}})["']\]\s?=\s?(\w{{1,40}})"""
            yield from re.findall(put, loop.text)


def _pairs(dictionary: Node) -> Iterator[tuple[str, Node | str]]:
    for pair in dictionary.named_children[:MAX_PAIRS]:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is not None and value is not None:
            yield source_of(key).strip("'\""), value


def _are_pairs(loop: Loop) -> bool:
    """Whether a list of accounts with their passwords is gone through."""
    listed = _PAIRS.search(loop.over)
    return bool(listed) or bool(re.search(r"""split\(\s*["'][:;|]["']""", loop.text))


def _are_tried_everywhere(loop: Loop) -> bool:
    """Whether the same accounts are tried at one place after another, until one lets in."""
    outer = loop.node.parent
    while outer is not None and outer.type not in {"for_statement", "function_definition"}:
        outer = outer.parent
    left = outer.child_by_field_name("left") if outer is not None else None
    places = words_of(left) if left is not None else set[str]()
    if not places or places & set(re.findall(r"\w+", loop.over)) or not _ends_early(loop):
        return False
    return any(
        places & words_of(arguments_of(call)[0])
        for call in loop.calls
        if arguments_of(call) and _REACHES.search(source_of(call)[:200].partition("(")[0])
    )


def _ends_early(loop: Loop) -> bool:
    """Whether it is over as soon as something has come of it."""
    return bool(re.search(r"\bbreak\b", loop.text) and re.search(r"\b(?:if|try)\b", loop.text))
