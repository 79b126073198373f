"""An observation to the things that it is about, each with its features, whole by whole.

A whole has a key: what is told of the same command, folder or host later adds to it. What is costly
to read is read once for each key. To see a new kind of observation, write a reader and list it in
`READERS`; a kind that is not listed is passed over.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from colonnade.detection.conduct.attributes import features_of, number_of, text_of
from colonnade.detection.conduct.growth import (
    FolderAccount,
    HostAccount,
    RefusalAccount,
    WayOutAccount,
    WorkAccount,
)
from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.limits import Unscannable
from colonnade.detection.scopes import Scope, kinds_of
from colonnade.observations import Observation
from colonnade.observations.vocabulary import (
    EXEC,
    FILE,
    FOLDER,
    GAP,
    GPU,
    HOOK,
    LOAD,
    OUTPUT,
    TREE,
)

Key = tuple[str, ...]
MAX_COMMAND_CHARACTERS = 8192
MOST_READ_CHARACTERS = 100_000
"""Of new commands of one runtime in one batch; the most hostile take some ten microseconds each."""
HURRIED_CHARACTERS = 300
"""Of each command beyond that: its verb and its first options are still seen."""
MOST_ACCOUNTS = 4096
"""Folders, hosts and the like that are added up for one runtime; the one least in use goes."""
EGRESS, EGRESS_REFUSED = "egress", "egress-refused"
"""As `runtimes.egress.reasons` has them, a room that this one does not know."""

Account = TypeVar("Account", FolderAccount, WorkAccount, HostAccount, RefusalAccount, WayOutAccount)


@dataclass(frozen=True, slots=True)
class Whole:
    """One thing that was seen.

    Attributes:
        key: the same for the same thing.
        scope: of the rules that judge it by itself.
        text: what it is, in one line for the person; data from the runtime.
        read: gives its features; called once for a key, unless `grows`.
        grows: whether its features become more with each observation.
    """

    key: Key
    scope: Scope
    text: str
    read: Callable[[], Iterable[Feature]]
    grows: bool = False


class Accounts:
    """What is added up for one runtime, by key, and how much of its commands is still read."""

    def __init__(self) -> None:
        self._accounts: OrderedDict[Key, object] = OrderedDict()
        self._room = MOST_READ_CHARACTERS

    def begin_batch(self) -> None:
        """Another batch has room again."""
        self._room = MOST_READ_CHARACTERS

    def readable(self, command: str) -> str:
        """As much of a new command as there is time for: a flood of long ones is read in haste."""
        most = MAX_COMMAND_CHARACTERS if self._room > 0 else HURRIED_CHARACTERS
        self._room -= min(len(command), most)
        return command[:most]

    def of(self, key: Key, kind: type[Account]) -> Account:
        """The account of this key, made where there is none."""
        account = self._accounts.get(key)
        if not isinstance(account, kind):
            account = self._accounts[key] = kind()
        self._accounts.move_to_end(key)
        while len(self._accounts) > MOST_ACCOUNTS:
            self._accounts.popitem(last=False)
        return account


def read(seen: Observation, accounts: Accounts) -> Iterator[Whole]:
    """The wholes that an observation is about; none for a kind that nobody judges."""
    reader = READERS.get(seen.kind)
    return reader(seen, accounts) if reader else iter(())


def command_features(command: str) -> tuple[Feature, ...]:
    """The features of a process by its command line, quoted like a shell's; for `Scope.PROCESS`."""
    try:
        found = extract(command, "shell")
    except (Unscannable, RecursionError):
        return (Feature.whole(Kind.OPAQUE, "budget"),)
    kinds = kinds_of(Scope.PROCESS)
    features = (Feature.whole(one.kind, one.value) for one in found if one.kind in kinds)
    return tuple(dict.fromkeys(features))


def _exec(seen: Observation, accounts: Accounts) -> Iterator[Whole]:
    command, image = text_of(seen, "command"), text_of(seen, "image")

    def features() -> Iterator[Feature]:
        readable = accounts.readable(command)
        yield from command_features(readable)
        if len(readable) < len(command):
            yield Feature.whole(Kind.OPAQUE, "budget")
        # The first word of a command line is its starter's choice, the program is not.
        yield Feature.whole(Kind.COMMAND, seen.subject.rsplit("/", 1)[-1])
        if image in {"memfd", "deleted"}:
            yield Feature.whole(Kind.IMAGE, image)

    text = command or seen.subject
    yield Whole((EXEC, seen.subject, image, command), Scope.PROCESS, text, features)


