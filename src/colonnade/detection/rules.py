"""The rules: YAML files that anyone can read, one rule a file, under `rules/`.

A rule states what it looks for, why, whom it may hurt by mistake, and shows one example of our
own writing that fires it and one near miss that does not; `rulebook.check_rules` runs those. Its
scope says what it looks at as one whole (`scopes.Scope`), and with that which kinds of features it
can name and what its examples are: cells of a notebook, plain features, or what was seen of a
runtime. `conditions` has the language of its condition.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from colonnade.detection.conditions import (
    Condition,
    Leaf,
    Weighed,
    branches_of,
    leaves_of,
    parse_condition,
)
from colonnade.detection.durations import seconds_of
from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.lookout import Lookout
from colonnade.detection.scopes import CODE, Scope, kinds_of


class Axis(StrEnum):
    """What a finding speaks of; the four are kept apart (design.md, 'How a judgement is made')."""

    CAPABILITY = "capability"
    CONDUCT = "conduct"
    HARM = "harm"
    LEGITIMACY = "legitimacy"


class Example(BaseModel):
    """One whole of our own writing.

    It is the sources of a notebook's code cells, plain features, or what is `seen` of a runtime in
    the form of `conduct.story`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=5)
    cells: tuple[str, ...] = ()
    features: tuple[dict[Kind, str], ...] = ()
    """Each a mapping of one kind to one value."""
    seen: tuple[dict[str, Any], ...] = ()

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
    within_seconds: Annotated[float, BeforeValidator(seconds_of)] = Field(0.0, alias="within")
    """In a runtime: how long everything that the rule needs may take; 0 in every other scope."""
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
        wanted = _example_form(self.scope)
        for example in (*self.examples.fires, *self.examples.stays_silent):
            if [form for form in EXAMPLE_FORMS if getattr(example, form)] != [wanted]:
                others = " and ".join(f"no '{form}'" for form in EXAMPLE_FORMS if form != wanted)
                raise ValueError(f"an example in scope '{self.scope}' has '{wanted}', {others}")
            if any(len(one) != 1 or not one.keys() <= seen for one in example.features):
                raise ValueError(
                    f"'{example.title}': one 'kind: value' each, of scope '{self.scope}'"
                )
        return self

    @model_validator(mode="after")
    def _fits_its_time(self) -> Self:
        runtime = self.scope is Scope.RUNTIME
        if runtime != (self.within_seconds > 0):
            raise ValueError("'within' is said in scope 'runtime', and only there")
        for branch in branches_of(self.condition):
            if branch.operator == "sequence" and not runtime:
                raise ValueError("'sequence' is judged in scope 'runtime' only")
            if branch.operator == "several" and self.scope not in WITH_PARTS:
                raise ValueError(f"'one' and 'several' have no parts in scope '{self.scope}'")
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
        yield from leaves_of(self.condition)
        yield from self.context


WITH_PARTS = frozenset({Scope.NOTEBOOK, Scope.RUNTIME})
"""Scopes of wholes that have parts."""
EXAMPLE_FORMS = ("cells", "features", "seen")


def _example_form(scope: Scope) -> str:
    if scope is Scope.RUNTIME:
        return "seen"
    return "cells" if scope in CODE else "features"


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
    def by_leaf(self) -> Mapping[Scope, Mapping[Leaf, tuple[Rule, ...]]]:
        """By scope, the rules that look for a leaf: without any of its leaves no rule holds."""
        grouped: dict[Scope, dict[Leaf, tuple[Rule, ...]]] = {scope: {} for scope in Scope}
        for rule in self.rules:
            for leaf in dict.fromkeys(leaves_of(rule.condition)):
                grouped[rule.scope][leaf] = (*grouped[rule.scope].get(leaf, ()), rule)
        return grouped

    def concerned(self, scope: Scope, leaves: Iterable[Leaf]) -> list[Rule]:
        """The rules of `scope` that look for any of `leaves`; no other can hold."""
        by_leaf = self.by_leaf[scope]
        return list({rule.id: rule for leaf in leaves for rule in by_leaf.get(leaf, ())}.values())

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        """Rule id to rule."""
        return {rule.id: rule for rule in self.rules}
