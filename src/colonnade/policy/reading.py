"""Reads policies from files; a mistake is named with its file and line."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from colonnade.kit.errors import Invalid, NotFound
from colonnade.kit.shipped import shipped
from colonnade.policy.document import Policy

MAX_POLICY_BYTES = 1 << 20


@dataclass(frozen=True)
class PolicyBook:
    """Every version of the policy, oldest first; the last one is in force."""

    versions: tuple[Policy, ...]

    @property
    def current(self) -> Policy:
        """The version in force."""
        return self.versions[-1]

    def version(self, number: int) -> Policy:
        """One version. Raises NotFound."""
        for policy in self.versions:
            if policy.version == number:
                return policy
        known = ", ".join(str(policy.version) for policy in self.versions)
        raise NotFound(f"There is no version {number} of the policy.", f"There is {known}.")


def load_book(file: Path | None = None) -> PolicyBook:
    """The policy in `file` (or the one that ships) with the versions in `history/` beside it.

    Raises Invalid when a file is no policy, two have one version, or the one in force is not the
    newest.
    """
    current_file = file or shipped("policies") / "default.yaml"
    history = sorted((current_file.parent / "history").glob("*.yaml"))
    former = sorted((load_policy(one) for one in history), key=lambda policy: policy.version)
    versions = (*former, load_policy(current_file))
    numbers = [policy.version for policy in versions]
    if numbers != sorted(set(numbers)):
        raise Invalid(
            f"{current_file}: the versions {', '.join(map(str, numbers))} do not rise.",
            "Raise `version` in the file in force, and keep each former version once.",
        )
    return PolicyBook(versions)


def load_policy(file: Path) -> Policy:
    """One policy. Raises Invalid naming the file, the line and what is wrong there."""
    try:
        data = file.read_bytes()
    except OSError as problem:
        raise Invalid(f"{file}: {problem.strerror}.", "Name a policy file.") from problem
    return parse_policy(data, str(file))


def parse_policy(data: bytes, name: str) -> Policy:
    """A policy from its YAML text. Raises Invalid with everything that is wrong, line by line."""
    problems = check_policy(data, name)
    if problems:
        raise Invalid(" ".join(problems), "Correct the file.")
    return Policy.model_validate(yaml.safe_load(data))


def check_policy(data: bytes, name: str) -> list[str]:
    """What is wrong with a policy's text, a sentence each with file and line; empty when sound."""
    if len(data) > MAX_POLICY_BYTES:
        return [f"{name}: longer than {MAX_POLICY_BYTES >> 20} MiB."]
    try:
        root = yaml.compose(data, Loader=yaml.SafeLoader)
        content = yaml.safe_load(data)
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark is not None else name
        return [f"{place}: not valid YAML ({getattr(problem, 'problem', None) or 'unreadable'})."]
    try:
        Policy.model_validate(content)
    except ValidationError as problem:
        return [
            f"{name}:{_line_of(root, error['loc'])}: "
            f"{'.'.join(map(str, error['loc'])) or 'policy'}: {error['msg']}."
            for error in problem.errors()
        ]
    return []


def _line_of(root: Any, location: Sequence[str | int]) -> int:
    """The line (from 1) of the innermost node on the way to `location` that exists."""
    node = root
    for step in location:
        inner = None
        if isinstance(node, yaml.MappingNode):
            inner = next((value for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            inner = node.value[step] if step < len(node.value) else None
        if inner is None:
            break
        node = inner
    return node.start_mark.line + 1 if node is not None else 1
