"""The type of a feature, its kinds, and the collector that every extractor writes to."""

from dataclasses import dataclass, field
from enum import StrEnum

from colonnade.detection.limits import (
    MAX_FEATURES,
    MAX_SAME,
    MAX_VALUE_CHARACTERS,
    Unscannable,
)


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
    """Program and first bare word: `git clone`, `main.py train`; `sleep hours` where it is an hour
    or more."""
    OPTION = "option"
    """Option of a command, underscores as hyphens: `--source-image`, `-s`."""
    WORD = "word"
    """A bare word given to a command: `face_swapper`."""
    CLONE = "clone"
    """Canonical address that is cloned: `github.com/owner/name`; of a container, its image:
    `docker.io/owner/name`."""
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
    """Which unequal media a command or call takes: `still+driver`, `source+target`, `voice+text`,
    `still-file+video-file`; `still-file+still-file` of a command alone; `audio-file+text` where a
    script speaks a text like a recording."""
    POOL = "pool"
    """A mining pool's address: `argument` of a command, or `literal` in Python; `settings` where it
    stands beside a wallet, `protocol` for what is said to a pool, `page` for a miner in a page,
    `told` where a command is told what only miners are, `program` for a program in another language
    that asks for work and hands it in."""
    WALLET = "wallet"
    """Something in the form of a wallet's address: `argument` or `literal`."""
    MAGNET = "magnet"
    """A magnet link: `argument` or `literal`."""
    FLOOD = "flood"
    """Something is sent in a loop of very many rounds: `requests.post`; `told` where a script is
    told what only floods are, `crowd` where a load tool is to be very many users at once."""
    REPEATED = "repeated"
    """What a loop does in every round without reading an answer: `mail`, `message`, `messages` (to
    one person after another), `addressed` (the same by pages that open with the message in them, or
    by a bridge of one's own to a messenger), `answered` (whoever comes up, whatever they said),
    `advertised` (mail to one after another that advertises), `typed`, `written`, `entered` (each
    field of a form with something else of a table), `click`, `press`, `visit`, `request`, `names`
    (the same under one name after another), `invented` (somebody who was made up is entered),
    `paced` (something is given, with pauses drawn by chance), `canned` (one of some ready texts is
    said, drawn by chance), `packet`, `thread`, `vote`, or `wait` and nothing else; `presence` where
    a page's script presses something as if somebody were there; and `codes-asked` where several
    services are to send codes to telephones."""
    PRESSED = "pressed"
    """What is given by pressing something in a page, by what is pressed: `like`, `follow`, `vote`,
    `invite`, `comment`."""
    GUESS = "guess"
    """Against what candidates are tried one after another: `hash`, `lock`, `login`, `key`, `code`
    of a voucher; `address` where one that was worked out is looked for among others; `told` where a
    program is told a kind of hash, a way to attack it and a list; `numbers` where each of very many
    is hashed and looked for among hashes from a file."""
    TUNNEL = "tunnel"
    """What of the runtime is opened to the outside: `shell`, `desktop`, `notebook`, `proxy`, `web`
    by its port, `raw` for any other port in any protocol; `to-shell` where a shell is given to a
    connection, `terminal` where one is served at a port."""
    OPAQUE = "opaque"
    """Something runs that cannot be seen: `exec`, `command`, `import`, `attribute`, `decoded-pipe`,
    `downloaded-script`, `downloaded-program` (run under the name of its address),
    `other-language`, `budget` (it is too long to be worked out)."""
    DISGUISE = "disguise"
    """How something was hidden that could be undone: `base64`, `rot13`, `zlib`, `hex`, `xor`,
    `codes`, `reversed`, `nested`, `dynamic-import`, `dynamic-attribute`, `mixed-script`,
    `bidirectional`, `invisible`, `renamed-clone`, `random-name`, `short-address`,
    `kernel-process`."""
    ROLE = "role"
    """One input of a command or call by its part: `source`, `target`, `driver`, `face`, `still`,
    `video`, `audio`, `voice`; `ready-voice` for one that came with a program; of a script also
    `still-file`, `video-file`, `audio-file`."""
    ASKED = "asked"
    """Which media a person is asked for by form fields, uploads and variables together, in the
    values of `media`: `source+target`, `still-file+video-file`."""
    INPUT = "input"
    """How a medium comes in: `upload`, `camera`, `drive`, `video-address`, `frames-read`; a form
    field or variable that names one: `form-still`, `form-video`, `form-audio`, `form-address`,
    `still-path`, `video-path`, `audio-path`; a web form: `web-form`, `web-still`, `web-video`,
    `web-audio`, `web-file`."""
    OUTPUT = "output"
    """What goes out: `video-written`, `video-shown`, `video-downloaded`, `still-shown`,
    `audio-shown`, `audio-written`, `downloaded`, `to-drive`."""
    STAGE = "stage"
    """A step on media, by whatever library: `frames-out`, `frames-in`, `audio-out`, `audio-in`,
    `face-detect`, `face-landmarks`, `face-embed`, `face-align`, `face-mask`, `face-restore`,
    `face-swap`, `lip-sync`, `motion`, `speaker-embed`, `voice-made` (of
    files, by a service), `pitch`, `synthesis`, `separate-voice`."""
    TRAINING = "training"
    """The structure of what is trained: `two-decoders`, of one build over one encoder."""
    BLEND = "blend"
    """How something is put back into a frame: `seamless-clone`, `inverse-warp`, `alpha-mask`; or a
    piece of a picture into another: `crop-taken`, `crop-set`, `crop-pasted`, `crops-exchanged`."""
    SAFETY = "safety"
    """A check that is taken away: `option`, `switch`, `patched`, `threshold`, `stubbed`,
    `deleted`."""
    FORM = "form"
    """A form field, its kind and the name it fills: `string source_path`, `dropdown mode`."""
    CHOICE = "choice"
    """One option of a form field or a command-line choice: `saehd`."""
    FOLDER = "folder"
    """What a folder is for, by its words: `source-faces`, `target-frames`, `aligned`, `merged`,
    `source-data`, `frames`, `faces`, `masks`, `model`, `workspace`, `result`, `voices`."""
    REVISION = "revision"
    """A certain state is asked for: `commit`, `commit-before`, `relative`, `branch NAME`."""
    LINK = "link"
    """Canonical address in a comment or in text between the cells; weak."""
    COMMENT = "comment"
    """What a comment, a title or text between the cells speaks of, in any of several languages:
    `face-swap`, `lip-sync`, `voice-clone`, `nudity`, `detection`, `course`, ...; weak. `flooding`
    also where somebody is told so, or asked for whom."""
    FILE_FORMAT = "file-format"
    """What a file is by its bytes, never by its name: `dfl-aligned-face`, `onnx`."""
    METADATA_KEY = "metadata-key"
    """A key of the metadata within a file: `source_landmarks`."""
    GRAPH = "graph"
    """What a model does by the shape of its inputs and outputs: `one-shot-swapper`."""
    GRAPH_INPUT = "graph-input"
    """Name and shape of an input of a model: `target:1x3x128x128`; `?` is any size."""
    GRAPH_OUTPUT = "graph-output"
    """Name and shape of an output of a model: `out_celeb_face:0:?x?x?x3`."""
    SIGNATURE = "signature"
    """A byte signature under `signatures/` that a file bears: `miner-binary`."""
    HOST = "host"
    """Name or address that is connected to: `pool.example`."""
    PORT = "port"
    """Port that is connected to: `3333`."""
    PROTOCOL = "protocol"
    """What is spoken on a connection, as far as it shows: `tls`, `http`, `stratum`."""
    BYTES = "bytes"
    """How much a connection carried, once for each power of ten reached: `sent-1mb`."""
    FORK = "fork"
    """Known project that a tree is a fork of: its role and family, how much of it is there, and in
    which folder: `face-swap faceswap 0.83 tools/x`."""
    TREE_PATH = "tree-path"
    """Path of a file within a tree, from its root: `core/leras/ops/__init__.py`."""
    IMAGE = "image"
    """Where the program of a process lies, if in no file with a name: `memfd`, `deleted`."""
    COUNT = "count"
    """How many there are, once for each power of ten reached: `files-100` in a folder,
    `connections-1000` to a host, `refusals-10` of one host for one reason, `times-10` of one
    command; over all hosts within ten minutes `hosts-100` and `all-connections-1000`."""
    GROWN = "grown"
    """How a folder grew while it was looked at: `files-100` by how many, once for each power of
    ten, and `looks-3` in how many looks, up to 10."""
    LASTED = "lasted"
    """How long something has gone on, once for each step reached (`5m 10m 30m 1h 2h 4h 8h`):
    `busy-30m` of processors or a GPU in nearly full use, `connected-1h` to one host."""
    DEVICE = "device"
    """What is in use: `processors`, `gpu`; and `all` where it is all that the runtime may use."""
    REFUSED = "refused"
    """Why a connection was not made, as `runtimes.egress.reasons` has it: `port`; and the policy's
    category, where its list closed the host: `category cryptomining`."""
    PROGRESS = "progress"
    """The form of progress that a program printed; from inside the sandbox."""
    BLIND = "blind"
    """What could not be seen whole: `hook-silent`, `argument-race`."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing seen on lines `line` to `end_line` (from 1) of a cell; 0 where there are none."""

    kind: Kind
    value: str
    line: int
    end_line: int

    @classmethod
    def whole(cls, kind: Kind, value: str) -> "Feature":
        """A feature of something without lines (a file, a process), cut and in lower case."""
        return cls(kind, value[:MAX_VALUE_CHARACTERS].lower(), 0, 0)


