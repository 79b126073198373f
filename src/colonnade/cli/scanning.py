"""`colonnade scan`: what would be refused in files, without anybody being judged."""

import asyncio
import os
import sys
import time
from contextlib import aclosing, suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colonnade.cli.options import Data

if TYPE_CHECKING:
    from colonnade.detection.rules import RuleSet
    from colonnade.enforcement.report.reports import Report
    from colonnade.enforcement.scanning import Tally
    from colonnade.policy import Policy

STOPPED = 130
"""The exit code of a program that Ctrl-C ended, as shells have it."""


class Form(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command()(scan)


def scan(
    paths: Annotated[list[Path], typer.Argument(help="Notebooks, scripts, folders.")],
    format: Annotated[Form, typer.Option(help="How to print the results.")] = Form.TEXT,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=256, help="Files at once; default: one a core.")
    ] = None,
    data: Data = None,
) -> None:
    """Say what would be refused, and why. Exits 0 for nothing, 1 for something, 2 if unusable."""
    from colonnade.cli.judging import in_force
    from colonnade.enforcement.report.reports import report_of
    from colonnade.enforcement.scanning import Tally
    from colonnade.kit.shipped import shipped

    rules, book, folder = in_force(data)
    report = report_of(format.value, rules, book.current, folder or shipped("rules"))
    count = jobs or len(os.sched_getaffinity(0))
    tally, begun = Tally(), time.monotonic()
    try:
        asyncio.run(_scan(paths, count, rules, folder, book.current, report, tally))
    except KeyboardInterrupt:
        _tell(f"stopped after {_counted(tally)}")
        raise typer.Exit(STOPPED) from None
    except BrokenPipeError:
        # Whoever read the results has had enough; the interpreter must not flush into it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(tally.exit_code) from None
    seconds = time.monotonic() - begun
    _tell(f"{_counted(tally)} in {seconds:.1f} s")
    raise typer.Exit(tally.exit_code)


async def _scan(
    paths: list[Path],
    count: int,
    rules: "RuleSet",
    folder: Path | None,
    policy: "Policy",
    report: "Report",
    tally: "Tally",
) -> None:
    from colonnade.enforcement.file_workers import FileWorkers
    from colonnade.enforcement.scanning import AHEAD, scan

    workers = FileWorkers(rules, folder, count)
    try:
        _write(report.begin())
        async with aclosing(scan(paths, workers, policy, count * AHEAD)) as results:
            async for result in results:
                tally.add(result)
                _write(report.one(result))
        _write(report.end(tally))
    finally:
        await workers.close()


def _write(text: str) -> None:
    """Print at once; what UTF-8 cannot carry (a file's name of odd bytes) is written out."""
    if text:
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()


def _counted(tally: "Tally") -> str:
    parts = [f"{count} {verdict}" for verdict, count in sorted(tally.verdicts.items())]
    if tally.unusable:
        parts.append(f"{tally.unusable} unusable")
    files = f"{tally.files} file{'' if tally.files == 1 else 's'}"
    return f"{files}: {', '.join(parts)}" if parts else files


def _tell(text: str) -> None:
    with suppress(BrokenPipeError):
        print(f"colonnade: {text}", file=sys.stderr)
