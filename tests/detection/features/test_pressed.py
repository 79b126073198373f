"""What is given by pressing something in a page, and what a collector presses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def seen(source: str, kind: Kind) -> set[str]:
    return {one.value for one in extract(source) if one.kind is kind}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("d.find('//button[text()=\"Follow\"]').click()", "follow"),
        ("button_like = d.find('//section/button')\nbutton_like.click()", "like"),
        ("like = d.find('//section/button').click()", "like"),
        ("press = lambda: d.find('//span[@aria-label=\"Like\"]').click()", "like"),
        ("b = d.find('button[aria-label=\"Upvote\"]')\nb.click()", "vote"),
        (
            "found = d.find_all('//*[@aria-label=\"いいね\"]')\nfor b in found:\n    b.click()",
            "like",
        ),
        (
            "b = wait.until(\n    EC.clickable((By.XPATH, '//a[.=\"Seguir\"]')))\nb.click()",
            "follow",
        ),
        ("likes = d.find_all('[data-testid=\"like\"]')\nlikes[3].click()", "like"),
        ("d.execute_script('arguments[0].click();', follow_button)", "follow"),
        ("page.click('text=Subscribe')", "follow"),
        ("ActionChains(d).move_to_element(like).click().perform()", "like"),
        ("self.comment_box.click()", "comment"),
        ("followButton = d.find('//button')\nfollowButton.click()", "follow"),
        ("if b.text == 'Follow':\n    b.click()", "follow"),
        ("thumbs_up = d.find('//i[1]')\nthumbs_up.click()", "like"),
    ],
)
def test_what_is_pressed_is_told_by_its_words(source: str, value: str) -> None:
    assert value in seen(source, Kind.PRESSED)


@pytest.mark.parametrize(
    "source",
    [
        "like = soup.select('a > span')[0].text\nright = d.find('div.right')\nright.click()",
        "d.find_by_text('followers').click()",
        "likes_link.click()",
        "d.find('//div/following-sibling::a').click()",
        "d.find('button.Unfollow').click()",
        "follow_link.click()",
        "pool.submit(vote, 1)",
        "d.find('//button').submit()",
        "np.zeros_like(x)",
    ],
)
def test_names_beside_a_press_tell_nothing(source: str) -> None:
    assert seen(source, Kind.PRESSED) == set()


def test_who_keeps_names_while_following_still_follows() -> None:
    press = "    b = d.find('//button[text()=\"Follow\"]')\n    b.click()"
    keep = "    names.append(d.find('//h2').text)\n"
    assert "vote" in seen(f"for i in range(99):\n{keep}{press}", Kind.REPEATED)
    assert "vote" not in seen(f"for i in range(99):\n{keep}    d.find('a').click()", Kind.REPEATED)


def test_the_function_says_what_it_presses_unless_it_reads() -> None:
    source = (
        "def {}(photos):\n    for p in photos:\n        d.get(p)\n        d.find('button').click()"
    )
    assert "vote" in seen(source.format("like_photos"), Kind.REPEATED)
    for name in ("get_like_count", "follow_links", "open_all", "scrape_vote"):
        assert "vote" not in seen(source.format(name), Kind.REPEATED)


def test_a_method_that_presses_is_called_in_the_loop() -> None:
    source = (
        "class B:\n    def act(self, p):\n        d.get(p)\n        like = d.find('x')\n"
        "        like.click()\nfor p in posts:\n    bot.act(p)"
    )
    assert "vote" in seen(source, Kind.REPEATED)


@given(st.text(alphabet="like= for in b:.click()\n'\"[0],", max_size=120))
def test_any_press_can_be_read(text: str) -> None:
    seen(f"b = d.find('x')\n{text}\nb.click()", Kind.PRESSED)


@pytest.mark.parametrize(
    "source",
    [
        "def press(d, it):\n    d.execute_script('arguments[0].click();', it)\n"
        "for post in posts:\n    like = post.find('b')\n"
        "    texts.append(post.text)\n    press(d, like)",
        "def press(it):\n    it.click()\n"
        "for post in posts:\n"
        "    texts.append(post.text)\n    press(post.find('[aria-label=Like]'))",
        "def press(path):\n    d.find(path).click()\n"
        "def heart():\n    press('//*[@aria-label=\"Like\"]')\n"
        "for i in range(90):\n    heart()\n    press('//*[@aria-label=\"Next\"]')",
    ],
)
def test_a_function_may_press_what_it_is_given(source: str) -> None:
    assert "vote" in seen(source, Kind.REPEATED)
    assert "vote" not in seen(source.replace("ike", "ink"), Kind.REPEATED)


def test_whoever_is_invited_is_asked_by_name_too() -> None:
    asks = "for connect in buttons:\n    connect.click()\n    name = d.find('strong').text\n"
    assert "press" in seen(asks, Kind.REPEATED)
    assert "press" not in seen(asks.replace("connect", "more"), Kind.REPEATED)


def test_a_comment_is_given_where_it_is_written_and_sent() -> None:
    box = "for i in range(50):\n    comment_box = d.find('textarea')\n    comment_box.click()\n"
    reads = "    word = requests.get(words).json()\n"
    sends = "    comment_box.send_keys(word)\n    comment_box.send_keys(Keys.ENTER)\n"
    assert "vote" in seen(box + reads + sends, Kind.REPEATED)
    assert "vote" not in seen(box + "    rows.append(d.page_source)", Kind.REPEATED)


@pytest.mark.parametrize(
    ("said", "is_given"),
    [
        ("connection sent", True),
        ("sent an invitation", True),
        ("photo liked!", True),
        ("liked by 20", False),
        ("request failed", False),
    ],
)
def test_what_a_program_says_that_it_has_given_is_given(said: str, is_given: bool) -> None:
    source = (
        "while waiting:\n    d.get(waiting.pop())\n    waiting += links(d.page_source)\n"
        f"    d.find('button')[5].click()\n    print('{said}')"
    )
    found = seen(source, Kind.REPEATED)
    assert bool(found & {"vote"} or "press" in found) is is_given


def test_an_answer_is_given_where_it_is_written_and_registered() -> None:
    source = (
        "def answer():\n    keys.send_keys('v').send_keys(Keys.ENTER).perform()\n"
        "    d.find('answerRegisterButton').click()\n"
        "for i in range(n):\n    answer()"
    )
    assert "vote" in seen(source, Kind.REPEATED)


def test_a_button_may_be_submitted_or_known_by_its_picture() -> None:
    found = "b = d.find_element('xpath', '//input[@value=\"Follow\"]')"
    assert "vote" in seen(
        f"for one in some:\n    d.get(one)\n    {found}\n    b.submit()", Kind.REPEATED
    )
    shown = "if pyautogui.locateOnScreen('{}.png'):\n        pyautogui.press('l')"
    assert "vote" in seen("for i in range(99):\n    " + shown.format("like_button"), Kind.REPEATED)
    assert "vote" not in seen(
        "for i in range(99):\n    " + shown.format("save_button"), Kind.REPEATED
    )


def test_work_that_is_handed_to_others_is_no_button() -> None:
    assert "vote" not in seen("for one in some:\n    pool.submit(follow_link, one)", Kind.REPEATED)
