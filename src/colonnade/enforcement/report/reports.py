"""The forms in which results are written, by their names on the command line."""

from pathlib import Path
from typing import Literal, Protocol

from colonnade.detection.rules import RuleSet
from colonnade.enforcement.report.json_lines import JsonReport
from colonnade.enforcement.report.sarif import SarifReport
from colonnade.enforcement.report.text import TextReport
from colonnade.enforcement.scanning import Result, Tally
from colonnade.policy import Policy


class Report(Protocol):
    """Writes results one by one, so that none has to be kept."""

    def begin(self) -> str:
        """What comes before the first result."""
        ...

    def one(self, result: Result) -> str:
        """One result."""
        ...

    def end(self, tally: Tally) -> str:
        """What comes after the last one."""
        ...


def report_of(
    form: Literal["text", "json", "sarif"], rules: RuleSet, policy: Policy, folder: Path
) -> Report:
    """The report of this name; the rules lie in `folder`."""
    if form == "json":
        return JsonReport(rules)
    if form == "sarif":
        return SarifReport(rules, policy, folder.rglob("*.yaml"))
    return TextReport(rules, policy)
