"""Reads the rules from their files, and checks that each keeps its word.

`colonnade rules check` prints what `check_rules` returns.
"""

import hashlib
from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from colonnade.detection.cells import Cell
from colonnade.detection.match import Finding, match, see
from colonnade.detection.rules import Rule, RuleSet
from colonnade.kit.errors import Invalid
from colonnade.kit.shipped import shipped

# The loader in C, where PyYAML was built with it, reads the rules ten times as fast; both are safe.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_rules(folder: Path) -> RuleSet:
    """Every `*.yaml` under `folder`, in the order of their ids.

    Raises Invalid naming the file and the line or field, or the id that two files share.
    """
    rules: list[tuple[Rule, str]] = []
    for file in sorted(folder.rglob("*.yaml")):
        text = file.read_text("utf-8")
        rules.append((parse_rule(text, str(file.relative_to(folder))), text))
    ids = [rule.id for rule, _ in rules]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice or not rules:
        problem = f"{folder}: {', '.join(twice) or 'no rule'}."
        raise Invalid(problem, "Give each rule one file and an id of its own.")
    rules.sort(key=lambda pair: pair[0].id)
    digest = hashlib.sha256("\0".join(text for _, text in rules).encode()).hexdigest()[:12]
    return RuleSet(
        tuple(rule for rule, _ in rules), digest, {rule.id: text for rule, text in rules}
    )


@cache
def default_rules() -> RuleSet:
    """The rules that ship with this version."""
    return load_rules(shipped("rules"))


def parse_rule(text: str, name: str) -> Rule:
    """One rule from its YAML text. Raises Invalid, naming `name` and the place."""
    try:
        return Rule.model_validate(yaml.load(text, Loader=_LOADER))  # noqa: S506 one of the safe ones
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark is not None else ""
        raise Invalid(f"{name}{line}: not valid YAML.", "Correct the file.") from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(map(str, first["loc"])) or "rule"
        raise Invalid(f"{name}: {place}: {first['msg']}.", "Correct the file.") from problem


def check_rules(rules: RuleSet, categories: frozenset[str] | None = None) -> list[str]:
    """What is wrong with the rules, one sentence each; empty when every rule keeps its word.

    Each example that should fire must, with evidence; each near miss must stay silent; a category
    must be one of `categories` where those are given.
    """
    problems: list[str] = []
    for rule in rules.rules:
        if categories is not None and rule.category not in categories:
            problems.append(f"{rule.id}: the policy has no category '{rule.category}'.")
        for example in rule.examples.fires:
            fired = _findings(rule, example.cells)
            if not any(finding.evidence for finding in fired):
                problems.append(f"{rule.id}: does not fire on '{example.title}'.")
        for example in rule.examples.stays_silent:
            if _findings(rule, example.cells):
                problems.append(f"{rule.id}: fires on its near miss '{example.title}'.")
    return problems


def _findings(rule: Rule, sources: tuple[str, ...]) -> tuple[Finding, ...]:
    alone = RuleSet((rule,), "example")
    cells = [Cell(source, index) for index, source in enumerate(sources)]
    return match(alone, [see(alone, cell) for cell in cells])
