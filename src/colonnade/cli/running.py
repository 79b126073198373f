"""`colonnade serve`, `host`, `doctor`: what runs for as long as the operator wishes."""

import asyncio
import gc
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from colonnade.cli.options import Data

if TYPE_CHECKING:
    from colonnade.kit.settings import Settings


class Form(StrEnum):
    """How `doctor` prints what it found."""

    TEXT = "text"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(serve)
    app.command()(host)
    app.command()(doctor)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    data: Data = None,
    base_url: Annotated[str | None, typer.Option(help="Path under which it is served.")] = None,
    unsafe_no_sandbox: Annotated[
        bool, typer.Option(help="Run code WITHOUT a sandbox, for one local user only.")
    ] = False,
) -> None:
    """Serve the platform; builds the environments that are missing first."""
    # What imports make stays for good: looking for garbage among it costs a tenth of the start.
    gc.disable()
    from colonnade.cli.serving import serve_until_stopped
    from colonnade.kit.settings import read_settings

    gc.freeze()
    gc.enable()
    serve_until_stopped(
        read_settings(
            data,
            host=host,
            port=port,
            base_url=base_url,
            unsafe_no_sandbox=unsafe_no_sandbox or None,
        )
    )


def host(
    data: Data = None,
    unsafe_no_sandbox: Annotated[
        bool, typer.Option(help="Run code WITHOUT a sandbox, for one local user only.")
    ] = False,
    stop: Annotated[
        bool, typer.Option("--stop", help="End the host that runs, and every runtime with it.")
    ] = False,
) -> None:
    """Own the sandboxes of this machine; `serve` starts it when it is not there."""
    from colonnade.host.server import run
    from colonnade.kit.settings import read_settings

    settings = read_settings(data, unsafe_no_sandbox=unsafe_no_sandbox or None)
    if stop:
        asyncio.run(_end_host(settings))
    else:
        run(settings)


async def _end_host(settings: "Settings") -> None:
    from colonnade.runtimes.local import LocalEngine

    engine = LocalEngine(settings)
    try:
        await engine.end_host()
    finally:
        await engine.close()
    print("The host and its runtimes have ended; notebooks and files are where they were.")


def doctor(
    format: Annotated[Form, typer.Option(help="How to print it.")] = Form.TEXT, data: Data = None
) -> None:
    """Say what this machine can enforce, what is missing and how. Exits 1 if it is not sound."""
    from colonnade.host.doctor import as_json, describe, examine
    from colonnade.kit.settings import read_settings

    tier = examine(read_settings(data))
    print(as_json(tier) if format is Form.JSON else describe(tier))
    if not tier.sound:
        raise typer.Exit(1)
