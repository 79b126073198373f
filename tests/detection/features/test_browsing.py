"""What a loop presses and writes as if somebody did, and what only collects."""

import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def repeated(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.REPEATED}


def test_one_page_after_another_where_something_is_pressed():
    assert "press" in repeated("for p in pages:\n    d.get(p)\n    d.find('b').click()")


def test_more_is_asked_for_on_the_same_page():
    assert repeated("for i in range(9):\n    d.find('more').click()\n    sleep(1)") == {"click"}


def test_the_same_words_on_every_page_are_no_search():
    page = (
        "    d.get(p)\n    b = d.find('x')\n    b.send_keys({})\n    b.click()\n    print(b.id)\n"
    )
    keep = "    rows.append(b.text)"
    assert "written" in repeated("for p in pages:\n" + page.format("'Nice!'") + keep)
    assert "written" not in repeated("for p in pages:\n" + page.format("p") + keep)


@pytest.mark.parametrize("word", ["Like", "Follow", "Upvote", "subscribe"])
def test_a_button_says_what_it_gives(word: str):
    source = f"while True:\n    d.find('//button[@aria-label=\"{word}\"]').click()"
    assert "vote" in repeated(source)


def test_paths_are_followed_by_robots_too():
    assert repeated("while True:\n    robot.follow_line()\n    robot.follow()") == set()


def test_a_key_for_a_game_is_no_text():
    assert repeated("while True:\n    pyautogui.press('space')") == set()
