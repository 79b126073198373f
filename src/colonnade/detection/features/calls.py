"""What a call says, by its name and by what it is given.

`effects` reads what it runs or fetches, `media` and the modules beside it what is done to pictures,
video and sound.
"""

import builtins
import re
from dataclasses import dataclass

from tree_sitter import Node

from colonnade.detection.features.arguments import (
    MAX_ARGUMENTS,
    hands_options_on,
    keys_in,
    named_in,
    read_parts,
)
from colonnade.detection.features.blending import goes_back
from colonnade.detection.features.command import read_options
from colonnade.detection.features.comments import MAX_TOLD, read_told
from colonnade.detection.features.effects import read_effect
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.media import opened, read_call, read_files, takes_files
from colonnade.detection.features.pages import is_page, read_page
from colonnade.detection.features.pressed import MAY_PRESS
from colonnade.detection.features.reader import CodeReader
from colonnade.detection.features.repeated import Repetitions
from colonnade.detection.features.roles import is_voice, medium_of
from colonnade.detection.features.safety import read_replacement
from colonnade.detection.features.tunnels import OPENING, read_opened
from colonnade.detection.features.voices import is_named, loads_voice
from colonnade.detection.features.walk import lines_of
from colonnade.detection.features.ways import MAKERS
from colonnade.detection.normalise.fold import Folder, arguments_of, source_of
from colonnade.detection.normalise.fold.nodes import plain_of
from colonnade.detection.normalise.fold.sequences import keep_added

_TELLING = frozenset({"input", "print", "simpledialog.askstring", "cprint", "click.echo"})
"""What tells whoever runs it something, or asks them."""
MAX_TOLD_PARTS = 3
_MAKING = frozenset({"join", "decode", "replace", "format", "translate", "removeprefix", "fromhex"})
_MAKING_TEXT = frozenset({"str", "bytes", "codecs.decode", "os.path.join", "base64.b64decode"})
_DECIDED_ELSEWHERE = frozenset(
    {"run", "call", "Popen", "check_output", "check_call", "popen", "urlretrieve", "exec", "eval"}
)
_OF_A_VOICE = re.compile(r"voice|speaker|spk|conditioning|ref_audio|reference|prompt_wav")
MAX_PORTS = 6
"""Arguments among which an opened port is sought."""

_ADDING = (".append", ".extend")
_BY_NAME = frozenset({"identifier", "keyword_argument"})


