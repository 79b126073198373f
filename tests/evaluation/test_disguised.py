from dataclasses import replace

from colonnade.enforcement.verdict import Outcome
from colonnade.evaluation.disguised import compare
from colonnade.evaluation.judging import Judged


def test_what_is_lost_and_what_is_refused_anew_are_named(judged: list[Judged]):
    hidden = [
        replace(one, step=Outcome.REFUSE)
        if one.entry.path == "plain.ipynb"
        else replace(one, step=Outcome.ALLOW)
        for one in judged
    ]
    found = compare("any", judged, hidden)
    assert found.lost == ("swap.ipynb", "animate.ipynb")
    assert found.added == ("plain.ipynb",)
    assert found.overall.recall.hits == 0


def test_without_a_change_nothing_is_lost(judged: list[Judged]):
    found = compare("none", judged, judged)
    assert (found.lost, found.added, found.unscannable) == ((), (), 1)
