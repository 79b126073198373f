"""The regular expressions of rules: RE2's, which takes time linear in the text whatever is asked.

Rules are also written by those who run a platform, and their expressions meet hostile text. RE2
does not backtrack; it knows no back-references and no looking around, and says so when one is
written.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self, cast

import re2

_compile = cast("Callable[..., Any]", re2.compile)  # pyright: ignore[reportUnknownMemberType]
_Error = cast("type[Exception]", re2.error)  # pyright: ignore[reportUnknownMemberType]


@dataclass(frozen=True, slots=True)
class Expression:
    """Two are the same when they are written the same; `^` and `$` stand at every line."""

    pattern: str
    _compiled: Any = field(compare=False, repr=False)

    @classmethod
    def of(cls, pattern: str) -> Self:
        """Raises ValueError saying what is wrong with `pattern`."""
        try:
            return cls(pattern, _compile(f"(?m){pattern}", options=_options()))
        except _Error as problem:
            raise ValueError(_wording(problem)) from problem

    def search(self, text: str | bytes) -> bool:
        """Whether it matches anywhere in `text`; UTF-8, which is a third of the work, as bytes."""
        return self._compiled.search(text) is not None


@cache
def _options() -> Any:
    """What stands in parentheses is not asked for, and finding it takes a slower engine."""
    options: Any = re2.Options()
    options.never_capture = True
    options.log_errors = False
    return options


def _wording(problem: Exception) -> str:
    said: object = problem.args[0] if problem.args else problem
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return f"not a regular expression that RE2 knows ({text})"
