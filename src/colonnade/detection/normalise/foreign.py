"""Commands in programs of other languages: what Perl, Ruby, Node, PHP, R and awk give a shell.

Those languages are not read. Only the texts that they give a shell as they stand are found:
`system("ls")`, `system2("ls", c("-l"))`, `execSync('ls')`, `qx(ls)`, and backticks where these
run commands.
"""

import re
import shlex

from colonnade.detection.normalise.fold.literals import unescape

MAX_FOUND = 50
_CALLED = re.compile(
    r"\b(?:system|exec|execSync|popen|spawnSync|shell_exec|passthru|IO\.popen|os\.execute)\b"
    r"\s*\(?\s*(?:\"((?:\\.|[^\"\\]){1,4000})\"|'((?:\\.|[^'\\]){1,4000})')"
)
_QUOTED = re.compile(r"(?:qx|%x)\s*[{(\[/]([^)}\]/\n]{1,4000})")
_BACKTICKS = re.compile(r"`([^`\n]{1,4000})`")
_WITH_WORDS = re.compile(
    r"\bsystem2\s*\(\s*[\"']([^\"'\n]{1,400})[\"']\s*,\s*(?:args\s*=\s*)?(c\([^\n]{0,4000}|[\w.]{1,60})"
)
"""A program with its words as R starts it: a vector, or the name of one."""
_WORD = re.compile(r"\"([^\"\n]{0,400})\"|'([^'\n]{0,400})'")
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
    found += [_with_words(match[1], match[2], code) for match in _WITH_WORDS.finditer(code)]
    found += [match[1] for match in _QUOTED.finditer(code)]
    if language in _WITH_BACKTICKS:
        found += [match[1] for match in _BACKTICKS.finditer(code)]
    return [text.replace("\\$", "$").replace("\\@", "@") for text in found[:MAX_FOUND]]


def _with_words(program: str, words: str, code: str) -> str:
    """A program that R starts, as a line of a shell."""
    if not words.startswith("c("):
        named = re.search(rf"(?<![\w.]){re.escape(words)}\s*(?:<-|=)\s*(c\([^\n]{{0,4000}})", code)
        words = named[1] if named else ""
    return shlex.join([program, *("".join(one) for one in _WORD.findall(words))])


def inline_code(program: str, arguments: tuple[str, ...]) -> str:
    """The code that stands in a command: `perl -e '…'`, `awk '…'`; '' where there is none."""
    if program in _AWKS:
        return next((word for word in arguments if "{" in word), "")
    option = _INLINE.get(program)
    if option is None or option not in arguments[:-1]:
        return ""
    return arguments[arguments.index(option) + 1]
