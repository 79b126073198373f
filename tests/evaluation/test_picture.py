from xml.etree import ElementTree

from colonnade.evaluation.calibration import calibrate, scores_of
from colonnade.evaluation.judging import Judged
from colonnade.evaluation.picture import draw

SVG = "{http://www.w3.org/2000/svg}"


def test_each_score_is_drawn_with_its_curve_and_its_lines(judged: list[Judged]):
    one = calibrate(scores_of(judged))
    root = ElementTree.fromstring(draw({"rules": one, "<model>": one}))
    words = [element.text or "" for element in root.iter(f"{SVG}text")]
    assert any("<model>" in text for text in words)
    assert words.count("recall") == 2
    assert len(list(root.iter(f"{SVG}polyline"))) == 6


def test_nothing_measured_still_makes_a_picture():
    ElementTree.fromstring(draw({"rules": calibrate([])}))
