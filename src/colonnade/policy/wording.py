"""A policy as plain text, for terminals and for people who print it."""

import textwrap
from collections.abc import Iterator

from colonnade.policy.document import Category, Policy
from colonnade.policy.reading import PolicyBook

_WIDTH = 80


def show(policy: Policy) -> str:
    """The whole policy, wrapped at 80 columns."""
    return "\n".join(_lines(policy)).rstrip() + "\n"


def log(book: PolicyBook) -> str:
    """Every version, newest first: number, date, title, and which is in force."""
    lines: list[str] = []
    for policy in reversed(book.versions):
        note = "  (in force)" if policy is book.current else ""
        lines.append(f"version {policy.version}  {policy.date.isoformat()}  {policy.title}{note}")
    return "\n".join(lines) + "\n"


def _lines(policy: Policy) -> Iterator[str]:
    yield policy.title.upper()
    yield f"Version {policy.version} of {policy.date.isoformat()}"
    for heading, prose in (
        ("", policy.preamble),
        ("How it is noticed", policy.watching),
        ("What a machine may do", policy.steps),
        ("How long it lasts", policy.duration),
        ("If it is wrong", policy.appeal),
    ):
        yield ""
        if heading:
            yield heading
        yield textwrap.fill(prose, _WIDTH)
    for category in policy.categories:
        yield ""
        yield from _clause(policy, category)


def _clause(policy: Policy, category: Category) -> Iterator[str]:
    state = "" if category.enabled else "  (switched off)"
    yield f"Clause {category.clause}. {category.title}{state}"
    for word, prose in (("Not allowed", category.forbidden), ("Allowed", category.allowed)):
        yield textwrap.indent(textwrap.fill(f"{word}: {prose}", _WIDTH - 2), "  ")
    ladder = policy.ladder_of(category)
    steps = f"notice {ladder.notice:.2f}, hold {ladder.hold:.2f}, refuse {ladder.refuse:.2f}"
    yield f"  Thresholds of confidence: {steps}"
