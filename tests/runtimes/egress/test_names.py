"""A host name has one form, and an address is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.kit.errors import Invalid
from colonnade.runtimes.egress.names import AddressGiven, domain, host_name, suffixes


def test_names_are_compared_in_lower_case_without_a_last_dot() -> None:
    assert host_name("Data.Lab.Example.") == "data.lab.example"
    assert suffixes("a.b.c") == ["a.b.c", "b.c", "c"]


def test_a_person_may_write_a_domain_in_any_script() -> None:
    assert domain("Bücher.example") == "xn--bcher-kva.example"
    assert domain("例え.テスト") == "xn--r8jz45g.xn--zckzah"
    for wrong in ("", "a b", "-a.example", "8.8.8.8", "a" * 300):
        with pytest.raises(Invalid):
            domain(wrong)


@pytest.mark.parametrize("text", ["1", "a.1", "a.0x", "a.0x7F", "[::]", "::1", "1.2.3.4."])
def test_what_ends_in_a_number_is_an_address(text: str) -> None:
    with pytest.raises(AddressGiven):
        host_name(text)


@given(st.text(max_size=300))
def test_no_text_does_harm(text: str) -> None:
    for read in (host_name, domain):
        try:
            name = read(text)
        except Invalid:
            continue
        assert host_name(name) == name
        assert name.isascii()
