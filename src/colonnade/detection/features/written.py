"""Files that Python writes, so that their text is known when something runs them later.

To know another way of writing, say here which argument is the text and what stands for the file.
"""

import json
from contextlib import suppress

from tree_sitter import Node

from colonnade.detection.archives import NotAnArchive, kind_of, members_in
from colonnade.detection.limits import Unscannable
from colonnade.detection.normalise.fold import Folder, Opened, Value, arguments_of, source_of
from colonnade.detection.normalise.fold.nodes import keywords_of
from colonnade.detection.normalise.fold.values import file_key, items_of, text_of

_WRITERS = frozenset({"write", "writelines", "write_text", "write_bytes"})
_MOVERS = frozenset(
    {"os.rename", "os.replace", "os.link", "os.symlink"}
    | {"shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.move"}
)


def read_written(folder: Folder, call: Node, name: str) -> None:
    """What stands in a file after the call of `name`.

    Raises Unscannable when it writes an archive of which not all can be looked into.
    """
    if name.rpartition(".")[2] in _WRITERS:
        _written(folder, call)
    elif name == "print":
        _printed(folder, call)
    elif name == "json.dump":
        _dumped(folder, arguments_of(call))
    elif name in _MOVERS:
        _moved(folder, arguments_of(call))


def _written(folder: Folder, call: Node) -> None:
    """`open('a.py', 'w').write(code)`."""
    function = call.child_by_field_name("function")
    attribute = function.child_by_field_name("attribute") if function is not None else None
    if function is None or attribute is None or source_of(attribute) not in _WRITERS:
        return
    arguments = arguments_of(call)
    held = folder.fold(function.child_by_field_name("object"))
    value = folder.fold(arguments[0]) if arguments else None
    if isinstance(value, bytes) and kind_of(value[:512]):
        _unpacked(folder, value)
    _keep(folder, held, _text_written(value))


def _printed(folder: Folder, call: Node) -> None:
    """`print(code, file=f)`."""
    file = dict(keywords_of(call)).get("file")
    held = folder.fold(file) if file is not None else None
    if isinstance(held, Opened):
        plain = [one for one in arguments_of(call) if one.type != "keyword_argument"]
        values = folder.all(plain)
        texts = [text_of(one) for one in values or []]
        if values is not None and None not in texts:
            _keep(folder, held, " ".join(one or "" for one in texts) + "\n")


def _dumped(folder: Folder, arguments: list[Node]) -> None:
    """`json.dump(commands, open('a.json', 'w'))`, of texts and lists of them."""
    values = [folder.fold(one) for one in arguments[:2]]
    if len(values) == 2 and isinstance(values[1], Opened):
        with suppress(TypeError, ValueError):
            _keep(folder, values[1], json.dumps(values[0]))


def _moved(folder: Folder, arguments: list[Node]) -> None:
    """`shutil.move('notes.txt', 'run.py')`."""
    names = [folder.text(one) for one in arguments[:2]]
    if len(names) == 2 and names[0] and names[1]:
        text = folder.names.get(file_key(names[0]))
        if isinstance(text, str):
            folder.names.bind(file_key(names[1]), text)


def _keep(folder: Folder, held: Value | None, text: str | None) -> None:
    """An opened file is added to, a path is written anew."""
    path = held.path if isinstance(held, Opened) else held
    if not isinstance(path, str) or text is None:
        return
    key = file_key(path)
    before = folder.names.own.get(key) if isinstance(held, Opened) else None
    folder.names.bind(key, (before if isinstance(before, str) else "") + text)


def _unpacked(folder: Folder, archive: bytes) -> None:
    """What stands in the scripts of an archive that is written, from when it will be unpacked on.

    Raises Unscannable when not all of it can be looked into.
    """
    with suppress(NotAnArchive):
        for member in members_in(archive):
            if member.problem:
                raise Unscannable(f"it writes an archive, and of {member.name} {member.problem}")
            if member.is_code:
                folder.names.bind(file_key(member.name), member.data.decode("utf-8", "replace"))


def _text_written(value: Value | None) -> str | None:
    if isinstance(value, list):
        return "".join(one for one in items_of(value) or [] if isinstance(one, str))
    return text_of(value)
