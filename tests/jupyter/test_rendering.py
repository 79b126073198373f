"""Exports are rendered in a process that can be killed, from a document that is not trusted."""

from typing import Any

import pytest

from colonnade.jupyter.rendering import Renderer, available_formats
from colonnade.kit.errors import Invalid, NotFound, Unavailable


def notebook(**metadata: Any) -> dict[str, Any]:
    output = {"output_type": "stream", "name": "stdout", "text": "1\n"}
    code = {
        "id": "a",
        "cell_type": "code",
        "source": "print(1)",
        "metadata": {},
        "execution_count": 1,
        "outputs": [output],
    }
    text = {"id": "b", "cell_type": "markdown", "source": "# Hello", "metadata": {}}
    return {"cells": [text, code], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


async def test_a_notebook_becomes_a_web_page_with_its_outputs() -> None:
    export = await Renderer().render(notebook(), "html", "reading/handwriting")
    assert b"print" in export.body
    assert export.media_type == "text/html"
    assert export.name == "reading_handwriting.html"


async def test_a_script_is_python_whatever_exporter_the_notebook_names() -> None:
    hostile = {"language_info": {"name": "python", "nbconvert_exporter": "os.abort"}}
    export = await Renderer().render(notebook(**hostile), "script", "n\r\nX: y")
    assert b"print(1)" in export.body
    assert export.name == "n__X_ y.py"


async def test_an_unknown_format_is_refused_with_those_that_there_are() -> None:
    for name in ("pdf", "latex", "os.system", ""):
        with pytest.raises(NotFound, match="html"):
            await Renderer().render(notebook(), name, "n")
    assert {"html", "markdown", "notebook", "script"} <= set(available_formats())


@pytest.mark.parametrize("broken", [{"cells": 3}, {}, {"cells": [], "metadata": 3}])
async def test_what_is_no_notebook_cannot_be_exported(broken: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await Renderer().render(broken, "markdown", "n")


async def test_an_export_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(Unavailable, match="stopped"):
        await Renderer(seconds=0.01).render(notebook(), "html", "n")
