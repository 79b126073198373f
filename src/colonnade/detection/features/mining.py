"""Pools and wallets of a miner among the words of a command or in a text, without `stratum`.

Many miners take `host:port` as it is, and a wallet with the name of a worker behind a dot. Neither
is one by itself: connection pools of databases have such hosts too. Beside each other they are.
"""

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.normalise.fold import Folder

_ENDPOINT = re.compile(
    r"(?:(?:tcp|ssl|tls)://)?((?:[\w-]{1,63}\.){1,6}[a-z]{2,24}|(?:\d{1,3}\.){3}\d{1,3}):(\d{2,5})/?"
)
_POOL_HOST = re.compile(
    r"(?:^|[.\d-])(?:\w*pools?|\w*min(?:e|er|ers|ing|eable)|nano\w*|xmr\w*|stratum|eth|etc|rvn|kas|zec)(?=[.\d-])"
)
_POOL_PORTS = frozenset({3333, 4444, 5555, 7777, 9999, 10128, 14433, 14444, 19999})
"""What pools commonly listen on, by their own pages."""
_WHO = frozenset(
    {"-u", "--user", "--username", "-w", "--wallet", "--user-name", "-user", "-wal", "-wallet"}
)
_WALLET = re.compile(
    r"(?:\w{2,12}:)?(?P<wallet>0x[0-9a-fA-F]{40}|bc1[a-z0-9]{39,59}|[1-9A-HJ-NP-Za-km-z]{26,106}"
    r"|[a-z0-9]{40,70})(?P<worker>[./+#]\S{1,80})?"
)
_PROTOCOL = re.compile(
    r"\bmining\.(?:subscribe|authorize|submit)\b|\beth_(?:submitLogin|getWork)\b"
    r"|\bJOB,\{?\w{0,40}\}?,(?:LOW|MEDIUM|NET|HIGH|EXTREME|AVR)\b"
)
_TOLD: tuple[tuple[set[str], ...], ...] = (
    (
        {"--algo", "--algorithm"},
        {"--url", "--pool", "--server"},
        {"--user", "--username"},
        {"--pass", "--password"},
    ),
    ({"-pool", "-epool"}, {"-wallet", "-wal", "-ewal"}),
    ({"-pool", "-proxy"}, {"-coin", "-algo"}, {"-worker", "-rig"}),
    (
        {"--pool", "-pool"},
        {"--account", "-account", "--address", "-address"},
        {"--worker", "-worker", "--worker-name", "-worker-name"},
    ),
)
"""What only miners are told together: how they work, where, for whom; the password is of no use."""
_WHOSE = re.compile(r"etherbase|coinbase|author|reward|payout|beneficiary|wallet|key-?pair")
"""Whom a node, or a client that is told to mine, pays."""
_TRIED = re.compile(r"^--?(?:dev|network-?id|(?:reg|test)(?:test|net)|nodiscover)$")
"""What says that a chain of one's own is tried."""
_COMMON = re.compile(
    r"(?:\S{0,200}/)?(?:rsync|cp|ls|ps|zip|unzip|7z|curl|wget|useradd|usermod|lsof|mysql\w*|netstat|ss"
    r"|ssh|docker|sort|uname|grep|apt-get|python[\d.]*|pypy\d?|accelerate|torchrun|deepspeed|uv|poetry)$"
)
"""Programs that have any letter for an option, and those that run what is written to learn."""
_IN_PAGE = re.compile(
    r"(?:coinhive|coinimp|crypto-?loot|deepminer|webmine(?:r|pool)|minero|jsecoin|cryptonoter)\b[\w.]*"
    r"(?:\.(?:Anonymous|User|Token)\(|\.min\.js|\.com|\.dev|\.js|\?)|\bClient\.Anonymous\("
    r"|webminer\.[\w.-]{2,40}|new \w{2,20}\.Anonymous\(",
    re.IGNORECASE,
)
_IN_TEXT = re.compile(r"\b(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}:\d{2,5}\b")
_LONG_WALLET = re.compile(
    r"\b(?:0x[0-9a-fA-F]{40}|bc1[a-z0-9]{39,59}|[1-9A-HJ-NP-Za-km-z]{95,108}"
    r"|[A-Z][1-9A-HJ-NP-Za-km-z]{33}|[a-z]{3,12}:[qpz][02-9ac-hj-np-z]{41,62})\b"
)
MAX_HOSTS = 40
MAX_ENDPOINT = 100
"""Letters of a host with its port."""
_PLAIN_POOL = re.compile(r"(?:pool|mine|mining|stratum)\d{0,2}[.-]")
_DATABASES = frozenset({"5432", "6543", "3306", "6379", "27017", "1433"})
"""Ports behind which a pool is one of connections."""
_NO_POOLS = _DATABASES | {"8080", "80", "443"}
"""Ports behind which a pool is one of connections, or a page."""
_HOLDERS = frozenset({"argument_list", "list", "tuple", "dictionary", "module", "block"})
MAX_BESIDE = 20
_DIGITS = 2
"""A name of letters alone is somebody's; in base 58, one of 26 signs has about four digits."""


