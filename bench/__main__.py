"""The command: which measurements, how thorough, where to. Exits 1 when a target is missed."""

import argparse
import asyncio
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from bench.figures import Figure
from bench.ground import CACHE, Ground
from bench.kernels import BenchError
from bench.measurements import MEASUREMENTS, Measurement
from bench.report import Failure, as_json, summary, table
from colonnade.kit.errors import ColonnadeError
from colonnade.runtimes.environments import DEFAULT, ready


def say(text: str) -> None:
    """Tell the person at the terminal; standard output is for the figures."""
    print(text, file=sys.stderr, flush=True)


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line, understood."""
    listed = "\n".join(f"  {one.name:<12}{one.question}" for one in MEASUREMENTS)
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description=f"Measures Colonnade on this machine.\n\nmeasurements:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [one.name for one in MEASUREMENTS]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", default=[])
    parser.add_argument("--quick", action="store_true", help="few samples: a look, not a record")
    parser.add_argument("--hub", action="store_true", help="compare with JupyterHub as well")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    return parser.parse_args(words)


def chosen(only: Sequence[str], with_hub: bool) -> list[Measurement]:
    """Those named, else all that install nothing; and JupyterHub's when it is asked for."""
    if only:
        return [one for one in MEASUREMENTS if one.name in only or (one.extra and with_hub)]
    return [one for one in MEASUREMENTS if with_hub or not one.extra]


def machine() -> dict[str, object]:
    """When and where: what a reader needs to compare two reports."""
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


async def measure_all(
    wanted: Sequence[Measurement], quick: bool
) -> tuple[list[Figure], list[Failure]]:
    """One measurement after another; one that fails does not keep the others from being made."""
    figures: list[Figure] = []
    failures: list[Failure] = []
    shelf = os.environ.setdefault("COLONNADE_ENVIRONMENTS", str(CACHE / "environments"))
    environment = ready(DEFAULT, Path(shelf))
    for one in wanted:
        say(f"{one.name}: {one.question}")
        with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
            try:
                figures += await one.measure(Ground(Path(folder), environment, quick, say))
            except (BenchError, ColonnadeError, OSError, TimeoutError) as problem:
                failures.append(Failure(one.name, str(problem) or type(problem).__name__))
    return figures, failures


async def _until_told(
    wanted: Sequence[Measurement], quick: bool
) -> tuple[list[Figure], list[Failure]]:
    # SIGTERM ends everything in order too; Ctrl-C does so by the runner's own doing.
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await measure_all(wanted, quick)


def main() -> int:
    """Measure, print, and say by the exit code whether everything was as it should be."""
    options = arguments()
    here = machine()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            figures, failures = runner.run(
                _until_told(chosen(options.only, options.hub), options.quick)
            )
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("stopped; everything that was started has been ended")
        return 130
    print(", ".join(f"{key} {value}" for key, value in here.items()))
    print(table(figures, failures))
    print(f"\n{summary(figures, failures)}")
    if options.json:
        options.json.write_text(as_json(here, figures, failures) + "\n", "utf-8")
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    return int(bool(failures) or any(figure.met is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
