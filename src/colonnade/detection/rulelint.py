"""What can be wrong with how a rule is written, although it can be read.

`rulebook.check_rules` adds what only shows when the rule runs on its examples. To hold rules to
something more, write a function from a rule, its text and its file to sentences, and list it in
`LINTS`.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import yaml

from colonnade.detection.conditions import Branch, Condition, Leaf, branches_of
from colonnade.detection.rules import Rule

_NOT_LETTERS = re.compile(r"\\.|\(\?P<\w+>|\[:\w+:\]")
"""What has letters in an expression and stands for none: `\\W`, a group's name, a class."""
_CAPITAL = re.compile(r"[A-Z]")


def lint(rule: Rule, text: str, file: str) -> list[str]:
    """One sentence for each problem. `text` and `file` are '' for a rule that has no file."""
    return [problem for one in LINTS for problem in one(rule, text, file)]


def _place(rule: Rule, _text: str, file: str) -> Iterator[str]:
    """The id finds the file, and the category its folder."""
    path = PurePosixPath(file)
    if file and path.stem != rule.id:
        yield f"its file is {path.name} and not {rule.id}.yaml."
    if len(path.parts) > 1 and path.parent.name != rule.category:
        yield f"it lies in {path.parent.name}/ and not in {rule.category}/."


def _keys_twice(_rule: Rule, text: str, _file: str) -> Iterator[str]:
    """YAML lets the last of two equal keys win, and says nothing."""
    for key, line in _repeated(yaml.compose(text, Loader=yaml.SafeLoader) if text else None):
        yield f"line {line}: '{key}' is given twice, and only the last one counts."


def _unused(rule: Rule, _text: str, _file: str) -> Iterator[str]:
    """What stands in a rule without making any difference."""
    needed = set(_always(rule.condition))
    for leaf in rule.context:
        if leaf in needed:
            yield f"its context repeats '{leaf}', which the condition needs anyway."
    for branch in branches_of(rule.condition):
        for child in {one for one in branch.children if branch.children.count(one) > 1}:
            yield f"'{branch}' has '{child}' twice."


def _examples(rule: Rule, _text: str, _file: str) -> Iterator[str]:
    """An example is named by its title."""
    everything = (*rule.examples.fires, *rule.examples.stays_silent)
    titles = [example.title for example in everything]
    for title in sorted({one for one in titles if titles.count(one) > 1}):
        yield f"two examples are called '{title}'."


def _capitals(rule: Rule, _text: str, _file: str) -> Iterator[str]:
    """Values are in lower case, so an expression with capitals waits for ever."""
    for leaf in rule.leaves():
        written = leaf.expression.pattern if leaf.expression is not None else ""
        if _CAPITAL.search(_NOT_LETTERS.sub("", written)) and "(?i" not in written:
            yield f"'{leaf}' has capitals, and values are in lower case."


LINTS = (_place, _keys_twice, _unused, _examples, _capitals)


def _repeated(node: Any) -> Iterator[tuple[str, int]]:
    """(key, line) of every key that its mapping already has."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _repeated(child)


def _always(condition: Condition) -> Iterator[Leaf]:
    """Leaves without which the condition does not hold: their evidence is always there."""
    if isinstance(condition, Leaf):
        yield condition
    elif isinstance(condition, Branch) and condition.operator in {"all", "sequence", "several"}:
        for child in condition.children:
            yield from _always(child)
