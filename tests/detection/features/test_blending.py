import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def blends(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.BLEND}


@pytest.mark.parametrize(
    "source",
    [
        "out = mask * a + (1 - mask) * b",
        "m = cv2.GaussianBlur(x, (5, 5), 0)\nout = m * a + (1.0 - m) * b",
        "k = cv2.GaussianBlur(x, (5, 5), 0)[..., None] / 255\nout = a * k + b * (1 - k)",
        "k = cv2.erode(x, e).astype(float)\nout = a * k + b * (1 - k)",
        "out = Image.composite(a, b, c)",
    ],
)
def test_a_blend_by_a_mask_is_known_by_its_name_or_by_how_it_was_made(source: str):
    assert "alpha-mask" in blends(source)


@pytest.mark.parametrize(
    "source",
    [
        "import cv2\nout = cv2.warpAffine(a, m, s, flags=cv2.WARP_INVERSE_MAP)",
        "import cv2\nback = cv2.invertAffineTransform(m)\nout = cv2.warpAffine(a, back, s)",
    ],
)
def test_a_warp_back_is_known(source: str):
    assert "inverse-warp" in blends(source)


@pytest.mark.parametrize(
    "source",
    [
        "x = t * a + (1 - t) * b",
        "t = f(x)[0] / 9\nx = t * a + (1 - t) * b",
        "x = cv2.warpAffine(a, m, s)",
    ],
)
def test_mixing_and_warping_are_neither(source: str):
    assert not blends(source)
