"""The rules: YAML files that anyone can read, one rule a file, under `rules/`.

A rule states what it looks for, why, whom it may hurt by mistake, and shows one example of our
own writing that fires it and one near miss that does not; `rulebook.check_rules` runs those. Its
scope says what it looks at as one whole (`scopes.Scope`), and with that which kinds of features it
can name and what its examples are: cells of a notebook, or plain features. A condition is a tree:
`all`, `any`, `not`, `at_least: N` with `of`, and leaves `kind: pattern`, where a kind is one of
`features.feature.Kind` and a pattern is a text, a list of texts, or `/regular expression/`. In
place of a tree, `model: NAME` leaves it to learned weights (`model`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from colonnade.detection.expression import Expression
from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.model import Model, shipped_model
from colonnade.detection.scopes import CODE, Scope, kinds_of
from colonnade.kit.errors import Invalid


class Axis(StrEnum):
    """What a finding speaks of; the four are kept apart (design.md, 'How a judgement is made')."""

    CAPABILITY = "capability"
    CONDUCT = "conduct"
    HARM = "harm"
    LEGITIMACY = "legitimacy"


@dataclass(frozen=True, slots=True)
class Leaf:
    """Holds where a feature of `kind` has one of `texts` or matches `expression`."""

    kind: Kind
    texts: frozenset[str]
    expression: Expression | None

    def __str__(self) -> str:
        patterns = sorted(self.texts)
        if self.expression is not None:
            patterns.append(f"/{self.expression.pattern}/")
        return f"{self.kind}: {' or '.join(patterns)}"


@dataclass(frozen=True, slots=True)
class Branch:
    """`all` (needs every child), `any` (one), `not` (none) or `at_least` (`needed` of them)."""

    operator: Literal["all", "any", "not", "at_least"]
    children: "tuple[Condition, ...]"
    needed: int = 0

    def __str__(self) -> str:
        return f"at least {self.needed} of" if self.operator == "at_least" else self.operator


@dataclass(frozen=True, slots=True)
class Weighed:
    """Holds where the model's estimate from the signs that are there reaches its threshold.

    Attributes:
        children: one leaf for each sign of the model, in their order.
    """

    model: Model
    children: tuple[Leaf, ...]

    def __str__(self) -> str:
        return f"model {self.model.name}"


Condition = Leaf | Branch | Weighed


class Example(BaseModel):
    """One whole of our own writing: the sources of a notebook's code cells, or plain features."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=5)
    cells: tuple[str, ...] = ()
    features: tuple[dict[Kind, str], ...] = ()
    """Each a mapping of one kind to one value."""

    def plain(self) -> tuple[Feature, ...]:
        """The features of an example that is no notebook."""
        return tuple(
            Feature.whole(kind, value) for one in self.features for kind, value in one.items()
        )


