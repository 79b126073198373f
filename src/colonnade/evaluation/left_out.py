"""What rules catch when nobody's own notebooks may vouch for the rules that catch them.

A model can be trained without an owner; the people who wrote the rules cannot forget one. The
honest substitute goes by rules: for the notebooks of an owner only those rules speak that are also
right on somebody else's. What is caught by nothing but rules that fit one owner, or one family of
tools, is counted as missed. It says how far the rules reach beyond single sources, and still
flatters them, since their authors saw everyone's; only notebooks that nobody has read tell more.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict

from colonnade.evaluation.ablation import ANY_ABUSE
from colonnade.evaluation.intervals import Rate, rate
from colonnade.evaluation.judging import CAUGHT, Judged
from colonnade.evaluation.manifest import Side


class RulesLeftOut(BaseModel):
    """Recall of rules, with those left out that are right for one source only.

    Attributes:
        owners: each owner's notebooks, by rules that are right on another owner's.
        families: of each family, by rules that are right on another family; only where a label has
            several, since rules of one label are not meant for another.
        everywhere: all families together.
    """

    model_config = ConfigDict(frozen=True)

    owners: Rate
    families: dict[str, Rate]
    everywhere: Rate


def rules_left_out(judged: Sequence[Judged]) -> RulesLeftOut:
    """The figures over the abuse that could be judged; families where the manifest has them."""
    abuse = [one for one in judged if one.side is Side.ABUSE and not one.problem]
    kinds = {(one.entry.label, one.entry.family) for one in abuse if one.entry.family}
    several = Counter(label for label, _ in kinds)
    named = [one for one in abuse if one.entry.family and several[one.entry.label] > 1]
    by_owner = _caught(abuse, lambda one: one.entry.owner)
    by_family = _caught(named, lambda one: one.entry.family)
    families = sorted({one.entry.family for one in named})
    return RulesLeftOut(
        owners=rate((one.entry.owner, hit) for one, hit in by_owner),
        families={
            name: rate((one.entry.owner, hit) for one, hit in by_family if one.entry.family == name)
            for name in families
        },
        everywhere=rate((one.entry.owner, hit) for one, hit in by_family),
    )


def _caught(
    abuse: Sequence[Judged], source_of: Callable[[Judged], str]
) -> list[tuple[Judged, bool]]:
    sources: defaultdict[str, set[str]] = defaultdict(set)
    for one in abuse:
        for rule, fired in one.fired.items():
            if fired.category in {one.entry.category, ANY_ABUSE}:
                sources[rule].add(source_of(one))
    return [
        (
            one,
            any(
                fired.alone in CAUGHT and sources[rule] - {source_of(one)}
                for rule, fired in one.fired.items()
            ),
        )
        for one in abuse
    ]
