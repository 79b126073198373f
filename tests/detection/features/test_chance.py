"""What is drawn at random."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.features.chance import draws


@pytest.mark.parametrize(
    "source",
    [
        "return random.choice(names)",
        "return fk.first_name()",
        "return uuid4().hex",
        "sleep(f(1)); return choice(x)",
    ],
)
def test_what_a_function_draws_is_known(source: str) -> None:
    assert draws(source)


@pytest.mark.parametrize(
    "source", ["time.sleep(random.uniform(1, 3))\nreturn get(page)", "return name.first", ""]
)
def test_how_long_it_waits_is_not_meant(source: str) -> None:
    assert not draws(source)


@given(st.text(max_size=200))
def test_any_source_can_be_asked(source: str) -> None:
    draws(source)