@dataclass(slots=True)
class Collector:
    """Takes features of one cell: each (kind, value, line) once, on `MAX_SAME` lines at most."""

    found: dict[tuple[Kind, str, int], Feature] = field(
        default_factory=dict[tuple[Kind, str, int], Feature]
    )
    times: dict[tuple[Kind, str], int] = field(default_factory=dict[tuple[Kind, str], int])
    offset: int = 0
    """Added to every line: where the part that is being read begins, less one."""
    pinned: tuple[int, int] | None = None
    """Lines that everything is put down to while code within a string is read."""

    def add(self, kind: Kind, value: str, line: int, end_line: int | None = None) -> None:
        """Note `value`, cut to `MAX_VALUE_CHARACTERS`, in lower case; '' is ignored.

        Raises Unscannable above `MAX_FEATURES`: what came after them would pass unseen.
        """
        if not value:
            return
        first, last = self.pinned or (line + self.offset, (end_line or line) + self.offset)
        text = value[:MAX_VALUE_CHARACTERS].lower()
        key = (kind, text, first)
        if key in self.found:
            return
        same = (kind, text)
        times = self.times.get(same, 0)
        if times >= MAX_SAME:
            return
        if len(self.found) >= MAX_FEATURES:
            raise Unscannable(f"more than {MAX_FEATURES} things are seen in it")
        self.times[same] = times + 1
        self.found[key] = Feature(kind, text, first, last)

    def features(self) -> tuple[Feature, ...]:
        """What was noted, in the order of its discovery."""
        return tuple(self.found.values())
