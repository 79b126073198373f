from dataclasses import replace

from colonnade.enforcement.verdict import Outcome
from colonnade.evaluation.judging import Fired, Judged
from colonnade.evaluation.left_out import rules_left_out


def caught_by(one: Judged, *rules: str) -> Judged:
    """The same notebook, held by these rules and no other."""
    template = next(iter(one.fired.values()))
    fired = {rule: replace(template, alone=Outcome.HOLD) for rule in rules}
    return replace(one, fired=fired, step=Outcome.HOLD)


def two(judged: list[Judged]) -> tuple[Judged, Judged]:
    """Notebooks of two owners and two families."""
    found = {one.entry.path: one for one in judged}
    return found["swap.ipynb"], found["animate.ipynb"]


def test_a_rule_that_fits_one_owner_alone_does_not_vouch_for_them(judged: list[Judged]):
    swap, animate = two(judged)
    found = rules_left_out([caught_by(swap, "narrow", "wide"), caught_by(animate, "wide")])
    assert (found.owners.hits, found.owners.total) == (2, 2)
    found = rules_left_out([caught_by(swap, "narrow"), caught_by(animate, "wide")])
    assert (found.owners.hits, found.owners.total) == (0, 2)


def test_a_family_is_measured_by_rules_of_other_families(judged: list[Judged]):
    swap, animate = two(judged)
    found = rules_left_out([caught_by(swap, "wide", "own"), caught_by(animate, "wide")])
    assert {name: one.hits for name, one in found.families.items()} == {
        "one-shot": 1,
        "trained": 1,
    }
    found = rules_left_out([caught_by(swap, "own"), caught_by(animate, "wide")])
    assert (found.everywhere.hits, found.everywhere.total) == (0, 2)


def test_a_rule_that_would_not_hold_by_itself_catches_nothing(judged: list[Judged]):
    swap, animate = two(judged)
    weak: dict[str, Fired] = {
        rule: replace(fired, alone=Outcome.NOTICE)
        for rule, fired in caught_by(swap, "wide").fired.items()
    }
    found = rules_left_out([replace(swap, fired=weak), caught_by(animate, "wide")])
    assert (found.owners.hits, found.owners.total) == (1, 2)


def test_what_is_benign_or_broken_counts_nowhere(judged: list[Judged]):
    benign = [one for one in judged if one.entry.label.startswith("benign")]
    broken = [replace(one, problem="gone") for one in two(judged)]
    assert rules_left_out([*benign, *broken]).owners.total == 0
