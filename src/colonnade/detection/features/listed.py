"""What a command is given to fetch or install by a list in a file that the notebook wrote.

To know another program that takes such a list, name it with its options in `_LISTS`.
"""

from colonnade.detection.features.reader import CodeReader
from colonnade.detection.normalise.fold.values import file_key, text_of

_LISTS = {
    "pip": ("-r", "--requirement"),
    "pip3": ("-r", "--requirement"),
    "uv": ("-r", "--requirement"),
    "conda": ("--file",),
    "wget": ("-i", "--input-file"),
    "wget2": ("-i", "--input-file"),
    "aria2c": ("-i", "--input-file"),
}
MAX_LISTED = 200


def with_listed(words: tuple[str, ...], given: str | None, inner: CodeReader) -> tuple[str, ...]:
    """`words`, and what stands in the lists that they name; `-` is what the command is `given`."""
    launched = words[1:3] == ("-m", "pip")
    options = _LISTS.get("pip" if launched else words[0].rsplit("/", 1)[-1]) if words else None
    if options is None:
        return words
    listed: list[str] = []
    for place, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name not in options:
            continue
        value = value if sign else "".join(words[place + 1 : place + 2])
        text = given if value == "-" else text_of(inner.names.get(file_key(value)))
        lines = (
            line.split("#egg", 1)[0].split(" #", 1)[0].strip() for line in (text or "").splitlines()
        )
        listed += [line for line in lines if line and not line.startswith(("#", "-"))]
    return (*words, *listed[:MAX_LISTED])
