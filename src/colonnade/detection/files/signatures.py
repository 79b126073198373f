"""Byte signatures: yara-x over `signatures/*.yar`, which anyone can read.

A signature says what a file bears; a rule of scope `file` says what follows. Each states in its
`meta` an id, a category, a rationale and whom it may hurt, and shows bytes that fire it and bytes
that do not (`fires`, `silent`); `check_signatures` holds them to that. Matching is linear in time.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.files.source import Source
from colonnade.detection.limits import Unscannable
from colonnade.kit.errors import Invalid
from colonnade.kit.shipped import shipped

if TYPE_CHECKING:
    import yara_x

MAX_BYTES = 16 << 20
"""Of the beginning of a file; programs and settings that signatures know are smaller."""
TIMEOUT_SECONDS = 10
"""A whole window takes 10 ms (measured November 2026); this is for what nobody thought of."""
_STATED = ("id", "category", "rationale", "false_alarms")


def signature_features(source: Source) -> Iterator[Feature]:
    """The signatures that a file bears. Raises Unscannable from the budgets."""
    for name in _matching(source.read(0, MAX_BYTES)):
        yield Feature.whole(Kind.SIGNATURE, name)


def check_signatures(categories: frozenset[str] | None = None) -> list[str]:
    """What is wrong with the shipped signatures, one sentence each; empty when all is well."""
    return [problem for rule in signatures() for problem in _problems(rule, categories)]


def signatures() -> "tuple[yara_x.Rule, ...]":
    """The shipped signatures with what they state. Raises Invalid as `compiled` does."""
    # They can be iterated over, which their type does not say.
    return tuple(cast("Iterable[yara_x.Rule]", compiled()))


@cache
def compiled() -> "yara_x.Rules":
    """The shipped signatures, compiled once. Raises Invalid naming the file that is none."""
    import yara_x  # Here, since the server starts without it.

    compiler = yara_x.Compiler(error_on_slow_pattern=True, includes_enabled=False)
    for file in sorted(shipped("signatures").glob("*.yar")):
        try:
            compiler.add_source(file.read_text("utf-8"), origin=file.name)
        except yara_x.CompileError as problem:
            raise Invalid(f"{file.name}: {problem}", "Correct the file.") from problem
    return compiler.build()


def _matching(data: bytes) -> list[str]:
    import yara_x

    scanner = yara_x.Scanner(compiled())
    scanner.set_timeout(TIMEOUT_SECONDS)
    scanner.fast_scan(True)
    try:
        found = scanner.scan(data).matching_rules
    except (yara_x.TimeoutError, yara_x.ScanError) as problem:
        raise Unscannable("looking for signatures takes too long") from problem
    return sorted({str(dict(rule.metadata)["id"]) for rule in found})


def _problems(rule: "yara_x.Rule", categories: frozenset[str] | None) -> Iterator[str]:
    meta: dict[str, Any] = dict(rule.metadata)
    name = str(meta.get("id", rule.identifier))
    if name.replace("-", "_") != rule.identifier:
        yield f"{name}: its identifier is {rule.identifier}."
    for key in _STATED:
        if not isinstance(meta.get(key), str) or not meta[key]:
            yield f"{name}: it states no {key}."
    if categories is not None and meta.get("category") not in categories:
        yield f"{name}: the policy has no category '{meta.get('category')}'."
    for key, wanted in (("fires", True), ("silent", False)):
        examples = [value for one, value in rule.metadata if one == key]
        if not examples:
            yield f"{name}: it shows nothing for '{key}'."
        for place, example in enumerate(examples, start=1):
            data = example if isinstance(example, bytes) else str(example).encode()
            if (name in _matching(data)) is not wanted:
                yield f"{name}: example {place} of '{key}' does not keep its word."
