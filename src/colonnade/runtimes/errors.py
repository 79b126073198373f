"""This room's foreseen failures."""

from colonnade.kit.errors import NotFound, Unavailable


class Queued(Unavailable):
    """Every place is taken; this person's place in the queue is kept.

    `details`: `position` (1 is next) and `ticket`.
    """

    code = "queued"


class Ended(NotFound):
    """It was this person's, and it has ended; the message says why."""

    code = "ended"