@dataclass(frozen=True, slots=True)
class Calls:
    """Reads calls, each with what is known at its moment.

    Attributes:
        made_by: dotted name of the call whose result a name holds; filled by who walks the source.
    """

    collector: Collector
    folder: Folder
    inner: CodeReader
    repetitions: Repetitions
    made_by: dict[str, str]

    def makes_text(self, function: Node, name: str) -> bool:
        """Whether the result is read as a text that is written out, where it is known."""
        lambdas = function.type == "parenthesized_expression"
        return lambdas or name in _MAKING_TEXT or self._tail(function) in _MAKING

    def read(self, node: Node, function: Node, name: str) -> None:
        """Note what the call at `node` says and does; `function` goes by `name`."""
        lines, arguments = lines_of(node), arguments_of(node)
        self.collector.add(Kind.CALL, name, *lines)
        if self.folder.sequences and name.endswith(_ADDING):
            keep_added(self.folder.sequences, node)
        called = self.folder.own_function(function)
        self._given(name, arguments, lines, is_own=called is not None)
        self.repetitions.read_mapped(node, name, *lines)
        if not name or name.endswith(MAY_PRESS):
            self.repetitions.read_pressed(node, *lines)
        for told in arguments[:MAX_TOLD_PARTS] if name in _TELLING else ():
            read_told(self.collector, source_of(told)[:MAX_TOLD], *lines)
        self._want(function, name, arguments)
        self._shown(name, arguments, lines, is_own=called is not None)
        if called is not None:
            self.inner.function(called, node, lines)
        else:
            read_effect(self.collector, self.folder, node, self._made(name), lines, self.inner)

    def _shown(
        self, name: str, arguments: list[Node], lines: tuple[int, int], *, is_own: bool
    ) -> None:
        """Pages that are shown, files of media that are given, ports that are opened.

        What the notebook's own function does with files shows in its body, which is read.
        """
        shown = is_page(name)
        if shown or (len(arguments) > 1 and not is_own and takes_files(name)):
            read = plain_of(map(opened, arguments[:MAX_ARGUMENTS]))
            given = [self.folder.text(one) for one in read]
            (read_page if shown else read_files)(self.collector, given, *lines)
        if OPENING.search(name):
            ports = [self._plain(one) for one in arguments[:MAX_PORTS]]
            read_opened(self.collector, ports, *lines)

    def _made(self, name: str) -> str:
        """`requests.Session.get` for `session.get`, where a call made the session."""
        root, dot, rest = name.partition(".")
        maker = self.made_by.get(root, "") if dot else ""
        return f"{maker}.{rest}" if maker.startswith(MAKERS) else name

    def _given(
        self, name: str, arguments: list[Node], lines: tuple[int, int], *, is_own: bool
    ) -> None:
        """What is given to the call of `name`, by the names of its arguments."""
        if loads_voice(name) and is_named(*(self.folder.text(one) for one in arguments[:2])):
            self.collector.add(Kind.ROLE, "ready-voice", *lines)
        keywords, names = named_in(self._filled(arguments))
        for argument in names:
            self.collector.add(Kind.NAME, argument, *lines)
        read_call(self.collector, name, names, len(arguments) - len(keywords), *lines)
        names += keys_in(arguments)
        read_parts(self.collector, name, names, *lines, is_own=is_own)
        if hands_options_on(arguments):
            words = (self.folder.text(one) or "" for one in arguments[:MAX_ARGUMENTS])
            read_options(self.collector, tuple(words), *lines)
        if name.endswith("warpAffine") and goes_back(arguments, self.made_by):
            self.collector.add(Kind.BLEND, "inverse-warp", *lines)
        elif name.endswith(("files.download", ".replace", "re.sub")) and arguments:
            self._text_given(name, self.folder.text(arguments[0]) or "", lines)

    def _filled(self, arguments: list[Node]) -> list[Node]:
        """What is given, less the recordings that are known to be none: `""` or None."""
        return [one for one in arguments if not self._is_empty_voice(one)]

    def _is_empty_voice(self, argument: Node) -> bool:
        if argument.type not in _BY_NAME:
            return False
        name = argument.child_by_field_name("name") or argument
        value = argument.child_by_field_name("value") or argument
        called = source_of(name)
        if value.type == "none":
            return bool(_OF_A_VOICE.search(called))
        return is_voice(called) and self.folder.text(value) == ""

    def _tail(self, function: Node) -> str:
        """The name after the last dot, also where `getattr` is given it."""
        if function.type == "attribute":
            name = function.child_by_field_name("attribute")
            return source_of(name) if name is not None else ""
        reached = self.folder.reached(function)
        return reached[1] if reached else ""

    def _plain(self, argument: Node) -> str | int | None:
        value = argument.child_by_field_name("value")
        found = self.folder.fold(value if argument.type == "keyword_argument" else argument)
        return found if isinstance(found, str | int) else None

    def _want(self, function: Node, name: str, arguments: list[Node]) -> None:
        """What a function of another cell runs, or a module imported in one, is decided there."""
        root, _, rest = name.partition(".")
        if not arguments or not root or root in self.folder.names or hasattr(builtins, root):
            return
        if function.type == "identifier" or rest in _DECIDED_ELSEWHERE:
            self.folder.names.want(root)

    def _text_given(self, name: str, text: str, lines: tuple[int, int]) -> None:
        if name.endswith("files.download"):
            kind = "video-downloaded" if medium_of(text) == "video" else "downloaded"
            self.collector.add(Kind.OUTPUT, kind, *lines)
        else:
            read_replacement(self.collector, text, *lines)
