"""What a program does to pass for a person: pauses as chance says, and texts that chance picks."""

import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def repeated(source: str) -> set[str]:
    found = {one.value for one in extract(source) if one.kind is Kind.REPEATED}
    return found & {"paced", "canned"}


@pytest.mark.parametrize(
    "pause",
    [
        "time.sleep(random.uniform(2, 5))",
        "sleep(randint(1, 9))",
        "await asyncio.sleep(3 + random.random())",
        "time.sleep(int(np.random.normal(5, 1)))",
        "page.wait_for_timeout(1000 * random.randint(1, 3))",
        "delay = random.randint(3, 9)\n    time.sleep(delay)",
        "pause_like_people()",
    ],
)
def test_pauses_by_chance_between_messages_are_told(pause: str):
    own = "def pause_like_people():\n    sleep(uniform(2, 5))\n"
    assert repeated(f"{own}for who in people:\n    bot.send_message(who, text)\n    {pause}") == {
        "paced"
    }
    assert not repeated(f"{own}for who in people:\n    bot.send_message(who, text)\n    sleep(3)")


@pytest.mark.parametrize(
    "given",
    [
        "d.find_element('id', 'follow').click()",
        "field.send_keys(text)\n    field.submit()",
        "d = webdriver.Chrome(options=incognito())\n    d.get(there)\n    d.find('x').click()",
        "api.create_friendship(one)",
    ],
)
def test_whatever_is_given_so_counts_and_what_is_read_does_not(given: str):
    turn = f"for one in some:\n    {given}\n    time.sleep(random.uniform(2, 5))"
    assert repeated(turn) == {"paced"}
    assert not repeated(f"{turn}\n    rows.append(d.find('y').text)")
    assert repeated(f"{turn}\n    if d.find('y').text == 'Sent': n += 1") == {"paced"}


def test_pages_that_scroll_and_open_are_read_later():
    turn = (
        "while n < 60:\n    body.send_keys({})\n    d.find('x').click()\n    sleep(random.random())"
    )
    assert not repeated(turn.format("Keys.END"))
    assert repeated(turn.format("words")) == {"paced"}


def test_functions_are_followed_that_other_functions_call():
    functions = (
        "def pause():\n    sleep(uniform(1, 2))\n"
        "def press(what):\n    d.find('Like').click()\n    pause()\n"
        "def visit(one):\n    d.get(one)\n    press('Like')\n"
    )
    assert repeated(f"{functions}for one in some:\n    visit(one)") == {"paced"}


def test_what_only_gives_the_list_is_read_before_the_rounds():
    gives = "def found(tag):\n    return [a.get_attribute('href') for a in d.find_elements('a')]\n"
    turn = (
        "for a in found('x'):\n    d.get(a)\n    d.find('Like').click()\n    sleep(uniform(1, 2))"
    )
    assert repeated(gives + turn) == {"paced"}
    assert not repeated(gives + turn.replace("d.get(a)", "rows += found(a)"))


@pytest.mark.parametrize(
    "said",
    [
        "box.send_keys(random.choice(texts))",
        "text = random.choice(texts)\n    pyautogui.typewrite(text)",
        "page.fill('textarea', texts[random.randint(0, 9)])",
        "bot.send_message(chat=there, text=some_text())",
        "comment(random.choice(texts) + '!')",
        "requests.post(there, json={'content': random.choice(texts)})",
    ],
)
def test_a_text_that_chance_picks_is_told_wherever_it_is_said(said: str):
    own = (
        "def some_text():\n    return random.choice(texts)\n"
        "def comment(what):\n    d.find('box').send_keys(what)\n"
    )
    assert repeated(f"{own}for i in range(99):\n    {said}") == {"canned"}


def test_who_spoke_first_may_be_answered_by_chance():
    say = "bot.send_message(one.chat.id, random.choice(greetings))"
    assert not repeated(f"for one in bot.get_updates():\n    {say}")
    assert not repeated(f"while True:\n    said = input()\n    {say}")
    assert repeated(f"for one in everybody:\n    {say}") == {"canned"}


def test_a_page_of_ones_own_may_be_tried_so():
    turn = "for i in range(99):\n    page.goto({})\n    page.fill('#name', random.choice(names))"
    assert not repeated(turn.format("'http://localhost:8000'"))
    assert not repeated("there = 'http://127.0.0.1/x'\n" + turn.format("there"))
    assert repeated(turn.format("'https://quiz.example'")) == {"canned"}


def test_numbers_and_readings_by_chance_say_nothing():
    assert not repeated("for i in range(9):\n    s.post(there, json={'value': random.choice(xs)})")
    assert not repeated("for i in range(9):\n    rows.append(random.choice(texts))")
    assert not repeated("for i in range(9):\n    f.write(random.choice(texts))")
