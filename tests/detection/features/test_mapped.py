"""A function that is mapped over many things does in each round what a loop would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind

TRIES = "def tries(word):\n    r = requests.post(page, data={'user': 'a', 'password': word})\n"
ASKS = "def asks(n):\n    requests.get(page)\n"


def seen(source: str) -> set[tuple[Kind, str]]:
    kinds = {Kind.GUESS, Kind.REPEATED}
    return {(one.kind, one.value) for one in extract(source) if one.kind in kinds}


@pytest.mark.parametrize(
    "mapping",
    [
        "pool.map(tries, words)",
        "for r in executor.map(tries, words):\n    print(r)",
        "list(pool.imap_unordered(tries, words))",
        "done = [executor.submit(tries, word) for word in words]",
        "await asyncio.gather(*(tries(word) for word in words))",
    ],
)
def test_what_is_mapped_is_read_as_a_loop(mapping: str) -> None:
    assert (Kind.GUESS, "login") in seen(TRIES + mapping)


def test_the_same_request_that_is_mapped_over_a_range_is_repeated() -> None:
    assert (Kind.REPEATED, "request") in seen(ASKS + "pool.map(asks, range(5000))")
    assert seen(ASKS + "pool.map(asks, range(3))") == set()
    posts = "Pool(40).map(lambda _: requests.post(page, data=fill()), range(100000))"
    assert (Kind.REPEATED, "request") in seen(posts)
    assert seen("Pool(4).map(lambda u: requests.get(u).text, addresses)") == set()


@pytest.mark.parametrize(
    "mapping",
    ["rows.map(str.strip)", "pool.map(elsewhere, words)", "map(lambda w: w.upper(), words)"],
)
def test_what_only_computes_is_passed_over(mapping: str) -> None:
    assert seen(TRIES + mapping) == set()


@pytest.mark.parametrize(
    "loop",
    [
        "for t in tokens:\n    join(t)",
        "for t in tokens:\n    Thread(target=join, args=(t,)).start()",
        "for t in tokens:\n    pool.submit(join, t)",
        "bot = Bot()\nfor t in tokens:\n    bot.join_all(t)",
    ],
)
def test_a_function_stands_for_the_body_of_the_loop_that_calls_it(loop: str) -> None:
    joins = "def join(t):\n    return requests.post(page, headers={'x': t})\n"
    method = (
        "class Bot:\n    def join_all(self, t):\n        requests.post(page, headers={'x': t})\n"
    )
    assert (Kind.REPEATED, "names") in seen(joins + method + loop)


def test_what_the_function_is_given_differs_where_the_argument_does() -> None:
    asks = "def asks(page, t):\n    requests.post(page, headers={'x': t})\n"
    assert (Kind.REPEATED, "names") in seen(asks + "for t in tokens:\n    asks(one, t)")
    assert (Kind.REPEATED, "names") not in seen(asks + "for t in tokens:\n    asks(t, t)")


@given(st.text(alphabet="def f(x):\n returnpool.map(f, [1])*", max_size=80))
def test_any_mapping_can_be_read(text: str) -> None:
    seen(f"def f(x):\n    return x\n{text}")
