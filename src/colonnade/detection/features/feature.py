"""The type of a feature, its kinds, and the collector that every extractor writes to."""

from dataclasses import dataclass, field
from enum import StrEnum

from colonnade.detection.limits import MAX_FEATURES, MAX_VALUE_CHARACTERS


class Kind(StrEnum):
    """What a feature says; rules name these. Values are in lower case."""

    IMPORT = "import"
    """Dotted name of what is imported: `insightface`, `ml4a.models.wav2lip`."""
    CALL = "call"
    """Dotted name of what is called, aliases resolved: `libtorrent.session`."""
    NAME = "name"
    """A name that the cell assigns, defines or passes to a call: `driving_video`."""
    COMMAND = "command"
    """Program that is run; for an interpreter, the script or module: `git`, `main.py`."""
    VERB = "verb"
    """First bare word given to a script: `extract`."""
    SUBCOMMAND = "subcommand"
    """Program and first bare word: `git clone`, `main.py train`."""
    OPTION = "option"
    """Option of a command, underscores as hyphens: `--source-image`, `-s`."""
    WORD = "word"
    """A bare word given to a command: `face_swapper`."""
    CLONE = "clone"
    """Canonical address that is cloned: `github.com/owner/name`."""
    DOWNLOAD = "download"
    """Canonical address that is fetched."""
    INSTALL = "install"
    """Package or canonical address that is installed."""
    PROJECT = "project"
    """Name of a project on a forge that something is cloned, installed or fetched from."""
    URL = "url"
    """Any other canonical address in the text."""
    WEIGHTS = "weights"
    """Name of a file of model weights: `inswapper_128.onnx`."""
    PATH = "path"
    """One component of a path, or a literal of one word: `data_src`."""
    MEDIA = "media"
    """Which media a command or call takes: `still+driver`, `still-file+video-file`."""
    POOL = "pool"
    """A mining pool's address: `argument` of a command, or `literal` in Python."""
    WALLET = "wallet"
    """Something in the form of a wallet's address: `argument` or `literal`."""
    MAGNET = "magnet"
    """A magnet link: `argument` or `literal`."""
    FLOOD = "flood"
    """Something is sent in a loop of very many rounds: `requests.post`."""
    OPAQUE = "opaque"
    """Something runs that cannot be seen: `exec`, `decoded-pipe`, `downloaded-script`."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing seen on lines `line` to `end_line` (from 1) of a cell."""

    kind: Kind
    value: str
    line: int
    end_line: int


@dataclass(slots=True)
class Collector:
    """Takes features of one cell: each (kind, value, line) once, `MAX_FEATURES` at most."""

    found: dict[tuple[Kind, str, int], Feature] = field(
        default_factory=dict[tuple[Kind, str, int], Feature]
    )
    offset: int = 0
    """Added to every line: where the part that is being read begins, less one."""
    pinned: tuple[int, int] | None = None
    """Lines that everything is put down to while code within a string is read."""

    def add(self, kind: Kind, value: str, line: int, end_line: int | None = None) -> None:
        """Note `value`, cut to `MAX_VALUE_CHARACTERS`, in lower case; '' is ignored."""
        if not value or len(self.found) >= MAX_FEATURES:
            return
        first, last = self.pinned or (line + self.offset, (end_line or line) + self.offset)
        text = value[:MAX_VALUE_CHARACTERS].lower()
        self.found.setdefault((kind, text, first), Feature(kind, text, first, last))

    def features(self) -> tuple[Feature, ...]:
        """What was noted, in the order of its discovery."""
        return tuple(self.found.values())
