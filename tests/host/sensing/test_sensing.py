"""What leaves the host is named kind by kind; everything else stays with its judge."""

from datetime import UTC, datetime

from colonnade.host.sensing.sensing import Sensing
from colonnade.observations import Observation, Trust, vocabulary

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


class Listener:
    """A judge that only remembers what it was given."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def take(self, observation: Observation) -> None:
        self.taken.append(observation.kind)

    def begin(self, runtime: str) -> None:
        pass

    def end(self, runtime: str) -> None:
        pass

    async def keep(self) -> None:
        pass


def test_command_lines_paths_and_texts_stay_on_the_host() -> None:
    told: list[str] = []
    judge, sensing = Listener(), Sensing(lambda one, _: told.append(one.kind))
    sensing.use((), judge)
    kinds = ["exec", "hook", "output", "file", "folder", "tree", "load", "gap", "finding"]
    for kind in kinds:
        sensing.observe(Observation(NOON, "x", Trust.KERNEL, kind, "a" * 32, "x"))
    assert judge.taken == kinds
    assert told == [vocabulary.GAP, vocabulary.FINDING]
