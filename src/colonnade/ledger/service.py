"""Records observations and reads them back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.kit.errors import Invalid
from colonnade.ledger import repository
from colonnade.ledger.tables import ObservationRecord
from colonnade.observations import Observation, Trust

MAX_ATTRIBUTES = 32
MAX_ATTRIBUTE_CHARACTERS = 1000


class Ledger:
    """The append-only record. It has no state of its own."""

    async def record(self, session: AsyncSession, observation: Observation) -> int:
        """Append one observation and return its number. Raises Invalid when it is too large."""
        _check(observation)
        record = ObservationRecord(
            time=observation.time,
            source=observation.source,
            trust=observation.trust.value,
            kind=observation.kind,
            runtime=observation.runtime,
            subject=observation.subject,
            attributes=observation.attributes,
            version=observation.version,
        )
        await repository.append(session, record)
        return record.id

    async def about(self, session: AsyncSession, subject: str) -> Sequence[Observation]:
        """What was observed of a subject, oldest first."""
        return [_observation(one) for one in await repository.about(session, subject)]

    async def of_runtime(self, session: AsyncSession, runtime: str) -> Sequence[Observation]:
        """What was observed in a runtime, oldest first."""
        return [_observation(one) for one in await repository.of_runtime(session, runtime)]

    async def of_kind(
        self, session: AsyncSession, runtime: str, kind: str, since: datetime
    ) -> Sequence[Observation]:
        """What of one kind was observed in a runtime since then, oldest first."""
        found = await repository.of_kind(session, runtime, kind, since)
        return [_observation(one) for one in found]


def _check(observation: Observation) -> None:
    attributes = observation.attributes
    longest = max(
        (len(value) for value in attributes.values() if isinstance(value, str)), default=0
    )
    if len(attributes) > MAX_ATTRIBUTES or longest > MAX_ATTRIBUTE_CHARACTERS:
        raise Invalid(
            f"An observation of kind '{observation.kind}' is too large for the ledger.",
            f"Keep to {MAX_ATTRIBUTES} attributes of {MAX_ATTRIBUTE_CHARACTERS} characters.",
        )


def _observation(record: ObservationRecord) -> Observation:
    return Observation(
        time=record.time,
        source=record.source,
        trust=Trust(record.trust),
        kind=record.kind,
        runtime=record.runtime,
        subject=record.subject,
        attributes=record.attributes,
        version=record.version,
    )
