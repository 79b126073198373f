import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from colonnade.kit.errors import Invalid, NotFound
from colonnade.runtimes.environments import DEFAULT, recipe, recipes

WANTED = {
    "ipykernel",
    "jupyter-server",
    "terminado",
    "pip",
    "numpy",
    "pandas",
    "scipy",
    "matplotlib",
    "seaborn",
    "scikit-learn",
    "sympy",
    "networkx",
    "plotly",
    "ipywidgets",
    "tqdm",
    "pillow",
    "requests",
    "statsmodels",
    "h5py",
    "openpyxl",
    "beautifulsoup4",
    "lxml",
    "scikit-image",
    "pyarrow",
}


def test_the_default_holds_the_usual_stack_all_pinned_and_is_dated() -> None:
    default = recipe(DEFAULT)
    parsed = [Requirement(line) for line in default.requirements]
    assert {requirement.name for requirement in parsed} >= WANTED
    assert all(re.fullmatch(r"==[^*]+", str(requirement.specifier)) for requirement in parsed)
    assert default.pinned
    assert default.date is not None


def test_the_default_names_no_address() -> None:
    assert not any("://" in line or "@" in line for line in recipe(DEFAULT).requirements)


def test_an_operators_environment_gets_what_serving_needs() -> None:
    own = recipe("course-1", {"course-1": {"requirements": ["numpy==2.1.0", "IPyKernel>=6"]}})
    names = [Requirement(line).name for line in own.requirements]
    assert names[:2] == ["numpy", "IPyKernel"]
    assert sorted(names[2:]) == ["jupyter-server", "pip", "terminado"]
    assert not own.pinned


def test_a_changed_list_has_another_digest() -> None:
    one = recipe("course", {"course": {"requirements": ["numpy==2.1.0"]}})
    other = recipe("course", {"course": {"requirements": ["numpy==2.1.1"]}})
    assert one.digest != other.digest


def test_an_unknown_name_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(NotFound, match=DEFAULT):
        recipe("scientific-1999.01")


@pytest.mark.parametrize(
    "section",
    [
        {DEFAULT: {"requirements": ["numpy"]}},
        {"../up": {"requirements": ["numpy"]}},
        {"UPPER": {"requirements": ["numpy"]}},
        {"course": {"requirements": []}},
        {"course": {"requirements": "numpy"}},
        {"course": {"requirements": ["--index-url https://example.org"]}},
        {"course": {"requirements": ["numpy\n--pre"]}},
        {"course": {"packages": ["numpy"]}},
        {"course": "numpy"},
    ],
)
def test_a_malformed_table_is_named_in_the_error(section: dict[str, object]) -> None:
    with pytest.raises(Invalid, match=r"\[environments\."):
        recipes(section)


@given(st.text(max_size=40))
def test_no_requirement_smuggles_an_option_or_a_second_line(line: str) -> None:
    try:
        own = recipe("course", {"course": {"requirements": [line]}})
    except Invalid:
        return
    assert not own.requirements[0].startswith("-")
    assert "\n" not in own.requirements[0]
