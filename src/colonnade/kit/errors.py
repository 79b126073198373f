"""Expected failures, each with its HTTP status and words for the person it happens to.

A room raises one of these (or a subclass of its own); `kit.http` turns it into the answer. The
message says what happened, the remedy what to do. Neither may hold notebook content.
"""


class ColonnadeError(Exception):
    """A failure that was foreseen.

    Attributes:
        status: HTTP status of the answer.
        code: stable machine-readable name, for clients and logs.
        message: what happened, one sentence.
        remedy: what the person can do, one sentence, or empty.
        details: small JSON-ready values for clients (ids, limits), never notebook content.
    """

    status: int = 500
    code: str = "error"

    def __init__(self, message: str, remedy: str = "", **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.details = details

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class Invalid(ColonnadeError):
    """The request cannot be understood or breaks a stated form."""

    status, code = 400, "invalid"


class NotSignedIn(ColonnadeError):
    """Nobody is signed in, and this needs somebody."""

    status, code = 403, "not-signed-in"


class Forbidden(ColonnadeError):
    """Known to exist for this person, but not theirs to do. Others' things answer `NotFound`."""

    status, code = 403, "forbidden"


class NotFound(ColonnadeError):
    """Does not exist, or not for this person: the two are never told apart."""

    status, code = 404, "not-found"


class Conflict(ColonnadeError):
    """The state has moved on; what was sent is kept where the message says."""

    status, code = 409, "conflict"


class TooLarge(ColonnadeError):
    """Above a stated limit of size, depth or quota."""

    status, code = 413, "too-large"


class TooMany(ColonnadeError):
    """Too many attempts or things held at once."""

    status, code = 429, "too-many"


class Unavailable(ColonnadeError):
    """A part that this needs is away or full; trying again later may succeed."""

    status, code = 503, "unavailable"


class StorageFull(ColonnadeError):
    """The disk or the quota has no room; nothing was changed."""

    status, code = 507, "storage-full"
