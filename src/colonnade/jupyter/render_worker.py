"""The process in which one notebook is rendered; started by `rendering` and by nothing else.

Reads `{exporter, title, notebook}` as JSON from standard input, writes the rendered notebook to
standard output. Any failure is an exit status other than 0.
"""

import json
import resource
import sys
from typing import Any, cast

CPU_SECONDS = 60
MEMORY_BYTES = 2 << 30
OPEN_FILES = 64


def main() -> None:
    """Render one notebook."""
    from nbconvert import exporters

    _limit()
    wish = json.load(sys.stdin)
    exporter = getattr(exporters, wish["exporter"])()
    resources = {"metadata": {"name": wish["title"]}, "config_dir": ""}
    body, _ = exporter.from_notebook_node(_node(wish["notebook"]), resources=resources)
    sys.stdout.buffer.write(body.encode())


def _limit() -> None:
    # No file may be written (pandoc, where a format needs it, talks through pipes).
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _node(notebook: Any) -> Any:
    """The document for nbconvert, in the newest form, without what steers nbconvert itself."""
    import nbformat

    notebook.get("metadata", {}).get("language_info", {}).pop("nbconvert_exporter", None)
    return cast("Any", nbformat).reads(json.dumps(notebook), as_version=4)


if __name__ == "__main__":
    main()
