"""Two versions of the policy compared, in words for people rather than lines of YAML."""

import difflib
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from colonnade.policy.document import Category, Policy

_SENTENCE = re.compile(r"(?<=[.!?;:])\s+")
_PROSE = {
    "title": "the title",
    "preamble": "the introduction",
    "watching": "how use is noticed",
    "steps": "what a machine may do",
    "duration": "how long a step lasts",
    "appeal": "what to do if it is wrong",
}


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        place: where, in words: `Clause 1, Fakes of real people`.
        words: what changed, one sentence.
        removed, added: the sentences that went and came, where a text changed.
    """

    place: str
    words: str
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What changed from version `before` to version `after`."""

    before: int
    after: int
    changes: tuple[Change, ...]

    @property
    def text(self) -> str:
        """Readable in a terminal, 80 columns."""
        if not self.changes:
            return f"Nothing changed from version {self.before} to version {self.after}.\n"
        lines = [f"What changed from version {self.before} to version {self.after}:"]
        for change in self.changes:
            lines += ["", f"{change.place}: {change.words}"]
            for mark, sentences in (("- ", change.removed), ("+ ", change.added)):
                for one in sentences:
                    lines.append(
                        textwrap.fill(one, 80, initial_indent=f"  {mark}", subsequent_indent="    ")
                    )
        return "\n".join(lines) + "\n"


def compare(before: Policy, after: Policy) -> Difference:
    """What changed; a pure function of two versions."""
    return Difference(before.version, after.version, tuple(_changes(before, after)))


def _changes(before: Policy, after: Policy) -> Iterator[Change]:
    for field, name in _PROSE.items():
        yield from _prose("The policy", name, getattr(before, field), getattr(after, field))
    yield from _numbers("The policy", before, after)
    old = {category.id: category for category in before.categories}
    new = {category.id: category for category in after.categories}
    for id, category in old.items():
        if id not in new:
            yield Change(_place(category), "This clause was taken out.", (category.forbidden,))
    for id, category in new.items():
        if id not in old:
            yield Change(_place(category), "This clause is new.", (), (category.forbidden,))
        else:
            yield from _category(before, after, old[id], category)


def _category(before: Policy, after: Policy, old: Category, new: Category) -> Iterator[Change]:
    place = _place(new)
    if old.clause != new.clause:
        yield Change(place, f"This was clause {old.clause} before.")
    if old.enabled != new.enabled:
        yield Change(place, f"It is now {'in force' if new.enabled else 'switched off'}.")
    yield from _prose(place, "its title", old.title, new.title)
    yield from _prose(place, "what it forbids", old.forbidden, new.forbidden)
    yield from _prose(place, "what stays allowed", old.allowed, new.allowed)
    held, holds = before.ladder_of(old), after.ladder_of(new)
    for step in ("notice", "hold", "refuse"):
        earlier, later = getattr(held, step), getattr(holds, step)
        if earlier != later:
            effect = "less" if later > earlier else "more"
            yield Change(
                place,
                f"The confidence needed for the step '{step}' goes from {earlier:.2f} to"
                f" {later:.2f}: it is taken {effect} often.",
            )


def _numbers(place: str, before: Policy, after: Policy) -> Iterator[Change]:
    if before.precision_bar != after.precision_bar:
        yield Change(
            place,
            f"The share of right decisions that a rule must hold goes from"
            f" {before.precision_bar:.3f} to {after.precision_bar:.3f}.",
        )
    for rule in after.fallen_back:
        if rule not in before.fallen_back:
            yield Change(place, f"The rule '{rule}' now only gives notices.")
    for rule in before.fallen_back:
        if rule not in after.fallen_back:
            yield Change(place, f"The rule '{rule}' may hold and refuse again.")


def _prose(place: str, name: str, before: str, after: str) -> Iterator[Change]:
    if before == after:
        return
    old, new = _SENTENCE.split(before), _SENTENCE.split(after)
    removed: list[str] = []
    added: list[str] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if tag != "equal":
            removed += old[i1:i2]
            added += new[j1:j2]
    yield Change(place, f"The wording of {name} changed.", tuple(removed), tuple(added))


def _place(category: Category) -> str:
    return f"Clause {category.clause}, {category.title}"