def _folder(seen: Observation, accounts: Accounts) -> Iterator[Whole]:
    key = (FOLDER, seen.subject, text_of(seen, "extension"))
    account = accounts.of(key, FolderAccount)
    features = tuple(account.take(seen))
    what = text_of(seen, "format") or key[2] or "files"
    text = f"{seen.subject}: {number_of(seen, 'count'):.0f} {what}, {account.grown:.0f} new"
    yield Whole(key, Scope.FOLDER, text, lambda: features, grows=True)


def _file(seen: Observation, _: Accounts) -> Iterator[Whole]:
    written = text_of(seen, "features")
    key = (FILE, seen.subject, written)
    yield Whole(key, Scope.FILE, seen.subject, lambda: features_of(seen, kinds_of(Scope.FILE)))


def _tree(seen: Observation, _: Accounts) -> Iterator[Whole]:
    written = text_of(seen, "features")
    key = (TREE, seen.subject, written)
    yield Whole(key, Scope.TREE, seen.subject, lambda: features_of(seen, kinds_of(Scope.TREE)))


def _load(seen: Observation, accounts: Accounts) -> Iterator[Whole]:
    account = accounts.of((LOAD,), WorkAccount)
    features = tuple(account.take(seen, "processors", number_of(seen, "cpu_share")))
    text = f"processors in full use for {account.busy / 60:.0f} minutes"
    yield Whole((LOAD,), Scope.LOAD, text, lambda: features, grows=True)


def _gpu(seen: Observation, accounts: Accounts) -> Iterator[Whole]:
    key = (GPU, seen.subject)
    account = accounts.of(key, WorkAccount)
    features = tuple(account.take(seen, "gpu", number_of(seen, "share")))
    text = f"{seen.subject} in full use for {account.busy / 60:.0f} minutes"
    yield Whole(key, Scope.LOAD, text, lambda: features, grows=True)


def _egress(seen: Observation, accounts: Accounts) -> Iterator[Whole]:
    if seen.subject:
        key = (EGRESS, seen.subject)
        account = accounts.of(key, HostAccount)
        features = tuple(account.take(seen))
        text = (
            f"{seen.subject}: {account.connections:.0f} connections, "
            f"{account.connected / 60:.0f} minutes, {account.sent / 1e6:.1f} MB sent"
        )
        yield Whole(key, Scope.EGRESS, text, lambda: features, grows=True)
    out = accounts.of((EGRESS,), WayOutAccount)
    every = tuple(out.take(seen))
    text = f"{len(out.hosts)} hosts, {out.connections:.0f} connections within ten minutes"
    yield Whole((EGRESS,), Scope.EGRESS, text, lambda: every, grows=True)


def _refused(seen: Observation, accounts: Accounts) -> Iterator[Whole]:
    key = (EGRESS_REFUSED, seen.subject, text_of(seen, "reason"), str(number_of(seen, "port")))
    account = accounts.of(key, RefusalAccount)
    features = tuple(account.take(seen))
    port = f", port {number_of(seen, 'port'):.0f}" if number_of(seen, "port") else ""
    text = f"{seen.subject or 'several hosts'}{port}: refused {account.count:.0f} times ({key[2]})"
    yield Whole(key, Scope.EGRESS, text, lambda: features, grows=True)


def _output(seen: Observation, _: Accounts) -> Iterator[Whole]:
    features = (Feature.whole(Kind.PROGRESS, seen.subject),)
    text = text_of(seen, "example") or seen.subject
    yield Whole((OUTPUT, seen.subject), Scope.RUNTIME, text, lambda: features)


def _hook(seen: Observation, _: Accounts) -> Iterator[Whole]:
    """Code that a kernel ran: the cells' rules have judged it, so it only stands beside more."""
    text = f"code {seen.subject[:12]} ({text_of(seen, 'origin') or 'run'})"
    kinds = kinds_of(Scope.CELL)
    yield Whole((HOOK, seen.subject), Scope.RUNTIME, text, lambda: features_of(seen, kinds))


def _gap(seen: Observation, _: Accounts) -> Iterator[Whole]:
    features = (Feature.whole(Kind.BLIND, seen.subject),)
    text = f"{seen.subject}: {text_of(seen, 'detail')}"
    yield Whole((GAP, seen.subject), Scope.RUNTIME, text, lambda: features)


READERS: Mapping[str, Callable[[Observation, Accounts], Iterator[Whole]]] = {
    EXEC: _exec,
    FOLDER: _folder,
    FILE: _file,
    TREE: _tree,
    LOAD: _load,
    GPU: _gpu,
    EGRESS: _egress,
    EGRESS_REFUSED: _refused,
    OUTPUT: _output,
    HOOK: _hook,
    GAP: _gap,
}
