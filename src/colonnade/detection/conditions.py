"""Conditions of rules: trees of leaves over features, and how they are written in YAML.

`all`, `any`, `not`, `at_least: N` with `of`, and leaves `kind: pattern`, where a kind is one of
`features.feature.Kind` and a pattern is a text, a list of texts, or `/regular expression/`. In
place of a tree, `model: NAME` leaves it to learned weights (`model`).

Where a whole has parts (a notebook's cells; all that was seen of a runtime), `one: condition` asks
for one part in which all of it holds, and `several: N` with `of` for so many. Of a runtime,
`sequence: [...]` asks for its parts one after another. To add an operator, name it in `Operator`,
read it in `parse_condition`, and judge it in `match`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from colonnade.detection.expression import Expression
from colonnade.detection.features.feature import Kind
from colonnade.detection.model import Model, shipped_model
from colonnade.kit.errors import Invalid


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


Operator = Literal["all", "any", "not", "at_least", "sequence", "several"]
MOST_PARTS = 20
"""The most that `several` may ask for."""


@dataclass(frozen=True, slots=True)
class Branch:
    """`all` (needs every child), `any` (one), `not` (none) or `at_least` (`needed` of them).

    `sequence` needs every child, one after another; `several` its only child in `needed` parts of
    the whole, in each by itself.
    """

    operator: Operator
    children: "tuple[Condition, ...]"
    needed: int = 0

    def __str__(self) -> str:
        match self.operator:
            case "at_least":
                return f"at least {self.needed} of"
            case "several":
                return f"in {self.needed} or more, each by itself"
            case "sequence":
                return "one after another"
            case _:
                return self.operator


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


def parse_condition(value: object, depth: int = 0) -> Condition:
    """A condition from its YAML form. Raises ValueError saying what is wrong."""
    if depth > 12 or not isinstance(value, dict):
        raise ValueError("a condition is a mapping, nested at most 12 deep")
    mapping = cast("dict[str, Any]", value)
    if "at_least" in mapping:
        children = _children(mapping.get("of"), depth)
        return Branch("at_least", children, _needed(mapping, "at_least", len(children)))
    if "several" in mapping:
        child = parse_condition(mapping.get("of"), depth + 1)
        return Branch("several", (child,), _needed(mapping, "several", MOST_PARTS))
    if len(mapping) != 1:
        raise ValueError(f"one key a condition, not {', '.join(map(str, mapping))}")
    (key, inner), *_ = mapping.items()
    if key == "model":
        return _weighed(inner, depth)
    if key in {"all", "any"}:
        return Branch(cast("Literal['all', 'any']", key), _children(inner, depth))
    if key == "sequence":
        return _sequence(inner, depth)
    if key == "one":
        return Branch("several", (parse_condition(inner, depth + 1),), 1)
    if key == "not":
        return Branch("not", (parse_condition(inner, depth + 1),))
    return _leaf(key, inner)


def _needed(mapping: dict[str, Any], key: str, most: int) -> int:
    needed = mapping[key]
    if set(mapping) != {key, "of"} or not isinstance(needed, int):
        raise ValueError(f"'{key}: N' stands with 'of' alone")
    if not 1 <= needed <= most:
        raise ValueError(f"'{key}: {needed}' of {most}")
    return needed


def _sequence(value: object, depth: int) -> Branch:
    children = _children(value, depth)
    inside = [branch.operator for child in children for branch in branches_of(child)]
    if len(children) < 2 or {"not", "sequence"} & set(inside):
        raise ValueError("'sequence' takes two conditions or more, without 'not' or 'sequence'")
    return Branch("sequence", children)


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


def leaves_of(condition: Condition) -> Iterator[Leaf]:
    """Every leaf of a condition."""
    if isinstance(condition, Leaf):
        yield condition
        return
    for child in condition.children:
        yield from leaves_of(child)


def branches_of(condition: Condition) -> Iterator[Branch]:
    """Every branch of a condition, itself included."""
    if isinstance(condition, Branch):
        yield condition
        for child in condition.children:
            yield from branches_of(child)
