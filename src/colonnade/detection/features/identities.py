"""In whose name things are sent: one account, sender or borrowed address after another.

A person has one account. To know another call that says something in somebody's name, add it to
`_SAYS`.
"""

import re

from tree_sitter import Node

from colonnade.detection.features.loop import Loop, words_of
from colonnade.detection.features.own_places import OWN
from colonnade.detection.features.rounds import FEW_ROUNDS, counts, named, reads
from colonnade.detection.normalise.fold import Folder, arguments_of, source_of

MANY_REQUESTS = 100
REQUEST = re.compile(
    r"^(?:self\.)?(?:requests?|httpx|session|s|sess|client|scraper|http|c|cli|pool)"
    r"\.(?:get|post|put|head|request)$"
    r"|^(?:op|opener|br|browser)\.open$"
    r"|(?:^|\.)(?:urlopen|commentthreads)$",
    re.IGNORECASE,
)
CONTENTS = frozenset({"url", "data", "json", "params", "files", "content"})
_NAMES = re.compile(
    r"tokens\b|accounts\b|proxies\b|cookies\b|credentials\b|sessions\b|user_?names\b|bots\b",
    re.IGNORECASE,
)
_CONCERNS = re.compile(
    r"[Tt]oken|TOKEN|[Aa]cc(?:ounts?|s)?\b|[Pp]rox|PROX|[Cc]ookie|[Cc]red|[Ss]ession|[Ll]og_?in|[Uu]ser"
    r"|[Kk]ey\b|[Ss]ecret|SECRET|[Pp]assw|pwd|SMTP|[Cc]lient|API|[Bb]ots?\b|akun|cuenta|conta"
    r"|NEWNYM|new_?ip|socks|ips?\b|send"
    r"|X-Forwarded"
)
"""Without any of these in a loop there is nobody in whose name it could act."""
_WHOSE = re.compile(r"""["']\w{0,20}(?:token|auth|user|account|session|cookie|api_?key|login)""")
_FORGED = re.compile(r"""X-Forwarded-For["']\]?\s*[:=]([^,}\n]{1,60})""")
_DRAWN = re.compile(r"fake|rand|ipv4|choice")
_LOGS_IN = re.compile(r"log_?-?in|sign_?-?in|/auth", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d]\w*")
_LOCAL_HOST = re.compile(r"https?://(?:localhost|127\.0\.0\.1)", re.IGNORECASE)
_MAIL = re.compile(r"(?:^|\.)(?:sendmail|send_message|send_?e?mail|send_raw_email)$", re.IGNORECASE)
_SENT = re.compile(r"\.send$")
_RELAY = re.compile(r"(?:^|\.)(?:SMTP|SMTP_SSL|login)$")
_SMTP = re.compile(r"(?:^|\.)SMTP(?:_SSL)?$")
_SERVICE = re.compile(r"(?:^|\.)(?:boto3\.client|[A-Z]\w{0,40}(?:Client|API|Session))$")
_SECRET = re.compile(r"token|key|secret|passw", re.IGNORECASE)
_SIGNS_IN = re.compile(r"(?:^|\.)(?:login|[A-Z]\w{0,40}|set_access_token)$")
_KEYS = re.compile(
    r"token|key|secret|passw|pwd|session|cookie|login|user|phone|\w\[['\"][a-z]{2}['\"]\]",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"(?:^|\.)(?:create_tweet|update_status|upvote|downvote|favorite|retweet|create_favorite"
    r"|media_(?:like|comment)|user_follow|photo_upload|post_(?:tweet|comment|like)|direct_send"
    r"|start_playback|create_?comment|create_post|send_post|join_channel|joinchannelrequest|importchatinviterequest|join_chat"
    r"|report_?(?:peer|chat|user|spam|post)|reportpeerrequest"
    r"|(?:follow|like|vote|comment|subscribe)(?:_?(?:it|me|user|photo|post|page|account|video|for\w*))?)$",
    re.IGNORECASE,
)

_BROWSER = re.compile(
    r"(?:^|\.)(?:launch|Chrome|Firefox|Edge|Remote|webdriver\.\w+|new_context)$", re.IGNORECASE
)
_TYPED = re.compile(r"\.(?:send_keys|fill|type)$")
_ACTS = re.compile(r"\.click\(|Keys\.(?:ENTER|RETURN)|\.submit\(\)|\.press\(|scroll|\.play\(")
_EXIT = re.compile(
    r"--proxy-server|proxy\s?=|proxy[\"']?\s?[:\]]|--user-data-dir=\{", re.IGNORECASE
)
_PROXIES = re.compile(r"prox(?:y|ies)|\bips\b|\bsocks|profile_(?:dir|path|folder)", re.IGNORECASE)
_ACCOUNTS = re.compile(
    r"\baccs?\b|accounts?|akun|cuentas?|contas?\b|credential|logins\b|bots\b", re.IGNORECASE
)
"""What lists of accounts are called: who tests a page calls theirs users."""


def in_many_names(folder: Folder, loop: Loop) -> bool:
    """The same under one name after another, or from one borrowed address after another."""
    if not _CONCERNS.search(loop.text):
        return False
    if loop.rounds is not None and loop.rounds < FEW_ROUNDS and not _NAMES.search(loop.head):
        return False
    return (
        _from_borrowed_addresses(folder, loop)
        or _by_each_token(folder, loop)
        or _by_each_sender(folder, loop)
        or _by_each_account(folder, loop)
        or _by_each_session(folder, loop)
        or _by_each_browser(folder, loop)
    )


