"""What is one's own to try, and what is not."""

import pytest

from colonnade.detection.features.own_places import OWN, is_own
from colonnade.detection.normalise.fold import Folder, Namespace
from colonnade.detection.normalise.fold.statements import parse


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost:80",
        "192.168.0.7",
        "10.1.2.3",
        "172.20.0.4",
        "https://staging.shop.example/x",
        "https://api.shop-dev.example",
        "http://web:8000/x",
        "printer.local",
    ],
)
def test_a_place_of_ones_own_is_known(text: str):
    assert OWN.search(text)


@pytest.mark.parametrize(
    "text", ["https://shop.example", "203.0.113.7", "110.1.2.3", "172.15.0.1", "open('test.csv')"]
)
def test_a_strangers_place_is_none(text: str):
    assert not OWN.search(text)


def test_a_name_is_asked_for_what_it_stands_for():
    folder = Folder(Namespace({"mine": "http://localhost:8000", "theirs": "https://shop.example"}))
    assert is_own(folder, parse("mine + '/x'"))
    assert not is_own(folder, parse("theirs + '/x'"))
