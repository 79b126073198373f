from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.cells import Cell
from colonnade.detection.match import match, see
from colonnade.detection.rulebook import default_rules
from colonnade.enforcement.decide import decide
from colonnade.enforcement.statement import (
    MAX_LINES,
    WIDTH,
    Statement,
    state,
    state_unscannable,
    text_of,
)
from colonnade.enforcement.visible import columns
from colonnade.policy import load_book

RULES, POLICY = default_rules(), load_book().current
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LINK = "http://127.0.0.1:8888/notices/0123456789abcdef0123456789abcdef"


def statement(*sources: str) -> Statement:
    cells = [Cell(source, number) for number, source in enumerate(sources)]
    seen = [see(RULES, cell) for cell in cells]
    return state(decide(match(RULES, seen), POLICY), POLICY, RULES, cells, NOW, LINK)


def fits(text: str) -> bool:
    lines = text.split("\n")
    return len(lines) <= MAX_LINES and all(columns(line) <= WIDTH for line in lines)


def test_a_refusal_names_clause_rule_lines_time_and_the_way_to_contest_it():
    text = text_of(statement("x = 1\n!./xmrig -o stratum+tcp://pool.example:1 -u me"))
    for part in (
        "Refused: this was not run.",
        "Clause 2 of the policy (version 4 of 2026-12-01)",
        "Rule miner-runs",
        "this cell, line 2",
        "!./xmrig -o stratum+tcp://pool.example:1 -u me",
        "2026-11-22 12:00 UTC by a machine",
        LINK,
    ):
        assert part in text
    assert fits(text)


def test_other_cells_are_named_by_their_place_in_the_notebook():
    made = statement(
        "!python m.py extract",
        "!python m.py train --aligned-dir data_src/aligned",
        "!python m.py merge",
    )
    rule = made.rules[0]
    assert [place.cell for place in rule.places][:2] == ["this cell", "cell 2"]
    assert rule.places[0].seen == "extract"


def test_what_would_act_or_reorder_is_written_out():
    source = "!./xmrig -o stratum+tcp://p.example:1 \x1b[2J\u202e"
    text = text_of(statement(source))
    assert "\x1b" not in text
    assert "\\x1b[2J\\u202e" in text


def test_a_long_statement_stays_within_its_forty_lines():
    sources = [f"!python m{n}.py extract --aligned-dir {'data_src/' * 40}" for n in range(30)]
    text = text_of(
        statement("!python m.py extract\n!python m.py train\n!python m.py merge", *sources)
    )
    assert fits(text)
    assert "more on the notice's page" in text or text.count("\n") < MAX_LINES


def test_a_stored_statement_is_read_back():
    made = statement("!hashcat -m 0 hashes.txt words.txt")
    assert Statement.read(made.model_dump(mode="json")) == made


def test_what_cannot_be_examined_says_what_to_do():
    text = text_of(state_unscannable("it is too long", POLICY, "x", NOW, LINK))
    assert "It could not be examined: it is too long." in text
    assert "split the cell" in text
    assert fits(text)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_around_a_miner_gives_a_statement_that_fits(before: str, after: str):
    line = before.replace("\r", " ").replace("\n", " ").replace("%%", "")
    source = f"!./xmrig -o stratum+tcp://p.example:1 '{line}\n{after}"
    made = statement(source)
    text = text_of(made)
    assert fits(text)
    assert text.replace("\n", "").isprintable()


def test_a_stored_statement_of_the_first_form_says_what_happened_as_before():
    stored = statement("!./xmrig -o stratum+tcp://pool.example:1 -u me").model_dump(mode="json")
    stored |= {"form": 1, "destination": "pool.example, port 1", "why": "it is closed"}
    del stored["opening"], stored["concerns"]
    text = text_of(Statement.read(stored))
    assert text.startswith("Refused: a connection was not made.\npool.example, port 1: it is clos")
    assert "It concerns this connection only" in text.replace("\n", " ")