class Examples(BaseModel):
    """What fires the rule and what almost does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fires: tuple[Example, ...] = Field(min_length=1)
    stays_silent: tuple[Example, ...] = Field(min_length=1)


class Rule(BaseModel):
    """One rule, validated. `confidence` is how sure a machine may be when it holds, 0 to 1.

    A rule with a model says its estimate instead, and `confidence` is the most that it may say.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{2,60}$")
    version: int = Field(ge=1)
    category: str = Field(pattern=r"^[a-z][a-z-]{2,40}$")
    axis: Axis
    scope: Scope
    confidence: float = Field(gt=0, lt=1)
    title: str = Field(min_length=10, max_length=120)
    rationale: str = Field(min_length=40)
    false_alarms: str = Field(min_length=20)
    benign_if: str = Field(min_length=10)
    condition: Condition
    context: tuple[Leaf, ...] = ()
    """Joins the evidence once the condition holds; never makes it hold."""
    examples: Examples

    @field_validator("condition", mode="before")
    @classmethod
    def _condition(cls, value: object) -> Condition:
        return parse_condition(value)

    @field_validator("context", mode="before")
    @classmethod
    def _context(cls, value: object) -> tuple[Leaf, ...]:
        parsed = [parse_condition(one) for one in cast("list[object]", value or [])]
        if any(not isinstance(one, Leaf) for one in parsed):
            raise ValueError("'context' takes leaves only")
        return tuple(one for one in parsed if isinstance(one, Leaf))

    @model_validator(mode="after")
    def _is_modest(self) -> Self:
        if self.learned and (self.axis is not Axis.CAPABILITY or self.scope is not Scope.NOTEBOOK):
            raise ValueError("a model speaks of a notebook's capability, and of nothing else")
        return self

    @model_validator(mode="after")
    def _fits_its_scope(self) -> Self:
        seen = kinds_of(self.scope)
        for leaf in self.leaves():
            if leaf.kind not in seen:
                raise ValueError(f"'{leaf.kind}' is not seen in scope '{self.scope}'")
        wanted, other = ("cells", "features") if self.scope in CODE else ("features", "cells")
        for example in (*self.examples.fires, *self.examples.stays_silent):
            if not getattr(example, wanted) or getattr(example, other):
                raise ValueError(
                    f"an example in scope '{self.scope}' has '{wanted}' and no '{other}'"
                )
            if any(len(one) != 1 or not one.keys() <= seen for one in example.features):
                raise ValueError(
                    f"'{example.title}': one 'kind: value' each, of scope '{self.scope}'"
                )
        return self

    @property
    def learned(self) -> bool:
        """Whether weights decide that nobody wrote: such a rule may hold and never refuse."""
        return isinstance(self.condition, Weighed)

    def confidence_given(self, statements: Iterable[str]) -> float:
        """How sure a machine may be where these of its conditions' parts hold."""
        if not isinstance(self.condition, Weighed):
            return self.confidence
        given = frozenset(statements)
        model = self.condition.model
        estimate = model.estimate(sign for sign in model.signs if sign.statement in given)
        return min(estimate, self.confidence)

    def leaves(self) -> Iterator[Leaf]:
        """Every leaf of the condition and the context."""
        yield from _leaves(self.condition)
        yield from self.context


MAX_FEATURES_OF_A_LEAF = 20


@dataclass(frozen=True)
class Lookout:
    """All leaves over one kind of feature, asked at once: most cells hold nothing for any of them.

    Attributes:
        screen: matches whatever any of the expressions matches.
    """

    by_text: Mapping[str, tuple[Leaf, ...]]
    expressed: tuple[tuple[Leaf, Expression], ...]
    screen: Expression | None

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
        patterns = dict.fromkeys(one.pattern for one in expressed.values())
        screen = Expression.of("|".join(f"(?:{one})" for one in patterns)) if patterns else None
        texts = {text: tuple(ones) for text, ones in by_text.items()}
        return cls(texts, tuple(expressed.items()), screen)

    def hits(self, features: Mapping[str, list[Feature]]) -> dict[Leaf, tuple[Feature, ...]]:
        """The leaves that hold for a cell's features, given by value, and what each holds for."""
        found: dict[Leaf, list[Feature]] = {}
        for text in self.by_text.keys() & features.keys():
            for leaf in self.by_text[text]:
                found.setdefault(leaf, []).extend(features[text])
        joined = "\n".join(features)
        # One search over everything is cheap; what matched where is asked only on a hit.
        if self.screen is not None and self.screen.search(joined):
            for leaf, expression in self.expressed:
                if expression.search(joined):
                    ones = (
                        one
                        for value in features
                        if expression.search(value)
                        for one in features[value]
                    )
                    found.setdefault(leaf, []).extend(ones)
        return {leaf: tuple(ones[:MAX_FEATURES_OF_A_LEAF]) for leaf, ones in found.items() if ones}


