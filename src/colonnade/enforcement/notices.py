"""What people read and say about steps that were taken: notices, contests, declared purposes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.enforcement import action_repository, repository
from colonnade.enforcement.actions import OVERDUE, Action, Happened
from colonnade.enforcement.schemas import Contest, Notice, Stop
from colonnade.enforcement.statement import Statement
from colonnade.enforcement.tables import ContestRecord, DeclarationRecord, NoticeRecord
from colonnade.enforcement.verdict import Outcome
from colonnade.enforcement.visible import visible
from colonnade.kit.clock import Clock
from colonnade.kit.errors import Conflict, Invalid, NotFound
from colonnade.kit.ids import new_id

MIN_WORDS_CHARACTERS = 10
MAX_WORDS_CHARACTERS = 4000
MAX_LISTED = 200
OPEN = "open"


class Notices:
    """The service behind the notices' pages. A stranger's notice does not exist: NotFound alike."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def notices_of(self, session: AsyncSession, person_id: str) -> list[Notice]:
        """A person's notices, newest first, at most `MAX_LISTED`."""
        records = await repository.notices_of(session, person_id, MAX_LISTED)
        contests = await repository.contests(session, [record.id for record in records])
        by_notice = {contest.notice_id: contest for contest in contests}
        stops = await self._stops(session, records)
        return [_notice(one, by_notice.get(one.id), stop=stops.get(one.id)) for one in records]

    async def stops_of(self, session: AsyncSession, person_id: str) -> list[Notice]:
        """A person's notices of stops, newest first."""
        records = await repository.notices_of(session, person_id, MAX_LISTED, Outcome.STOP.value)
        stops = await self._stops(session, records)
        return [_notice(one, stop=stops.get(one.id)) for one in records]

    async def notice(self, session: AsyncSession, person_id: str, notice_id: str) -> Notice:
        """One notice of this person. Raises NotFound."""
        record = await self._own(session, person_id, notice_id)
        contest = await repository.contest_of(session, notice_id)
        declared = await repository.declarations_of(session, notice_id)
        stops = await self._stops(session, [record])
        return _notice(record, contest, declared, stops.get(notice_id))

    async def contest(
        self, session: AsyncSession, person_id: str, notice_id: str, words: str
    ) -> Notice:
        """Contest a notice in the person's own words.

        Raises NotFound, Invalid for too few or many words, Conflict when it is contested already.
        """
        record = await self._own(session, person_id, notice_id)
        contest = ContestRecord(
            id=new_id(),
            notice_id=record.id,
            person_id=person_id,
            words=_words(words, "why this is wrong"),
            state=OPEN,
            created_at=self._clock(),
        )
        try:
            await repository.add(session, contest)
        except IntegrityError as problem:
            raise Conflict(
                "This notice is contested already.", "Wait for the answer to what you wrote."
            ) from problem
        return _notice(record, contest)

    async def declare(
        self, session: AsyncSession, person_id: str, notice_id: str, purpose: str
    ) -> Notice:
        """Declare what a held cell is for: the same rules then let it run in that notebook.

        Raises NotFound, Invalid, Conflict when the notice is not of something held.
        """
        record = await self._own(session, person_id, notice_id)
        if record.outcome != Outcome.HOLD.value:
            raise Conflict(
                "Only what is held runs after a purpose is declared.",
                "If the notice is wrong, contest it.",
            )
        text = _words(purpose, "what it is for")
        declarations = [
            DeclarationRecord(
                id=new_id(),
                notice_id=record.id,
                person_id=person_id,
                notebook_path=record.notebook_path,
                rule=rule,
                purpose=text,
                created_at=self._clock(),
            )
            for rule in record.rules
        ]
        await repository.add(session, *declarations)
        return _notice(record, await repository.contest_of(session, notice_id), declarations)

    async def contested(self, session: AsyncSession) -> list[Notice]:
        """Every notice with an open contest, for reviewers; the most pressing first."""
        pairs = await repository.open_contests(session, MAX_LISTED)
        return [_notice(record, contest) for contest, record in pairs]

    async def _stops(
        self, session: AsyncSession, records: Sequence[NoticeRecord]
    ) -> dict[str, Stop]:
        ids = [one.id for one in records if one.outcome == Outcome.STOP.value]
        actions = await action_repository.of_notices(session, ids) if ids else ()
        return {one.notice_id: stop_of(one, self._clock()) for one in actions}

    async def _own(self, session: AsyncSession, person_id: str, notice_id: str) -> NoticeRecord:
        record = await repository.notice(session, notice_id)
        if record is None or record.person_id != person_id:
            raise NotFound("There is no such notice.", "Your notices are listed on their page.")
        return record


def _words(text: str, wanted: str) -> str:
    lines = [visible(line.rstrip()) for line in text.strip().splitlines()]
    clean = "\n".join(lines)
    if not MIN_WORDS_CHARACTERS <= len(clean) <= MAX_WORDS_CHARACTERS:
        raise Invalid(
            f"Please say {wanted} in {MIN_WORDS_CHARACTERS} to {MAX_WORDS_CHARACTERS} characters.",
            f"You wrote {len(clean)}.",
        )
    return clean


def _notice(
    record: NoticeRecord,
    contest: ContestRecord | None = None,
    declared: Sequence[DeclarationRecord] = (),
    stop: Stop | None = None,
) -> Notice:
    return Notice(
        id=record.id,
        person_id=record.person_id,
        notebook_path=record.notebook_path,
        cell_id=record.cell_id,
        channel=record.channel,
        sha256=record.sha256,
        outcome=Outcome(record.outcome),
        category=record.category,
        rules=tuple(record.rules),
        priority=record.priority,
        statement=Statement.read(record.statement),
        created_at=record.created_at,
        last_at=record.last_at,
        times=record.times,
        contest=_contest(contest) if contest else None,
        purpose=declared[0].purpose if declared else "",
        stop=stop,
    )


def stop_of(action: Action, now: datetime) -> Stop:
    """The stop as its owner sees it now."""
    stopped, gone = action.happened(Happened.STOPPED), action.happened(Happened.FORGOTTEN)
    files, why = "pending", ""
    if failed := action.happened(Happened.NOT_KEPT):
        files, why = "not-kept", failed.detail
    elif gone is not None or (action.has_files and action.keep_until <= now):
        files, why = "gone", gone.detail if gone else OVERDUE
    elif action.has_files:
        files = "kept"
    return Stop(
        runtime_id=action.runtime_id,
        at=stopped.time if stopped else action.due_at,
        done=stopped is not None,
        files=files,
        until=action.keep_until,
        why=why,
    )


def _contest(record: ContestRecord) -> Contest:
    return Contest(words=record.words, state=record.state, created_at=record.created_at)
