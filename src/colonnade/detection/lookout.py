"""Looks for the leaves of all rules at once: most cells hold nothing for any of them.

The expressions over one kind of feature are joined into a screen, so that one search tells whether
any of them has to be asked; and what they said of a short value is remembered, since the same names
of packages and commands come again and again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Self

from colonnade.detection.conditions import Leaf
from colonnade.detection.expression import Expression
from colonnade.detection.features.feature import Feature

MAX_FEATURES_OF_A_LEAF = 20
SCREENED_TOGETHER = 12
"""Expressions behind one screen, once the screen over all of them has let something through."""


MOST_REMEMBERED = 2048
LONGEST_REMEMBERED = 80
"""Characters of a value: the short ones are those that come again, such as `pip` or `numpy`."""


@dataclass(slots=True)
class _Memory:
    """Which expressions' leaves hold for a value; forgotten all at once when it is full."""

    leaves: dict[str, tuple[Leaf, ...]] = field(default_factory=dict[str, tuple[Leaf, ...]])


@dataclass(frozen=True)
class Lookout:
    """All leaves over one kind of feature, asked at once: most cells hold nothing for any of them.

    Attributes:
        screen: matches whatever any of the expressions matches.
        groups: some of the expressions each, behind a screen of their own.
    """

    by_text: Mapping[str, tuple[Leaf, ...]]
    groups: "tuple[tuple[Expression, tuple[tuple[Leaf, Expression], ...]], ...]"
    screen: Expression | None
    memory: _Memory = field(default_factory=_Memory, compare=False, repr=False)

    @classmethod
    def of(cls, leaves: Iterable[Leaf]) -> Self:
        """The lookout for these leaves."""
        by_text: dict[str, list[Leaf]] = {}
        expressed: dict[Leaf, Expression] = {}
        for leaf in leaves:
            for text in leaf.texts:
                by_text.setdefault(text, []).append(leaf)
            if leaf.expression is not None:
                expressed[leaf] = leaf.expression
        texts = {text: tuple(ones) for text, ones in by_text.items()}
        pairs = tuple(expressed.items())
        places = range(0, len(pairs), SCREENED_TOGETHER)
        groups = [pairs[place : place + SCREENED_TOGETHER] for place in places]
        screened = tuple((_screen(one for _, one in ones), ones) for ones in groups)
        return cls(texts, screened, _screen(expressed.values()) if expressed else None)

    def hits(self, features: Mapping[str, list[Feature]]) -> dict[Leaf, tuple[Feature, ...]]:
        """The leaves that hold for a cell's features, given by value, and what each holds for."""
        found: dict[Leaf, list[Feature]] = {}
        for text in self.by_text.keys() & features.keys():
            for leaf in self.by_text[text]:
                found.setdefault(leaf, []).extend(features[text])
        if self.screen is not None:
            known = self.memory.leaves
            new = [value for value in features if value not in known]
            matching = self._matching(self.screen, new) if new else {}
            for value, ones in features.items():
                for leaf in matching.get(value) or known.get(value, ()):
                    found.setdefault(leaf, []).extend(ones)
            self._remember(new, matching)
        return {leaf: tuple(ones[:MAX_FEATURES_OF_A_LEAF]) for leaf, ones in found.items() if ones}

    def _matching(self, screen: Expression, values: Sequence[str]) -> dict[str, list[Leaf]]:
        """For each value that any expression matches, the leaves of those that do."""
        joined = "\n".join(values).encode("utf-8", "replace")
        matching: dict[str, list[Leaf]] = {}
        # One search over everything is cheap; what matched where is asked only on a hit.
        if screen.search(joined):
            hit = (ones for group, ones in self.groups if group.search(joined))
            for leaf, expression in chain.from_iterable(hit):
                if expression.search(joined):
                    for value in values:
                        if expression.search(value.encode("utf-8", "replace")):
                            matching.setdefault(value, []).append(leaf)
        return matching

    def _remember(self, values: Iterable[str], matching: Mapping[str, Sequence[Leaf]]) -> None:
        if len(self.memory.leaves) >= MOST_REMEMBERED:
            self.memory.leaves = {}
        for value in values:
            if len(value) <= LONGEST_REMEMBERED:
                self.memory.leaves[value] = tuple(matching.get(value, ()))


def _screen(expressions: Iterable[Expression]) -> Expression:
    patterns = dict.fromkeys(one.pattern for one in expressions)
    return Expression.of("|".join(f"(?:{one})" for one in patterns))
