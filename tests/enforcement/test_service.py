"""The judge whole: real processes, database, rules and policy."""

import asyncio
import base64
import io
import zipfile
from typing import Any

import pytest

from colonnade.enforcement.service import Enforcement
from colonnade.enforcement.verdict import Asked, Channel, Outcome, Verdict, digest
from colonnade.kit.database import Database
from colonnade.ledger import Ledger
from support.judged_notebooks import BENIGN, SWAP, Shelf

CLONE = "!git clone https://github.com/iperov/DeepFaceLab"


def asked(source: str, path: str = "", cell: str = "", **more: Any) -> Asked:
    return Asked("p1", "r1", "k1", path, more.pop("channel", "cell"), source, cell, **more)


async def run_all(judge: Enforcement, path: str, notebook: dict[str, Any]) -> list[Outcome]:
    """The outcome of each code cell, as 'Run all' would ask for them."""
    outcomes: list[Outcome] = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            outcomes.append((await judge.judge(asked(source, path, cell["id"]))).outcome)
    return outcomes


async def test_a_renamed_pipeline_is_refused_from_its_workspace_on_and_innocent_cells_run(
    enforcement: Enforcement,
):
    outcomes = await run_all(enforcement, "swap.ipynb", SWAP)
    assert outcomes == [Outcome.ALLOW] * 2 + [Outcome.REFUSE] * 4 + [Outcome.ALLOW]


@pytest.mark.parametrize("name", [*BENIGN, "handwriting"])
async def test_benign_notebooks_run_as_a_whole(enforcement: Enforcement, shelf: Shelf, name: str):
    path = f"{name}.ipynb"
    outcomes = await run_all(enforcement, path, shelf.notebooks[path])
    assert set(outcomes) == {Outcome.ALLOW}


async def test_the_same_clone_is_held_where_nothing_else_is_known(enforcement: Enforcement):
    assert (await enforcement.judge(asked(CLONE))).outcome is Outcome.HOLD


async def test_what_ran_before_in_the_kernel_counts(enforcement: Enforcement):
    earlier = (CLONE, "!python x.py extract --aligned-dir data_src/aligned", "!python x.py train")
    verdict = await enforcement.judge(asked("!python x.py merge", earlier=earlier))
    assert verdict.outcome is Outcome.REFUSE
    assert "a cell that ran before" in verdict.text


async def test_what_ran_last_decides_what_a_name_stands_for(enforcement: Enforcement, shelf: Shelf):
    sources = [
        f"repo = '{CLONE.split()[-1]}'",
        "repo = 'https://example.org/a'",
        "!git clone {repo}",
    ]
    shelf.notebooks["names.ipynb"] = {
        "cells": [{"cell_type": "code", "id": one[:3], "source": one} for one in sources]
    }
    address, decoy, clone = sources
    for earlier, outcome in (
        ((), Outcome.ALLOW),
        ((address,), Outcome.HOLD),
        ((address, decoy), Outcome.ALLOW),
        ((address, decoy, address), Outcome.HOLD),
    ):
        verdict = await enforcement.judge(asked(clone, "names.ipynb", earlier=earlier))
        assert verdict.outcome is outcome, earlier


async def test_an_edited_cell_is_judged_as_it_is_sent_not_as_it_was_saved(
    enforcement: Enforcement,
):
    verdict = await enforcement.judge(asked("print('edited')", "swap.ipynb", "c1"))
    assert verdict == Verdict(Outcome.ALLOW, "", "", digest("print('edited')"))


@pytest.mark.parametrize("word", ["deepfake", "roop", "faceswap", "xmrig"])
@pytest.mark.parametrize("form", ["print('{}')", "# {}", "!mkdir {}", "x = '{}/a.txt'", "!ls {}"])
async def test_a_word_alone_decides_nothing(enforcement: Enforcement, form: str, word: str):
    assert (await enforcement.judge(asked(form.format(word)))).outcome is Outcome.ALLOW


@pytest.mark.parametrize("channel", ["cell", "user-expression", "input", "comm", "debug"])
async def test_every_channel_is_judged_alike(enforcement: Enforcement, channel: Channel):
    source = "import os; os.system('./xmrig -o stratum+tcp://pool.example:3333')"
    verdict = await enforcement.judge(asked(source, channel=channel))
    assert verdict.outcome is Outcome.REFUSE


async def test_a_terminal_line_is_shell(enforcement: Enforcement):
    line = "sudo ./xmrig -o stratum+tcp://pool.example:3333"
    assert (await enforcement.judge(asked(line, channel="terminal"))).outcome is Outcome.REFUSE
    assert (await enforcement.judge(asked("ls -l", channel="terminal"))).outcome is Outcome.ALLOW


async def test_what_cannot_be_examined_is_refused_with_words(enforcement: Enforcement):
    verdict = await enforcement.judge(asked("(" * 20_000))
    assert verdict.outcome is Outcome.REFUSE
    assert "could not be examined" in verdict.text
    assert verdict.notice_id


