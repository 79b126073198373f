import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.features.walk import nodes_in
from colonnade.detection.limits import MAX_NODES, Unscannable
from colonnade.detection.normalise.fold.nodes import source_of
from colonnade.detection.normalise.fold.statements import parse


def texts(source: str) -> dict[str, list[str]]:
    return {
        kind: [source_of(one) for one in found] for kind, found in nodes_in(parse(source)).items()
    }


def test_every_kind_is_found_in_the_order_of_the_source():
    found = texts(
        "import a\nfrom b import c\nx = y = 'z'\nx += f(g())  # why\nfor i in x: pass\n"
        "while x: pass\nwith open('p') as h: pass\nq = 'ab'[::-1]\ns = 'a' 'b'\n"
    )
    assert found["import"] == ["import a", "from b import c"]
    assert found["assignment"][:2] == ["x = y = 'z'", "y = 'z'"]
    assert found["augmented"] == ["x += f(g())"]
    assert found["call"] == ["f(g())", "g()", "open('p')"]
    assert found["loop"] == ["for i in x: pass", "while x: pass"]
    assert found["alias"] == ["open('p') as h"]
    assert found["subscript"] == ["'ab'[::-1]"]
    assert found["string"] == ["'z'", "'p'", "'ab'", "'a' 'b'", "'a'", "'b'"]
    assert found["comment"] == ["# why"]


def test_a_name_is_one_that_is_given_something():
    found = texts("class K(B): pass\ndef f(p, q=1): pass\nm, n = r\nfor u, v in w: pass\n")
    assert found["name"] == ["K", "p", "m", "n"]
    assert found["function"] == ["def f(p, q=1): pass"]


def test_a_text_that_stands_alone_is_told_apart():
    found = texts("'''says'''\nx = 'does'\n")
    assert found["docstring"] == ["'''says'''"]
    assert found["string"] == ["'''says'''", "'does'"]


def test_too_many_parts_are_unscannable():
    with pytest.raises(Unscannable):
        nodes_in(parse("f()\n" * (MAX_NODES + 1)))


@given(st.text(alphabet="ab=()[]{}'\"\\n :.,#@*+def lambda", max_size=300))
def test_any_text_is_walked(source: str):
    for found in nodes_in(parse(source)).values():
        assert all(one.start_byte <= one.end_byte for one in found)
