"""Notebooks as values: validated, upgraded, tidied."""

import copy
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.kit.errors import ColonnadeError, Invalid, TooLarge
from colonnade.notebooks.notebook import (
    dump_json,
    new_notebook,
    parse_json,
    read_notebook,
    write_file,
)
from support.notebooks import notebooks


def test_a_new_notebook_is_valid() -> None:
    assert read_notebook(new_notebook()) == new_notebook()


@given(notebooks())
def test_a_valid_notebook_is_kept_as_it_is(notebook: dict[str, Any]) -> None:
    assert read_notebook(copy.deepcopy(notebook)) == notebook


@given(notebooks())
def test_its_file_reads_as_the_same_notebook(notebook: dict[str, Any]) -> None:
    assert read_notebook(parse_json(write_file(notebook))) == notebook


def test_lines_are_joined_but_json_is_left_alone() -> None:
    output = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/plain": ["a\n", "b"], "application/json": ["a", "b"]},
    }
    cell = {
        "cell_type": "code",
        "metadata": {},
        "source": ["x\n", "y"],
        "execution_count": 1,
        "outputs": [output],
    }
    read = read_notebook({**new_notebook(), "nbformat_minor": 4, "cells": [cell]})
    assert read["cells"][0]["source"] == "x\ny"
    data = read["cells"][0]["outputs"][0]["data"]
    assert data == {"text/plain": "a\nb", "application/json": ["a", "b"]}


def test_missing_and_repeated_ids_are_replaced() -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": ""}
    cells = [dict(cell), {**cell, "id": "same"}, {**cell, "id": "same"}]
    read = read_notebook({**new_notebook(), "cells": cells})
    ids = [one["id"] for one in read["cells"]]
    assert ids[1] == "same"
    assert len(set(ids)) == 3


def test_an_old_notebook_is_upgraded() -> None:
    code = {"cell_type": "code", "input": ["x"], "language": "python", "outputs": []}
    sheet = {"cells": [code | {"collapsed": False, "prompt_number": 1, "metadata": {}}]}
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": "old"},
        "worksheets": [sheet | {"metadata": {}}],
    }
    read = read_notebook(old)
    assert read["nbformat"] == 4
    assert read["cells"][0]["source"] == "x"


@pytest.mark.parametrize("minor", [0, 1, 2, 3, 4, 5, 9])
def test_minor_versions_are_kept(minor: int) -> None:
    read = read_notebook({**new_notebook(), "nbformat_minor": minor})
    assert read["nbformat_minor"] == minor


@pytest.mark.parametrize("version", [None, "4", 4.0, True, 0, -1, 5, 10**30])
def test_a_version_that_is_none_is_refused(version: object) -> None:
    with pytest.raises(Invalid):
        read_notebook({**new_notebook(), "nbformat": version})


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(_json, st.sampled_from([1, 2, 3, 4]))
def test_any_json_is_a_notebook_or_a_clear_refusal(value: Any, major: int) -> None:
    forms = [value, {"nbformat": major, "cells": value, "metadata": {}, "nbformat_minor": 5}]
    for form in [*forms, {"nbformat": major, "worksheets": value, "metadata": value}]:
        with suppress(ColonnadeError):
            read_notebook(json.loads(json.dumps(form)))


@given(st.binary(max_size=60))
def test_any_bytes_are_json_or_a_clear_refusal(data: bytes) -> None:
    try:
        value = parse_json(data)
    except Invalid:
        return
    parse_json(dump_json(value))


@given(_json)
def test_json_comes_back_as_it_was(value: Any) -> None:
    try:
        assert parse_json(dump_json(value)) == value
    except Invalid:
        assert "\\ud" in json.dumps(value)


def test_depth_meets_a_limit_and_not_the_interpreters() -> None:
    for opening in (b"[", b'{"a":'):
        with pytest.raises(TooLarge):
            parse_json(opening * 100_000)
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(TooLarge):
        dump_json(deep)


def test_numbers_that_json_does_not_know_become_null() -> None:
    assert dump_json([float("nan"), float("inf")]) == b"[null,null]"
