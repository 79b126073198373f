"""An examining process that comes to no end with a cell that says `LOST`, on any machine.

    python -m support.lost_examiner RULES

Everything else it examines as ever. The engine's limits refuse what would take long, so that a cell
that is too slow on one machine is refused, or read, within the budget on a faster one.
"""

from collections.abc import Mapping

from colonnade.detection.cells import Language
from colonnade.detection.extract import Extraction, extract_after
from colonnade.detection.normalise.fold import Value
from colonnade.enforcement import examiner

MODULE = "support.lost_examiner"
LOST = "'lost in here'"
"""Not so plain a cell that it would be answered without a process."""


def extract_or_be_lost(
    source: str, language: Language = "notebook", before: Mapping[str, Value] | None = None
) -> Extraction:
    while LOST in source:
        pass
    return extract_after(source, language, before)


if __name__ == "__main__":
    examiner.extract_after = extract_or_be_lost
    examiner.main()
