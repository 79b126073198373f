"""Export a notebook to another format, in a process of its own that can be killed.

A notebook is untrusted, and so is everything nbconvert makes of it: the worker gets only the
document, may use little time and memory and may not write files; what it returns goes to people
through the content origin alone. Nothing in the notebook is executed.

To add a format: name its exporter here, and say in `Format` what it needs.
"""

import asyncio
import json
import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from typing import Any

from colonnade.kit.errors import Invalid, NotFound, TooLarge, Unavailable

RENDER_SECONDS = 60.0
LARGEST_EXPORT_BYTES = 128 * 1024 * 1024
AT_ONCE = 2
"""Workers beside each other; a further export waits for its turn."""


@dataclass(frozen=True)
class Format:
    """One format: its exporter's class in `nbconvert.exporters`, and what it makes."""

    exporter: str
    media_type: str
    suffix: str
    needs_pandoc: bool = False


FORMATS = {
    "asciidoc": Format("ASCIIDocExporter", "text/asciidoc", ".asciidoc", needs_pandoc=True),
    "html": Format("HTMLExporter", "text/html", ".html"),
    "markdown": Format("MarkdownExporter", "text/markdown", ".md"),
    "notebook": Format("NotebookExporter", "application/json", ".ipynb"),
    "rst": Format("RSTExporter", "text/x-rst", ".rst", needs_pandoc=True),
    # nbconvert's own 'script' imports whatever exporter the notebook's metadata names.
    "script": Format("PythonExporter", "text/x-python", ".py"),
    "slides": Format("SlidesExporter", "text/html", ".slides.html"),
}


@dataclass(frozen=True)
class Export:
    """A rendered notebook; untrusted. `name` is a file name without control characters."""

    body: bytes
    media_type: str
    name: str


def available_formats() -> dict[str, Format]:
    """What this machine can render."""
    has_pandoc = shutil.which("pandoc") is not None
    return {name: kind for name, kind in FORMATS.items() if has_pandoc or not kind.needs_pandoc}


def find_format(name: str) -> Format:
    """The format of that name. Raises NotFound."""
    kind = available_formats().get(name)
    if kind is None:
        raise NotFound(
            f"Notebooks cannot be exported as {name[:40]!r} here.",
            f"Choose one of {', '.join(available_formats())}.",
        )
    return kind


class Renderer:
    """Renders notebooks in worker processes, a few beside each other."""

    def __init__(self, seconds: float = RENDER_SECONDS, at_once: int = AT_ONCE) -> None:
        self._seconds = seconds
        self._turns = asyncio.Semaphore(at_once)

    async def render(self, notebook: dict[str, Any], format_name: str, title: str) -> Export:
        """The notebook in that format.

        Raises NotFound (no such format), Invalid (nbconvert cannot render this notebook), TooLarge,
        or Unavailable when it takes longer than allowed.
        """
        kind = find_format(format_name)
        wish = json.dumps({"exporter": kind.exporter, "title": title, "notebook": notebook})
        async with self._turns:
            body = await self._work(wish.encode())
        return Export(body, kind.media_type, _file_name(title) + kind.suffix)

    async def _work(self, wish: bytes) -> bytes:
        with tempfile.TemporaryDirectory(prefix="colonnade-export-") as folder:
            worker = await _start_worker(folder)
            try:
                async with asyncio.timeout(self._seconds):
                    return await _converse(worker, wish)
            except TimeoutError as problem:
                raise Unavailable(
                    f"The export took longer than {self._seconds:.0f} seconds and was stopped.",
                    "Clear large outputs and try again.",
                ) from problem
            finally:
                if worker.returncode is None:
                    worker.kill()
                await worker.wait()


async def _start_worker(folder: str) -> asyncio.subprocess.Process:
    # A clean environment: no secret of the platform's, no configuration of anybody's home.
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": folder,
        "TMPDIR": folder,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        "colonnade.jupyter.render_worker",
        cwd=folder,
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def _converse(worker: asyncio.subprocess.Process, wish: bytes) -> bytes:
    assert worker.stdin is not None
    assert worker.stdout is not None
    asking = asyncio.ensure_future(_ask(worker.stdin, wish))
    try:
        body = await _read(worker.stdout)
    finally:
        asking.cancel()
    if await worker.wait() != 0:
        raise Invalid(
            "This notebook cannot be exported to this format.",
            "Open and save it once, or clear its outputs, and try again.",
        )
    return body


async def _ask(stdin: asyncio.StreamWriter, wish: bytes) -> None:
    try:
        stdin.write(wish)
        await stdin.drain()
        stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        return  # The worker died; its exit status says the rest.


async def _read(stdout: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while piece := await stdout.read(1 << 16):
        body += piece
        if len(body) > LARGEST_EXPORT_BYTES:
            raise TooLarge("The exported notebook is too large.", "Clear large outputs.")
    return bytes(body)


def _file_name(title: str) -> str:
    return re.sub(r"[^\w .()+-]", "_", title)[:120].strip() or "notebook"
