from typing import Any

from colonnade.policy import Policy, load_book
from colonnade.policy.difference import compare

POLICY = load_book().current


def changed(**fields: Any) -> Policy:
    return POLICY.model_copy(update={"version": POLICY.version + 1, **fields})


def category(**fields: Any) -> Policy:
    first = POLICY.categories[0].model_copy(update=fields)
    return changed(categories=(first, *POLICY.categories[1:]))


def test_nothing_changed_says_so():
    before, after = POLICY.version, POLICY.version + 1
    said = compare(POLICY, changed()).text
    assert said.startswith(f"Nothing changed from version {before} to version {after}")


def test_a_changed_sentence_is_shown_without_its_neighbours():
    after = category(allowed=POLICY.categories[0].allowed.replace("restoring old pictures", "cats"))
    (change,) = compare(POLICY, after).changes
    assert change.place == "Clause 1, Fakes of real people"
    assert change.words == "The wording of what stays allowed changed."
    assert any("restoring old pictures" in one for one in change.removed)
    assert len(change.added) == 1


def test_a_threshold_is_explained_by_its_effect():
    ladder = POLICY.ladder.model_copy(update={"refuse": 0.95})
    changes = compare(POLICY, category(ladder=ladder)).changes
    expected = "The confidence needed for the step 'refuse' goes from 0.90 to 0.95"
    assert [change.words for change in changes] == [f"{expected}: it is taken less often."]


def test_clauses_that_come_go_and_are_switched_are_told():
    without = changed(categories=POLICY.categories[1:])
    assert compare(POLICY, without).changes[0].words == "This clause was taken out."
    assert compare(without, POLICY).changes[0].words == "This clause is new."
    assert compare(POLICY, category(enabled=False)).changes[0].words == "It is now switched off."


def test_a_rule_that_falls_back_is_told():
    words = compare(POLICY, changed(fallen_back=("lip-sync",))).changes[0].words
    assert words == "The rule 'lip-sync' now only gives notices."


def test_the_text_fits_a_terminal():
    after = changed(preamble="Everything is different now. " * 20)
    assert all(len(line) <= 80 for line in compare(POLICY, after).text.splitlines())