async def test_a_verdict_is_bound_to_what_was_asked(enforcement: Enforcement):
    for source in ("x = 1", CLONE, "x = '\ud800'"):
        assert (await enforcement.judge(asked(source))).sha256 == digest(source)


async def test_only_what_no_rule_looks_at_is_answered_at_once(enforcement: Enforcement):
    plain, told = asked("df.head()"), asked("print('hello')")
    assert enforcement.at_once(plain) == await enforcement.judge(plain)
    assert enforcement.at_once(told) is None
    # What was examined once, and held nothing, is known by its hash.
    assert enforcement.at_once(told) is None
    assert await enforcement.judge(told) == enforcement.at_once(told)
    for source in (CLONE, "import libtorrent", "(" * 20_000, "x" * (1 << 20)):
        assert enforcement.at_once(asked(source)) is None
    assert enforcement.at_once(asked("ls -l", channel="terminal")) is None


async def test_the_text_links_to_the_notice(enforcement: Enforcement, database: Database):
    verdict = await enforcement.judge(asked(CLONE))
    assert f"http://127.0.0.1:1/base/notices/{verdict.notice_id}" in verdict.text
    async with database.reading() as session:
        notice = await enforcement.notices.notice(session, "p1", verdict.notice_id)
    assert notice.statement.link.endswith(verdict.notice_id)
    assert notice.sha256 == verdict.sha256


async def test_asking_again_for_the_same_counts_up_one_notice(
    enforcement: Enforcement, database: Database
):
    first = await enforcement.judge(asked(CLONE))
    second = await enforcement.judge(asked(CLONE))
    assert first.notice_id == second.notice_id
    assert first.notice_id in second.text
    async with database.reading() as session:
        (notice,) = await enforcement.notices.notices_of(session, "p1")
    assert notice.times == 2


async def test_the_ledger_keeps_a_hash_and_names_but_no_text(
    enforcement: Enforcement, database: Database
):
    await enforcement.judge(asked(f"{CLONE} secret-words"))
    async with database.reading() as session:
        (seen,) = await Ledger().about(session, digest(f"{CLONE} secret-words"))
    assert seen.attributes["rules"] == "deepfake-program"
    assert "secret-words" not in str(seen)


async def test_a_declared_purpose_releases_the_hold_in_that_notebook_alone(
    enforcement: Enforcement, database: Database
):
    held = await enforcement.judge(asked(CLONE, "a.ipynb"))
    async with database.transaction() as session:
        await enforcement.notices.declare(session, "p1", held.notice_id, "I only read the code.")
    assert (await enforcement.judge(asked(CLONE, "a.ipynb"))).outcome is Outcome.ALLOW
    assert (await enforcement.judge(asked(CLONE, "b.ipynb"))).outcome is Outcome.HOLD
    async with database.reading() as session:
        seen = await Ledger().about(session, digest(CLONE))
    assert [one.attributes["outcome"] for one in seen] == ["hold", "released", "hold"]


async def test_a_saved_document_that_is_no_notebook_changes_nothing(
    enforcement: Enforcement, shelf: Shelf
):
    shelf.notebooks["bad.ipynb"] = {"cells": "none"}
    assert (await enforcement.judge(asked(CLONE, "bad.ipynb"))).outcome is Outcome.HOLD


async def test_many_people_are_judged_at_once(enforcement: Enforcement):
    sources = [f"x = {number}" if number % 3 else CLONE for number in range(30)]
    verdicts = await asyncio.gather(*(enforcement.judge(asked(source)) for source in sources))
    for source, verdict in zip(sources, verdicts, strict=True):
        assert verdict.outcome is (Outcome.HOLD if source == CLONE else Outcome.ALLOW)


async def test_nothing_that_is_put_around_cells_hides_what_they_do_together(
    enforcement: Enforcement, shelf: Shelf
):
    bomb = {f"{n}.zip": {"application/zip": packed_zeros()} for n in range(40)}
    padding = [{"cell_type": "code", "id": f"p{n}", "source": f"x = {n}"} for n in range(6000)]
    pictures: dict[str, Any] = {"cell_type": "markdown", "source": "x", "attachments": bomb}
    shelf.notebooks["padded.ipynb"] = {**SWAP, "cells": [*SWAP["cells"], *padding]}
    shelf.notebooks["bomb.ipynb"] = {**SWAP, "cells": [pictures, *SWAP["cells"]]}
    merge = SWAP["cells"][5]
    for path in ("padded.ipynb", "bomb.ipynb"):
        verdict = await enforcement.judge(asked(merge["source"], path, merge["id"]))
        assert verdict.outcome is Outcome.REFUSE, path


def packed_zeros() -> str:
    """An archive, in the form of an attachment, that is a thousand times as large unpacked."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(6):
            archive.writestr(f"{number}.py", b"#" * (8 << 20))
    return base64.b64encode(held.getvalue()).decode()
