from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.evaluation.disguises.encoding import encoded_exec


def encoded(cell: str, seed: int = 0) -> str:
    ((only,),) = encoded_exec([cell], Random(seed))
    return only


@given(value=st.text(), seed=st.integers(0, 50))
def test_encoded_code_still_runs(value: str, seed: int):
    names: dict[str, object] = {}
    exec(encoded(f"value = {value!r}\ndef f(): return value", seed), names)
    assert names["f"]() == value  # type: ignore[operator]


def test_the_last_expression_is_still_one():
    assert encoded("x = 1\nx").split("\n")[-1].startswith("eval(")
    assert "eval" not in encoded("x = 1\nx;")


@pytest.mark.parametrize("cell", ["from __future__ import annotations", "# only words", "", "a b"])
def test_what_cannot_be_executed_stays(cell: str):
    assert encoded(cell) == cell


def test_a_script_is_decoded_into_its_shell():
    assert encoded("%%bash\nls") == "!echo bHM= | base64 -d | bash"
    assert encoded("%%bash -e\nls") == "%%bash -e\nls"
