"""What a rule looks at as one whole, and which kinds of features can be seen there.

A kind that is listed for no scope below is seen in code: in scopes `cell` and `notebook`. A new
kind of another sensor is added to its scope here, and rules can use it.
"""

from collections.abc import Mapping
from enum import StrEnum

from colonnade.detection.features.feature import Kind


class Scope(StrEnum):
    """One whole over which a condition is judged; two wholes never add up to one finding."""

    CELL = "cell"
    """One cell."""
    NOTEBOOK = "notebook"
    """All cells of a notebook together."""
    FILE = "file"
    """The bytes of one file."""
    PROCESS = "process"
    """One process: what runs, with its arguments."""
    EGRESS = "egress"
    """One connection to the outside."""
    TREE = "tree"
    """A folder with all the files below it, by their paths."""
    FOLDER = "folder"
    """A folder's files of one kind, and how their number grows."""
    LOAD = "load"
    """The work of a runtime's processors, or of one GPU."""
    RUNTIME = "runtime"
    """Everything that was seen of one runtime within a stated time, whoever saw it."""


CODE = frozenset({Scope.CELL, Scope.NOTEBOOK})
"""Scopes over cells; the others are judged over plain features (`match.match_group`)."""

_ELSEWHERE: Mapping[Scope, frozenset[Kind]] = {
    Scope.FILE: frozenset(
        {
            Kind.FILE_FORMAT,
            Kind.METADATA_KEY,
            Kind.GRAPH,
            Kind.GRAPH_INPUT,
            Kind.GRAPH_OUTPUT,
            Kind.SIGNATURE,
        }
    ),
    Scope.PROCESS: frozenset({Kind.IMAGE}),
    Scope.EGRESS: frozenset({Kind.HOST, Kind.PORT, Kind.PROTOCOL, Kind.BYTES, Kind.REFUSED}),
    Scope.TREE: frozenset({Kind.FORK, Kind.TREE_PATH}),
    Scope.FOLDER: frozenset({Kind.GROWN}),
    Scope.LOAD: frozenset({Kind.DEVICE}),
    Scope.RUNTIME: frozenset({Kind.COUNT, Kind.LASTED, Kind.PROGRESS, Kind.BLIND}),
}
"""Kinds that are never seen in code."""
_SHARED: Mapping[Scope, frozenset[Kind]] = {
    Scope.FILE: frozenset({Kind.PATH, Kind.WEIGHTS}),
    Scope.PROCESS: frozenset(
        {
            Kind.COMMAND,
            Kind.VERB,
            Kind.SUBCOMMAND,
            Kind.OPTION,
            Kind.WORD,
            Kind.PATH,
            Kind.URL,
            Kind.WEIGHTS,
            Kind.MEDIA,
            Kind.POOL,
            Kind.WALLET,
            Kind.MAGNET,
            Kind.TUNNEL,
            Kind.CLONE,
            Kind.DOWNLOAD,
            Kind.INSTALL,
            Kind.PROJECT,
            Kind.ROLE,
            Kind.FOLDER,
            Kind.STAGE,
            Kind.OUTPUT,
            Kind.SAFETY,
            Kind.DISGUISE,
            Kind.OPAQUE,
            Kind.COUNT,
        }
    ),
    Scope.EGRESS: frozenset({Kind.COUNT, Kind.LASTED}),
    Scope.FOLDER: frozenset({Kind.PATH, Kind.FOLDER, Kind.FILE_FORMAT, Kind.COUNT}),
    Scope.LOAD: frozenset({Kind.LASTED}),
}
_CODE_KINDS = frozenset(Kind) - frozenset[Kind]().union(*_ELSEWHERE.values())


def kinds_of(scope: Scope) -> frozenset[Kind]:
    """The kinds that a rule of this scope can look at."""
    if scope is Scope.RUNTIME:
        return frozenset(Kind)
    if scope in CODE:
        return _CODE_KINDS
    return _ELSEWHERE.get(scope, frozenset()) | _SHARED.get(scope, frozenset())
