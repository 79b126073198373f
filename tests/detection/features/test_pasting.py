import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind

EXCHANGED = """
one = first[10:90, 20:80]
other = second[30:110, 40:100]
first[10:90, 20:80] = cv2.resize(other, (60, 80))
second[30:110, 40:100] = one
"""
BY_PILLOW = """
one = first.crop((10, 20, 90, 80))
other = second.crop((30, 40, 110, 100))
first.paste(other.resize(one.size), (10, 20))
second.paste(one, (30, 40))
"""


WITHIN_A_FRAME = """
one = frame[10:90, 20:80]
other = frame[30:110, 40:100]
fitting = cv2.resize(other, (60, 80))
fitted = cv2.resize(one, (60, 80))
one[:] = fitting
other[:] = fitted
"""


def pasted(source: str) -> list[str]:
    found = [one.value for one in extract(source) if one.kind is Kind.BLEND]
    return sorted(set(found))


@pytest.mark.parametrize("source", [EXCHANGED, BY_PILLOW])
def test_pieces_of_two_pictures_that_change_places_are_noted(source: str) -> None:
    assert pasted(source) == ["crop-pasted", "crop-taken", "crops-exchanged"]


def test_two_pieces_of_one_picture_that_change_places_are_noted() -> None:
    assert pasted(WITHIN_A_FRAME) == ["crop-taken", "crops-exchanged"]
    by_place = "a = f[0:9, 0:9].copy()\nf[0:9, 0:9] = f[9:18, 0:9]\nf[9:18, 0:9] = a"
    assert pasted(by_place) == ["crop-taken", "crops-exchanged"]


def test_a_piece_that_is_set_into_one_picture_only_is_no_exchange() -> None:
    assert pasted("photo[0:9, 0:9] = logo[0:9, 0:9]") == ["crop-pasted"]


def test_what_moves_within_one_picture_is_retouching() -> None:
    assert pasted("ball = img[280:340, 330:390]\nimg[273:333, 100:160] = ball") == ["crop-taken"]


def test_a_blurred_piece_is_none() -> None:
    source = "face = img[t:b, l:r]\nimg[t:b, l:r] = cv2.GaussianBlur(face, (99, 99), 30)"
    assert pasted(source) == ["crop-taken"]


def test_a_piece_from_another_cell_is_set_in() -> None:
    assert pasted("photo[30:230, 450:600] = fitting") == ["crop-set"]


@pytest.mark.parametrize(
    "source",
    [
        "batch[i, :, :] = face",
        "table[:, :] = values",
        "row = table[3]",
        "rows[:] = sorted(rows)",
        "x[a:b] = y[c:d]",
        "sheet.paste(text)",
    ],
)
def test_tables_and_batches_are_no_pictures(source: str) -> None:
    assert not {"crop-taken", "crop-pasted", "crops-exchanged"} & set(pasted(source))


def test_a_name_that_is_given_something_else_holds_no_piece_any_more() -> None:
    assert "crop-pasted" not in pasted("a = x[0:9, 0:9]\na = load()\ny[0:9, 0:9] = a")


@given(st.lists(st.sampled_from(["a=b[0:1,0:1]\n", "b[0:1,0:1]=a\n", "b.paste(a)\n", "a=a[", ")"])))
def test_any_order_of_pieces_is_read(lines: list[str]) -> None:
    assert set(pasted("".join(lines))) <= {
        "crop-taken",
        "crop-set",
        "crop-pasted",
        "crops-exchanged",
    }
