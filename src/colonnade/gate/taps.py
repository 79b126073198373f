"""Looks at a little of what programs print as it passes, and tells of the forms of progress in it.

It must cost next to nothing: of each kernel or terminal the end of one frame is looked at every
`LOOK_SECONDS`, however many clients are connected, and nothing is parsed. What no client receives
passes by nobody, and is not seen here.
"""

from collections.abc import Callable
from time import monotonic
from weakref import WeakValueDictionary

from colonnade.kit.clock import utcnow
from colonnade.observations import Observation, Trust
from colonnade.observations.vocabulary import OUTPUT, OUTPUT_SENSOR
from colonnade.sensors.output import Progress, Recognised

LOOK_SECONDS = 0.25
LOOK_CHARACTERS = 4096
"""Some 16 KB a second at most."""

Notes = Callable[[Observation], None]
"""Takes an observation on its way to the judge of conduct; never waits."""


class Tap:
    """One kernel's or terminal's output."""

    def __init__(self, runtime: str, note: Notes) -> None:
        self._runtime, self._note = runtime, note
        self._next_at = 0.0
        self._progress = Progress()

    @property
    def is_open(self) -> bool:
        """Whether it is time to look again."""
        return monotonic() >= self._next_at

    def look(self, printed: str | bytes) -> None:
        """Look at the end of what was printed, quoted as it came; '' counts for nothing."""
        if not printed:
            return
        self._next_at = monotonic() + LOOK_SECONDS
        end = printed[-LOOK_CHARACTERS:]
        text = end.decode("utf-8", "replace") if isinstance(end, bytes) else end
        for one in self._progress.take(text, monotonic()):
            self._note(self._seen(one))

    def _seen(self, one: Recognised) -> Observation:
        return Observation(
            utcnow(),
            OUTPUT_SENSOR,
            Trust.IN_SANDBOX,
            OUTPUT,
            self._runtime,
            one.form,
            {"count": one.count, "example": one.example},
        )


class Taps:
    """A tap for each kernel or terminal, shared by all clients of it."""

    def __init__(self, note: Notes) -> None:
        self._note = note
        self._known: WeakValueDictionary[str, Tap] = WeakValueDictionary()

    def of(self, runtime: str, name: str) -> Tap:
        """The tap of the kernel or terminal of this name, kept as long as somebody holds it."""
        tap = self._known.get(name)
        if tap is None:
            self._known[name] = tap = Tap(runtime, self._note)
        return tap