def _by_each_token(folder: Folder, loop: Loop) -> bool:
    """The same request with the token of one account after another."""
    carried = _carried(loop)
    if not carried and not _NAMES.search(loop.head.lower()):
        return False
    if reads(loop) or OWN.search(loop.text):
        return False
    return any(
        arguments_of(call)
        and not loop.differs(arguments_of(call)[0])
        and (carried or _says_whose(loop, call))
        for call, _ in named(folder, loop, REQUEST)
    )


def _carried(loop: Loop) -> bool:
    """Whether what the loop goes through carries cookies and proxies: `one['cookie']`."""
    left = loop.node.child_by_field_name("left")
    names = "|".join(map(re.escape, sorted(words_of(left)))) if left is not None else ""
    carries = rf"\b(?:{names})(?:\[['\"]|\.)\w{{0,20}}(?:cookie|prox(?:y|ies))"
    return bool(names and re.search(carries, loop.text, re.IGNORECASE))


def _says_whose(loop: Loop, call: Node) -> bool:
    """Whether the token goes along as one, and not as what is asked about."""
    for argument in arguments_of(call)[1:]:
        key, _, _ = source_of(argument).partition("=")
        told = argument.type != "keyword_argument" or key.strip() in CONTENTS
        if loop.differs(argument) and (not told or _WHOSE.search(source_of(argument)[:1000])):
            return True
    return any(loop.varied & words_of(made) for name, made in loop.made.items() if "head" in name)


def _by_each_sender(folder: Folder, loop: Loop) -> bool:
    """Mail goes out through one server, or under one log-in, after another."""
    mailed = named(folder, loop, _MAIL)
    if not mailed and not named(folder, loop, _SENT):
        return False
    one_of_many = loop.varied | loop.by_chance
    relays = named(folder, loop, _RELAY if mailed else _SMTP)
    told = [one for call, _ in relays for one in arguments_of(call)[:1]]
    for call, _ in named(folder, loop, _SERVICE):
        told += [one for one in arguments_of(call) if _SECRET.search(source_of(one)[:400])]
    return any(one_of_many & words_of(one) for one in told)


def _by_each_account(folder: Folder, loop: Loop) -> bool:
    """One account after another is signed in to, and says something."""
    if not named(folder, loop, _SAYS):
        return False
    return any(
        any(loop.differs(one) and _KEYS.search(source_of(one)[:400]) for one in arguments_of(call))
        for call, _ in named(folder, loop, _SIGNS_IN)
    )


def _by_each_session(folder: Folder, loop: Loop) -> bool:
    """One account after another signs in by a request, and another request says something."""
    if not _ACCOUNTS.search(loop.head) or OWN.search(loop.text):
        return False
    posts = [call for call, name in named(folder, loop, REQUEST) if name.endswith("post")]
    signs_in = [
        call
        for call in posts
        if any(_LOGS_IN.search(source_of(one)[:200]) for one in arguments_of(call)[:1])
        and any(map(loop.differs, arguments_of(call)[1:]))
    ]
    return bool(signs_in) and len(posts) > len(signs_in)


def _by_each_browser(folder: Folder, loop: Loop) -> bool:
    """A browser comes from one address after another, or signs in to one account after another.

    What it opens is the same each time, and it presses or watches something there.
    """
    if not _ACTS.search(loop.text) or reads(loop) or OWN.search(loop.text):
        return False
    if not named(folder, loop, _BROWSER) and not named(folder, loop, _TYPED):
        return False
    from_elsewhere = _EXIT.search(loop.text) and _PROXIES.search(loop.head)
    return bool(from_elsewhere) or _signs_in(folder, loop)


def _signs_in(folder: Folder, loop: Loop) -> bool:
    """Whether both parts of one account after another are typed."""
    typed = [
        source_of(one)
        for call, _ in named(folder, loop, _TYPED)
        for one in arguments_of(call)[-1:]
        if loop.differs(one)
    ]
    return len(set(typed)) > 1 and bool(_ACCOUNTS.search(loop.head))


def _from_borrowed_addresses(folder: Folder, loop: Loop) -> bool:
    """The same request, often, each time as if from elsewhere: whatever is read of the answer."""
    few = loop.rounds is not None and loop.rounds < MANY_REQUESTS
    if _forges(loop) and named(folder, loop, REQUEST):
        return True
    borrowed = re.search(r"prox(?:y|ies)|NEWNYM|new_?ip|socks5h?://", loop.text, re.IGNORECASE)
    if few or not borrowed:
        return False
    through = _goes_through_proxies(loop) and not reads(loop)
    if not (counts(loop) or through) or _LOCAL_HOST.search(loop.text):
        return False
    return any(
        arguments_of(call) and not tells_something_new(loop, call)
        for call, _ in named(folder, loop, REQUEST)
    )


def _forges(loop: Loop) -> bool:
    """Whether requests say by chance whom they come from."""
    said = _FORGED.search(loop.text)
    return bool(said and (_DRAWN.search(said[1]) or set(_WORD.findall(said[1])) & loop.by_chance))


def _goes_through_proxies(loop: Loop) -> bool:
    """Whether what the loop goes through is what the requests are sent through."""
    names = "|".join(map(re.escape, sorted(loop.variables)))
    given = rf"prox\w{{0,6}}\s*[=:]\s*\{{[^}}\n]{{0,100}}\b(?:{names})\b"
    return bool(names and re.search(given, loop.text))


def tells_something_new(loop: Loop, call: Node) -> bool:
    """Whether the address or what is sent differs; sender's names and ways there may."""
    for argument in arguments_of(call):
        key, _, _ = source_of(argument).partition("=")
        if argument.type == "keyword_argument" and key.strip() not in CONTENTS:
            continue
        if (loop.varied | set(loop.made) - loop.by_chance) & words_of(argument):
            return True
    return False
