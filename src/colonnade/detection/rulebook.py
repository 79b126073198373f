"""Reads the rules from their files, and checks that each keeps its word.

`colonnade rules check` prints what `check_rules` returns.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from colonnade.detection.cells import Cell
from colonnade.detection.conditions import Weighed, leaves_of
from colonnade.detection.conduct.conduct import Conduct
from colonnade.detection.conduct.finding import ConductFinding
from colonnade.detection.conduct.story import RUNTIME, observations_of
from colonnade.detection.extract import extract_after
from colonnade.detection.features.feature import Kind
from colonnade.detection.match import Finding, match, match_group, see
from colonnade.detection.rulelint import lint
from colonnade.detection.rules import Example, Rule, RuleSet
from colonnade.detection.scopes import CODE, Scope
from colonnade.detection.surroundings import Surroundings
from colonnade.kit.errors import Invalid
from colonnade.kit.shipped import shipped

# The loader in C, where PyYAML was built with it, reads the rules ten times as fast; both are safe.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_rules(folder: Path) -> RuleSet:
    """Every `*.yaml` under `folder`, in the order of their ids.

    Raises Invalid naming the file and the line or field, or the id that two files share.
    """
    rules: list[tuple[Rule, str, str]] = []
    for file in sorted(folder.rglob("*.yaml")):
        text, name = file.read_text("utf-8"), str(file.relative_to(folder))
        rules.append((parse_rule(text, name), text, name))
    ids = [rule.id for rule, _, _ in rules]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice or not rules:
        problem = f"{folder}: {', '.join(twice) or 'no rule'}."
        raise Invalid(problem, "Give each rule one file and an id of its own.")
    rules.sort(key=lambda one: one[0].id)
    return RuleSet(
        tuple(rule for rule, _, _ in rules),
        _version_of(rules),
        {rule.id: text for rule, text, _ in rules},
        {rule.id: name for rule, _, name in rules},
    )


def _version_of(rules: Sequence[tuple[Rule, str, str]]) -> str:
    """Another one for any other text of a rule, and for any other weight of a model."""
    decisive = [text for _, text, _ in rules]
    decisive += [
        rule.condition.model.sha256 for rule, _, _ in rules if isinstance(rule.condition, Weighed)
    ]
    return hashlib.sha256("\0".join(decisive).encode()).hexdigest()[:12]


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

    Each example that should fire must, with evidence; each near miss must stay silent, and one of
    them show something of the kinds that the rule asks for; a category
    must be one of `categories` where those are given; and see `rulelint` for how it is written.
    """
    problems: list[str] = []
    for rule in rules.rules:
        if categories is not None and rule.category not in categories:
            problems.append(f"{rule.id}: the policy has no category '{rule.category}'.")
        text, file = rules.sources.get(rule.id, ""), rules.files.get(rule.id, "")
        problems += [f"{rule.id}: {one}" for one in lint(rule, text, file)]
        for example in rule.examples.fires:
            fired = _findings(rule, example)
            if not any(finding.evidence for finding in fired):
                problems.append(f"{rule.id}: does not fire on '{example.title}'.")
        for example in rule.examples.stays_silent:
            if _findings(rule, example):
                problems.append(f"{rule.id}: fires on its near miss '{example.title}'.")
        if not _comes_near(rule):
            problems.append(f"{rule.id}: no near miss shows any kind of feature that it asks for.")
    return problems


def _comes_near(rule: Rule) -> bool:
    """Whether a near miss is near: what has nothing in common with a rule proves nothing of it."""
    if rule.scope is Scope.RUNTIME:
        return True
    kinds = {leaf.kind for leaf in leaves_of(rule.condition)}
    return any(kinds & shown for shown in map(_kinds_shown, rule.examples.stays_silent))


def _kinds_shown(example: Example) -> set[Kind]:
    around, shown = Surroundings(), {feature.kind for feature in example.plain()}
    for source in example.cells:
        found = extract_after(source, before=around.known)
        around.take(found.gives)
        shown |= {feature.kind for feature in found.features}
    return shown


def _findings(rule: Rule, example: Example) -> tuple[Finding | ConductFinding, ...]:
    alone = RuleSet((rule,), "example")
    if rule.scope is Scope.RUNTIME:
        return _told(alone, example)
    if rule.scope not in CODE:
        return match_group(alone, rule.scope, example.plain())
    cells = [Cell(source, index) for index, source in enumerate(example.cells)]
    around = Surroundings()
    return match(alone, [see(alone, cell, around) for cell in cells])


def _told(alone: RuleSet, example: Example) -> tuple[ConductFinding, ...]:
    """What comes of a story at any of its moments."""
    conduct = Conduct(alone, RUNTIME)
    found = (conduct.take([seen]) for seen in observations_of(example.seen))
    return tuple(one for some in found for one in some)
