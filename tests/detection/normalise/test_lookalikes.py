import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.normalise.lookalikes import plain


@pytest.mark.parametrize(
    ("text", "read", "ways"),
    [
        ("plain", "plain", set[str]()),
        ("f\u0430ceswap", "faceswap", {"mixed-script"}),
        ("\u0455w\u0430p_model", "swap_model", {"mixed-script"}),
        ("\uff45\uff58\uff45\uff43('x')", "exec('x')", set[str]()),
        ("\uff4d\uff59\uff3f\uff58 = 1", "my_x = 1", set[str]()),
        ("git\u200bhub", "github", {"invisible"}),
        ("a = '\u202eb'", "a = 'b'", {"bidirectional"}),
        ("лицо", "лицо", set[str]()),
        ("\u0394t + \u03c3x", "\u0394t + \u03c3x", set[str]()),
        ("\u03c1_air, \u03b2_max", "\u03c1_air, \u03b2_max", set[str]()),
        ("f\u03b1ce", "face", {"mixed-script"}),
        ("naïve café", "naïve café", set[str]()),
    ],
)
def test_text_is_read_as_a_person_reads_it(text: str, read: str, ways: set[str]):
    assert plain(text) == (read, frozenset(ways))


@given(st.text())
def test_lines_are_kept(text: str):
    assert plain(text)[0].count("\n") == text.count("\n")
