"""What can go wrong with a connection: a refusal, which is told, or a failure, which is not."""

from dataclasses import dataclass

from colonnade.kit.errors import Forbidden, Unavailable
from colonnade.runtimes.egress.reasons import NETWORK, Reason


@dataclass(frozen=True)
class Refusal:
    """Why a connection was not made or was cut.

    Attributes:
        host: as it was asked for, in a form that can be shown; '' where none could be read.
        category: of the policy; `list_id` and `entry`: the deny-list and what matched, or ''.
    """

    reason: Reason
    host: str = ""
    port: int = 0
    category: str = NETWORK
    list_id: str = ""
    entry: str = ""

    @property
    def words(self) -> str:
        """One line of ASCII for whoever asked."""
        where = f"{self.host or 'this connection'} is refused: {self.reason.words}"
        return f"{where} ({self.list_id})" if self.list_id else where


class Refused(Forbidden):
    """The rules do not let this connection be."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.words)
        self.refusal = refusal


class Unreached(Unavailable):
    """The host does not exist, does not answer, or answers nonsense: nobody's rule."""
