import pytest

from colonnade.enforcement.notices import MAX_WORDS_CHARACTERS
from colonnade.enforcement.service import Enforcement
from colonnade.enforcement.verdict import Asked
from colonnade.kit.database import Database
from colonnade.kit.errors import Conflict, Invalid, NotFound

HELD = "!git clone https://github.com/iperov/DeepFaceLab"
REFUSED = "!./xmrig -o stratum+tcp://pool.example:3333"


async def notice_id(enforcement: Enforcement, source: str) -> str:
    return (await enforcement.judge(Asked("p1", "r", "k", "a.ipynb", "cell", source))).notice_id


async def test_a_person_sees_their_own_notices_newest_first(
    enforcement: Enforcement, database: Database
):
    first, second = await notice_id(enforcement, HELD), await notice_id(enforcement, REFUSED)
    async with database.reading() as session:
        listed = await enforcement.notices.notices_of(session, "p1")
        assert [notice.id for notice in listed] == [second, first]
        assert await enforcement.notices.notices_of(session, "p2") == []


async def test_anothers_notice_and_none_at_all_are_not_told_apart(
    enforcement: Enforcement, database: Database
):
    id = await notice_id(enforcement, HELD)
    async with database.transaction() as session:
        for person, wanted in (("p2", id), ("p1", "0" * 32)):
            for call in (
                enforcement.notices.notice(session, person, wanted),
                enforcement.notices.contest(session, person, wanted, "This is quite wrong."),
                enforcement.notices.declare(session, person, wanted, "This is my own face."),
            ):
                with pytest.raises(NotFound, match="There is no such notice"):
                    await call


async def test_a_contest_is_kept_in_the_persons_words_and_shown_to_reviewers(
    enforcement: Enforcement, database: Database
):
    id = await notice_id(enforcement, REFUSED)
    async with database.transaction() as session:
        contested = await enforcement.notices.contest(
            session, "p1", id, "  It is a test.\n\u202eNothing was mined.  "
        )
    assert contested.contest is not None
    assert contested.contest.words == "It is a test.\n\\u202eNothing was mined."
    assert contested.contest.state == "open"
    async with database.reading() as session:
        assert [one.id for one in await enforcement.notices.contested(session)] == [id]
        seen = await enforcement.notices.notice(session, "p1", id)
        assert not seen.contestable
        (listed,) = await enforcement.notices.notices_of(session, "p1")
        assert listed.contest == seen.contest


async def test_a_notice_is_contested_once(enforcement: Enforcement, database: Database):
    id = await notice_id(enforcement, REFUSED)
    async with database.transaction() as session:
        await enforcement.notices.contest(session, "p1", id, "This is quite wrong.")
    with pytest.raises(Conflict):
        async with database.transaction() as session:
            await enforcement.notices.contest(session, "p1", id, "This is quite wrong.")


@pytest.mark.parametrize("words", ["", "short", " " * 50, "x" * (MAX_WORDS_CHARACTERS + 1)])
async def test_too_few_or_many_words_are_refused(
    enforcement: Enforcement, database: Database, words: str
):
    id = await notice_id(enforcement, HELD)
    async with database.transaction() as session:
        with pytest.raises(Invalid):
            await enforcement.notices.contest(session, "p1", id, words)
        with pytest.raises(Invalid):
            await enforcement.notices.declare(session, "p1", id, words)


async def test_a_purpose_is_declared_for_what_is_held_only(
    enforcement: Enforcement, database: Database
):
    held, refused = await notice_id(enforcement, HELD), await notice_id(enforcement, REFUSED)
    async with database.transaction() as session:
        declared = await enforcement.notices.declare(session, "p1", held, "I read the source code.")
        assert declared.purpose == "I read the source code."
        assert not declared.declarable
        with pytest.raises(Conflict):
            await enforcement.notices.declare(session, "p1", refused, "I read the source code.")
    async with database.reading() as session:
        seen = await enforcement.notices.notice(session, "p1", held)
        assert seen.purpose == "I read the source code."