def read_mining(
    collector: Collector, launcher: str, words: Sequence[str], line: int, end: int
) -> None:
    """Note a pool that a command is given beside a user, and a wallet that is this user."""
    _read_settings(collector, words, line, end)
    options = {word.partition("=")[0].lower() for word in words if word.startswith("-")}
    if not _COMMON.match(launcher) and (
        any(all(options & one for one in told) for told in _TOLD)
        or _by_letters(options, words)
        or _mines_for(options, words)
    ):
        collector.add(Kind.POOL, "told", line, end)
    pieces = list(_pieces(words))
    who = [value for option, value in pieces if option in _WHO]
    hosts = [found for _, value in pieces if (found := _ENDPOINT.fullmatch(value[:400]))]
    if not who or not hosts:
        return
    wallets = [found for one in who if (found := _WALLET.fullmatch(one)) and _is_wallet(found)]
    named = any(_POOL_HOST.search(one[1].lower()) for one in hosts)
    usual = any(int(one[2]) in _POOL_PORTS for one in hosts)
    if wallets:
        collector.add(Kind.WALLET, "argument", line, end)
    if (named and usual) or (wallets and (named or usual)):
        collector.add(Kind.POOL, "argument", line, end)


def _by_letters(options: set[str], words: Sequence[str]) -> bool:
    """`-o host:1234 -u who -p x`: elsewhere `-o` is a file. A variable needs `-a` as well."""
    if not {"-o", "-u"} <= options or not options & {"-p", "-a"}:
        return False
    told = dict(_pieces(words))
    place, who = told.get("-o", ""), told.get("-u", "")
    if _ENDPOINT.fullmatch(place):
        return True
    named = "pool" in place.lower() or "wallet" in who.lower()
    return place[:1] in {"{", "$"} and "-a" in options and ("-p" in options or named)


def _mines_for(options: set[str], words: Sequence[str]) -> bool:
    """`--mine --author 0x…`, `mine --keypair id.json`, on a chain that is not one's own."""
    if not {"--mine", "-mine"} & options and "mine" not in words[:MAX_HOSTS]:
        return False
    return any(map(_WHOSE.search, options)) and not any(map(_TRIED.search, options))


def _read_settings(collector: Collector, words: Sequence[str], line: int, end: int) -> None:
    """A pool and a wallet as variables of a container, or a pool among a script's words."""
    names = {word.partition("=")[0].upper() for word in words if "=" in word}
    if names & {"POOL", "POOL_URL", "POOL_ADDRESS"} and names & {
        "WALLET",
        "WALLET_ADDRESS",
        "ADDRESS",
    }:
        collector.add(Kind.POOL, "settings", line, end)
    plain = [word for word in words[:MAX_HOSTS] if not word.startswith("-")]
    found = (_ENDPOINT.fullmatch(word) for word in plain if len(plain) > 1)
    if any(one and _PLAIN_POOL.match(one[1].lower()) and one[2] not in _NO_POOLS for one in found):
        collector.add(Kind.POOL, "argument", line, end)


def read_pool_text(collector: Collector, text: str, line: int, end: int) -> None:
    """Note what miners say to a pool, settings with a pool and a wallet, and miners in a page."""
    if _PROTOCOL.search(text):
        collector.add(Kind.POOL, "protocol", line, end)
    if _IN_PAGE.search(text):
        collector.add(Kind.POOL, "page", line, end)
    if ":" not in text or not _LONG_WALLET.search(text):
        return
    for found in list(_IN_TEXT.finditer(text))[:MAX_HOSTS]:
        host, _, port = found[0].rpartition(":")
        if _POOL_HOST.search(host.lower()) or int(port) in _POOL_PORTS:
            collector.add(Kind.POOL, "settings", line, end)
            return


def read_beside(collector: Collector, folder: Folder, node: Node, line: int, end: int) -> bool:
    """Note a pool, the text at `node`, beside a wallet in one call, list or dictionary.

    Returns whether the text is the place of a pool, so that it had to be looked beside it.
    """
    found = _ENDPOINT.fullmatch(folder.text(node) or "")
    if found is None or found[2] in _DATABASES:
        return False
    if not _PLAIN_POOL.search(found[1].lower()) and int(found[2]) not in _POOL_PORTS:
        return False
    texts = (folder.text(one) or "" for one in _beside(node))
    if any(_LONG_WALLET.match(one) for one in texts):
        collector.add(Kind.POOL, "settings", line, end)
    return True


def _beside(node: Node) -> Iterator[Node]:
    """What stands in the same call, list or dictionary, or is assigned in the same block."""
    holder = node.parent
    if holder is not None and holder.type in {"pair", "keyword_argument"}:
        holder = holder.parent
    elif holder is not None and holder.type == "assignment" and holder.parent is not None:
        holder = holder.parent.parent
    if holder is None or holder.type not in _HOLDERS:
        return
    for one in holder.named_children[:MAX_BESIDE]:
        made = one.named_children[0] if one.type == "expression_statement" else one
        yield made.child_by_field_name("value") or made.child_by_field_name("right") or made


def _is_wallet(found: re.Match[str]) -> bool:
    wallet = found["wallet"]
    return wallet.startswith(("0x", "bc1")) or sum(one.isdigit() for one in wallet) >= _DIGITS


def _pieces(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(option before it or with it, value) of each word that is no option."""
    before = ""
    for word in words:
        option, sign, value = word.partition("=")
        if word.startswith("-") and sign:
            yield option, value
            before = ""
        elif word.startswith("-"):
            before = word
        else:
            yield before, word
            before = ""
