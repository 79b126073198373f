"""Commands within programs of other languages: what Perl, Ruby, Node, PHP and awk hand to a shell.

Those languages are not read. Only the texts that they give a shell as they stand are found:
`system("ls")`, `execSync('ls')`, `qx(ls)`, and backticks where these run commands.
"""

import re

from colonnade.detection.normalise.fold.literals import unescape

MAX_FOUND = 50
_CALLED = re.compile(
    r"\b(?:system|exec|execSync|popen|spawnSync|shell_exec|passthru|IO\.popen|os\.execute)\b"
    r"\s*\(?\s*(?:\"((?:\\.|[^\"\\]){1,4000})\"|'((?:\\.|[^'\\]){1,4000})')"
)
_QUOTED = re.compile(r"(?:qx|%x)\s*[{(\[/]([^)}\]/\n]{1,4000})")
_BACKTICKS = re.compile(r"`([^`\n]{1,4000})`")
_WITH_BACKTICKS = frozenset({"perl", "ruby", "php"})
_INLINE = {"perl": "-e", "ruby": "-e", "node": "-e", "php": "-r", "lua": "-e"}
_AWKS = frozenset({"awk", "gawk", "mawk", "nawk"})


def shell_texts(code: str, language: str) -> list[str]:
    """The texts in `code` that a shell is given, in their order by kind; at most `MAX_FOUND`."""
    if not code:
        return []
    found = [
        unescape(match[1] if match[1] is not None else match[2]).replace('\\"', '"')
        for match in _CALLED.finditer(code)
    ]
    found += [match[1] for match in _QUOTED.finditer(code)]
    if language in _WITH_BACKTICKS:
        found += [match[1] for match in _BACKTICKS.finditer(code)]
    return [text.replace("\\$", "$").replace("\\@", "@") for text in found[:MAX_FOUND]]


def inline_code(program: str, arguments: tuple[str, ...]) -> str:
    """The code that stands in a command: `perl -e '…'`, `awk '…'`; '' where there is none."""
    if program in _AWKS:
        return next((word for word in arguments if "{" in word), "")
    option = _INLINE.get(program)
    if option is None or option not in arguments[:-1]:
        return ""
    return arguments[arguments.index(option) + 1]
