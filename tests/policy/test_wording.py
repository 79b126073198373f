from colonnade.policy import load_book
from colonnade.policy.wording import log, show

BOOK = load_book()


def test_the_whole_policy_is_shown_within_80_columns():
    text = show(BOOK.current)
    assert all(len(line) <= 80 for line in text.splitlines())
    for category in BOOK.current.categories:
        assert f"Clause {category.clause}. {category.title}" in text
    assert "(switched off)" in text


def test_the_log_names_the_version_in_force():
    said = log(BOOK)
    assert "version 1  2026-11-22" in said
    assert "version 3  2026-11-30" in said
    (in_force,) = [line for line in said.splitlines() if "(in force)" in line]
    assert in_force.startswith("version 4  2026-12-01")
