"""Generated notebooks: valid ones of every shape, with keys that nbformat does not know."""

from typing import Any

from hypothesis import strategies as st

OWNER = "a" * 32
OTHER = "b" * 32

_text = st.text(st.characters(codec="utf-8"), max_size=20)
_value = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=5,
)
_metadata = st.dictionaries(_text.filter(lambda key: key not in _MEANT), _value, max_size=2)
_MEANT = frozenset(
    {"trusted", "kernelspec", "language_info", "authors", "title", "orig_nbformat", "name"}
    | {"tags", "jupyter", "format", "deletable", "editable", "collapsed", "scrolled"}
    | {"execution", "signature"}
)
_mime_bundle = st.fixed_dictionaries(
    {"text/plain": _text},
    optional={"image/png": _text, "application/json": _value, "text/html": _text},
)

_stream = st.fixed_dictionaries(
    {
        "output_type": st.just("stream"),
        "name": st.sampled_from(["stdout", "stderr"]),
        "text": _text,
    }
)
_display = st.fixed_dictionaries(
    {"output_type": st.just("display_data"), "data": _mime_bundle, "metadata": _metadata}
)
_result = st.fixed_dictionaries(
    {
        "output_type": st.just("execute_result"),
        "execution_count": st.none() | st.integers(0, 99),
        "data": _mime_bundle,
        "metadata": _metadata,
    }
)
_error = st.fixed_dictionaries(
    {
        "output_type": st.just("error"),
        "ename": _text,
        "evalue": _text,
        "traceback": st.lists(_text, max_size=2),
    }
)
outputs = st.one_of(_stream, _display, _result, _error)

_code = st.fixed_dictionaries(
    {
        "cell_type": st.just("code"),
        "metadata": _metadata,
        "source": _text,
        "execution_count": st.none() | st.integers(0, 99),
        "outputs": st.lists(outputs, max_size=3),
    }
)
_prose = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["markdown", "raw"]),
        "metadata": _metadata,
        "source": _text,
    }
)


@st.composite
def notebooks(draw: st.DrawFn) -> dict[str, Any]:
    """A valid notebook in its in-memory form."""
    minor = draw(st.sampled_from([4, 5]))
    cells = draw(st.lists(st.one_of(_code, _prose), max_size=5))
    if minor == 5:
        cells = [{**cell, "id": f"cell-{index}"} for index, cell in enumerate(cells)]
    return {
        "metadata": draw(_metadata),
        "nbformat": 4,
        "nbformat_minor": minor,
        "cells": cells,
        **draw(st.sampled_from([{}, {"unknown": [1, {"deep": None}]}])),
    }
