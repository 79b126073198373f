"""The operator's section becomes the terms of a runtime."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from colonnade.runtimes.egress.configuration import EgressSettings
from colonnade.runtimes.egress.lists import shipped_lists
from colonnade.runtimes.egress.reasons import Reason
from colonnade.runtimes.egress.terms import EgressTerms, Mode


def settings(**section: object) -> EgressSettings:
    return EgressSettings.model_validate(section)


def test_without_a_way_out_nothing_is_given() -> None:
    assert settings(allow=["a.example"]).terms(Mode.NONE) == EgressTerms()


def test_open_runtimes_have_the_shipped_lists_and_the_operator_s() -> None:
    terms = settings(deny=["Bücher.example"]).terms(Mode.OPEN)
    assert terms.deny[:-1] == shipped_lists()
    assert terms.deny[-1].domains == ("xn--bcher-kva.example",)


def test_mirrors_are_reached_and_told_to_the_tools() -> None:
    section = settings(
        allow=["data.example"],
        allow_private=["Pypi.lab.example:443"],
        hosts={"pypi.lab.example": ["10.0.0.7"]},
        mirrors={
            "pypi": "https://pypi.lab.example/simple/",
            "huggingface": "https://hf.lab.example",
        },
    )
    terms = section.terms(Mode.ALLOW_LIST, ["own.example"])
    assert terms.allow == ("data.example", "own.example", "pypi.lab.example", "hf.lab.example")
    assert terms.private == ("pypi.lab.example:443",)
    assert terms.hosts == (("pypi.lab.example", ("10.0.0.7",)),)
    assert dict(terms.variables) == {
        "PIP_INDEX_URL": "https://pypi.lab.example/simple",
        "UV_DEFAULT_INDEX": "https://pypi.lab.example/simple",
        "HF_ENDPOINT": "https://hf.lab.example",
    }


@pytest.mark.parametrize(
    "section",
    [
        {"alow": []},
        {"allow": ["10.0.0.1"]},
        {"allow_private": ["pypi.lab.example"]},
        {"allow_private": ["10.0.0.1:443"]},
        {"mirrors": {"pypi": "ftp://x.example"}},
        {"mirrors": {"pypi": "https://me:secret@x.example"}},
        {"mirrors": {"apt": "https://x.example"}},
        {"connections": 0},
    ],
)
def test_what_is_not_sound_is_refused(section: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        settings(**section)


def test_the_reference_page_names_every_property_and_reason() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/egress.md").read_text("utf-8")
    for name in (*EgressSettings.model_fields, *Mode):
        assert f"| `{name}` |" in page, name
    for reason in Reason:
        assert f"`{reason}`" in page, reason