@dataclass(frozen=True)
class RuleSet:
    """Rules that are judged together. `version` names this very set in every finding."""

    rules: tuple[Rule, ...]
    version: str
    sources: Mapping[str, str] = field(default_factory=dict[str, str])
    """Rule id to the file's text, for pages that show a rule as it is written."""
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    """Rule id to the file's path below the folder of rules."""

    @cached_property
    def lookouts(self) -> Mapping[Scope, Mapping[Kind, Lookout]]:
        """What to look for by scope and kind; leaves over code stand in both of its scopes."""
        grouped: dict[Scope, dict[Kind, dict[Leaf, None]]] = {scope: {} for scope in Scope}
        for rule in self.rules:
            for scope in CODE if rule.scope in CODE else {rule.scope}:
                for leaf in rule.leaves():
                    grouped[scope].setdefault(leaf.kind, {})[leaf] = None
        return {
            scope: {kind: Lookout.of(leaves) for kind, leaves in by_kind.items()}
            for scope, by_kind in grouped.items()
        }

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        """Rule id to rule."""
        return {rule.id: rule for rule in self.rules}


def parse_condition(value: object, depth: int = 0) -> Condition:
    """A condition from its YAML form. Raises ValueError saying what is wrong."""
    if depth > 12 or not isinstance(value, dict):
        raise ValueError("a condition is a mapping, nested at most 12 deep")
    mapping = cast("dict[str, Any]", value)
    if "at_least" in mapping:
        children = _children(mapping.get("of"), depth)
        needed = mapping["at_least"]
        if set(mapping) != {"at_least", "of"} or not isinstance(needed, int):
            raise ValueError("'at_least: N' stands with 'of: [...]' alone")
        if not 1 <= needed <= len(children):
            raise ValueError(f"'at_least: {needed}' of {len(children)}")
        return Branch("at_least", children, needed)
    if len(mapping) != 1:
        raise ValueError(f"one key a condition, not {', '.join(map(str, mapping))}")
    (key, inner), *_ = mapping.items()
    if key == "model":
        return _weighed(inner, depth)
    if key in {"all", "any"}:
        return Branch(cast("Literal['all', 'any']", key), _children(inner, depth))
    if key == "not":
        return Branch("not", (parse_condition(inner, depth + 1),))
    return _leaf(key, inner)


def _children(value: object, depth: int) -> tuple[Condition, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("'all', 'any' and 'of' take a list of conditions")
    return tuple(parse_condition(one, depth + 1) for one in cast("list[object]", value))


def _weighed(name: object, depth: int) -> Weighed:
    if depth or not isinstance(name, str) or not name.replace("-", "").isalnum():
        raise ValueError("'model: NAME' stands alone")
    try:
        model = shipped_model(name)
    except (Invalid, FileNotFoundError) as problem:
        raise ValueError(str(problem)) from problem
    leaves = (Leaf(sign.kind, frozenset({sign.value}), None) for sign in model.signs)
    return Weighed(model, tuple(leaves))


def _leaf(key: str, value: object) -> Leaf:
    try:
        kind = Kind(key)
    except ValueError:
        raise ValueError(f"'{key}' is neither an operator nor a kind of feature") from None
    written = cast("list[object]", value) if isinstance(value, list) else [value]
    if not written or any(not isinstance(one, str) or not one for one in written):
        raise ValueError(f"'{key}' takes a text or a list of texts")
    patterns = [str(one) for one in written]
    expressions = [one[1:-1] for one in patterns if _is_expression(one)]
    texts = frozenset(one.lower() for one in patterns if not _is_expression(one))
    if not expressions:
        return Leaf(kind, texts, None)
    try:
        joined = "|".join(f"(?:{one})" for one in expressions)
        return Leaf(kind, texts, Expression.of(joined))
    except ValueError as problem:
        raise ValueError(f"'{key}': {problem}") from problem


def _is_expression(text: str) -> bool:
    return len(text) > 2 and text.startswith("/") and text.endswith("/")


def _leaves(condition: Condition) -> Iterator[Leaf]:
    if isinstance(condition, Leaf):
        yield condition
        return
    for child in condition.children:
        yield from _leaves(child)
