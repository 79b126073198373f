"""What a kernel tells the host of code that is made while it runs: hints, and no more than that.

An audit hook (PEP 578) notices text that is compiled although it stands in no cell, code objects
that came from bytes, modules of the person's own and commands. Each is told once, by a thread, over
a socket that the host handed in. Code here can find that socket, close it, forge and flood it; the
host knows. The person's work comes first: nothing here waits for anything or raises, what finds no
room is dropped and counted, and what libraries compile for themselves is passed over by the name of
the file that asks for it.

To notice something more, write a handler and name its event in `_handlers`.
"""

# It runs where `inside/` is on the path.
# pyright: basic, reportMissingImports=false

import os
import shlex
import sys

from colonnade_teller import Teller

OWN_FOLDERS = tuple(
    os.path.join(os.environ.get(name, default), "")
    for name, default in (("COLONNADE_ROOT", "/content"), ("COLONNADE_DRIVE", "/drive"))
)
CELLS = "/ipykernel_"
"""In the name that ipykernel gives to a cell's text."""
PASSING = ("/ast.py", "/code.py", "/codeop.py", "/runpy.py", "/timeit.py")
"""Modules that compile what others give them: whoever calls them asks for it."""
MOST_FRAMES, MOST_NAMES = 200, 5000


def install() -> None:
    """Begin to tell, if the host has handed a channel in."""
    number = os.environ.pop("COLONNADE_HOOK", "")
    try:
        teller = Teller(int(number))
    except (OSError, ValueError):
        return
    system = {sys.base_prefix, sys.prefix, os.path.dirname(os.path.abspath(__file__))}
    system |= {path for path in sys.path if "site-packages" in path}
    watcher = Watcher(teller.tell, (*(os.path.join(path, "") for path in system), "<frozen "))
    sys.addaudithook(watcher.hook())
    teller.start()


class Watcher:
    """Picks out of all audit events what is worth telling.

    Args:
        tell: takes an origin, a language, and text, bytes or a code object.
        system: how the names of files begin whose code is not the person's.
    """

    def __init__(self, tell, system: "tuple[str, ...]") -> None:
        self._tell, self._system = tell, system
        self._compiled: dict[str, int] = {}
        """Texts that were compiled and have not run yet, by their file's name."""

    def hook(self):
        """The hook for `sys.addaudithook`: quick for the many events that do not matter."""
        find = self._handlers().get

        def see(event: str, arguments: tuple) -> None:
            handle = find(event)
            if handle is not None:
                try:
                    handle(*arguments)
                except Exception:
                    return  # It would be raised in the person's code.

        return see

    def _handlers(self):
        return {
            "compile": self._compile,
            "exec": self._exec,
            "function.__new__": self._exec,
            "os.system": lambda command: self._command([command]),
            "subprocess.Popen": lambda _, words, *rest: self._command(words),
            "os.exec": lambda _, words, *rest: self._command(words),
            "os.posix_spawn": lambda _, words, *rest: self._command(words),
            "os.spawn": lambda mode, _, words, *rest: self._command(words),
        }

    def _compile(self, source, name) -> None:
        if not isinstance(source, str | bytes):
            return  # A tree; its text was compiled before.
        name = os.fsdecode(name)
        if name.startswith(OWN_FOLDERS):
            origin = "module"
        elif frame := self._asker(sys._getframe(2), CELLS in name):
            text = source if isinstance(source, str) else source.decode("utf-8", "replace")
            origin = "literal" if text in frame.f_code.co_consts else "computed"
        else:
            return
        if len(self._compiled) > MOST_NAMES:
            self._compiled.clear()
        self._compiled[name] = self._compiled.get(name, 0) + 1
        self._tell(origin, "python", source)

    def _exec(self, code) -> None:
        name = code.co_filename
        if self._compiled.get(name):
            self._compiled[name] -= 1  # Its text was told.
        elif name.startswith(OWN_FOLDERS):
            if code.co_name == "<module>":
                self._tell("module", "python", code)
        elif self._asker(sys._getframe(2)):
            self._tell("code", "python", code)

    def _command(self, words) -> None:
        if isinstance(words, str | bytes):
            words = [words]
        texts = [os.fsdecode(word) for word in words]
        # One word is a shell's line; IPython's `!` and `shell=True` give the line after `-c`.
        if len(texts) == 3 and texts[1] == "-c" and texts[0].endswith("sh"):
            texts = texts[2:]
        self._tell("command", "shell", texts[0] if len(texts) == 1 else shlex.join(texts))

    def _asker(self, frame, nested: bool = False):
        """The frame of the person's own code that asks for this, or None.

        nested: look further out than to who calls; a cell's own text has nobody of theirs there.
        """
        for _ in range(MOST_FRAMES):
            if frame is None or frame.f_code.co_name == "literal_eval":
                return None
            name = frame.f_code.co_filename
            if not name.startswith(self._system):
                return frame
            if not nested and not name.endswith(PASSING):
                return None
            frame = frame.f_back
        return None
