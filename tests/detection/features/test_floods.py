"""What commands are told that only floods are, and what trials and downloads are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.floods import read_flooding


def told(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.FLOOD}


@pytest.mark.parametrize(
    "command",
    [
        "python3 start.py GET https://school.example.org 5 1000 proxy.txt 100 3600",
        "./l4 udp 203.0.113.7:80 400 600",
        "python x.py 203.0.113.7 80 500 60",
        "node tls.js https://shop.example.org 64 300 POST",
        "perl go.pl 203.0.113.7 443 1024 0",
    ],
)
def test_a_script_is_told_where_to_how_and_how_much(command: str) -> None:
    assert told(f"!{command}") == {"told"}


@pytest.mark.parametrize(
    "command",
    [
        "python fetch.py https://data.example.org/rain 1 400",
        "python client.py GET https://api.example.org/items 1 10",
        "python server.py 0.0.0.0 8000 4 100",
        "python client.py GET https://api.example.org/items 1 100",
        "python load.py get model.ckpt 100 500",
        "python train.py 192.168.1.4 29500 100 32",
        "python load.py GET http://localhost:8000 50 1000",
        "python train.py config.yaml 100 200 300",
        "python plot.py 10.5 200 300",
        "python resize.py photo.png 640 480",
        "curl -X GET https://api.example.org/items 100 200",
    ],
)
def test_numbers_beside_an_address_are_no_flood(command: str) -> None:
    assert not told(f"!{command}")


@pytest.mark.parametrize(
    "command",
    [
        "locust -f a.py --headless -u 20000 -r 500",
        "k6 run --vus=5000 a.js",
        "wrk -t 12 -c4000 -d 600s https://shop.example.org",
        "ab -n 100000 -c 1000 https://shop.example.org/",
    ],
)
def test_thousands_at_once_are_a_crowd(command: str) -> None:
    assert told(f"!{command}") == {"crowd"}


def test_a_few_users_try_a_page() -> None:
    assert not told("!locust -f a.py --headless -u 50 -r 5\n!ab -n 1000 -c 10 https://example.org/")


@given(st.lists(st.text(max_size=30), max_size=12), st.sampled_from(["locust", "x.py", "ab"]))
def test_whatever_a_command_is_told_is_read(words: list[str], program: str) -> None:
    collector = Collector()
    read_flooding(collector, program, tuple(words), True, 1, 1)
    assert {one.value for one in collector.features()} <= {"told", "crowd"}
