import pytest

from colonnade.detection.limits import MAX_CELL_BYTES, MAX_NESTING, Unscannable, guard


@pytest.mark.parametrize(
    "source", ["(" * 20_000, "[" * 300_000, "{(" * 5_000, "x" * (MAX_CELL_BYTES + 1)]
)
def test_what_is_too_deep_or_too_long_is_unscannable(source: str):
    with pytest.raises(Unscannable):
        guard(source)


@pytest.mark.parametrize("source", ["", "f(" * MAX_NESTING, "f()" * 10_000, "x = [1]\n" * 10_000])
def test_ordinary_code_passes_however_many_brackets_it_has(source: str):
    guard(source)
