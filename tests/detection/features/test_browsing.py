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


def test_a_button_is_told_by_its_own_words():
    more = "    d.find('//button[.=\"{}\"]').click()  # or send a comment, as people do\n"
    assert "press" in repeated("while n < 50:\n" + more.format("Send"))
    assert "press" not in repeated("while n < 50:\n" + more.format("More comments"))


def test_the_same_words_on_every_page_are_no_search():
    page = (
        "    d.get(p)\n    b = d.find('x')\n    b.send_keys({})\n    b.click()\n    print(b.id)\n"
    )
    keep = "    rows.append(b.text)"
    assert "written" in repeated("for p in pages:\n" + page.format("'Nice!'") + keep)
    assert "written" not in repeated("for p in pages:\n" + page.format("p") + keep)


ASKED = [
    "for u in found:\n    s.get(f'{there}/like/{u}')",
    "for u in found:\n    s.get('https://a.example/like/{}?x=y'.format(u))",
    "for u in found:\n    r = requests.post(f'{there}/p/{u}/upvote', json=x)\n    print(r.text)",
    "for u in found:\n    page = there + '/follow/' + u\n    requests.put(page)",
    "for u in found:\n    api.post_like(media_id=u)",
    "for u in found:\n    api.friendships_create(u)",
]


@pytest.mark.parametrize("source", ASKED)
def test_an_interface_is_told_to_like_everybody(source: str):
    assert "vote" in repeated(source)


@pytest.mark.parametrize(
    "source",
    [
        "for u in found:\n    rows.append(s.get(f'{there}/{u}/like').json())",
        "for u in found:\n    s.post(f'{there}/likes', json=u)",
        "for u in found:\n    requests.post('http://localhost:5000/vote', json=u)",
        "there = 'http://127.0.0.1:5000'\nfor u in found:\n    requests.post(f'{there}/vote/{u}')",
        "for u in found:\n    requests.post('https://staging.shop.example/vote', json=u)",
        "for u in found:\n    np.zeros_like(u)\n    query.filter(name.like(u))",
    ],
)
def test_reading_likes_or_trying_what_is_ones_own_gives_none(source: str):
    assert "vote" not in repeated(source)


@pytest.mark.parametrize("word", ["Like", "Follow", "Upvote", "subscribe"])
def test_a_button_says_what_it_gives(word: str):
    source = f"while True:\n    d.find('//button[@aria-label=\"{word}\"]').click()"
    assert "vote" in repeated(source)


def test_a_page_is_typed_into_without_end():
    shout = "while True:\n    await p.type('.chat', {})\n    await p.keyboard.press('Enter')"
    assert "typed" in repeated(shout.format("choice(words)"))
    assert "typed" not in repeated("for w in words:\n    p.fill('#q', w)\n    p.press('Enter')")
    assert "typed" not in repeated(shout.format("'x'") + "\n    rows.append(await p.content())")


def test_work_that_is_submitted_presses_no_button():
    assert repeated("for u in pages:\n    pool.submit(work, u)\n    d.get(u)") == set()


def test_paths_are_followed_by_robots_too():
    assert repeated("while True:\n    robot.follow_line()\n    robot.follow()") == set()


def test_a_key_for_a_game_is_no_text():
    assert repeated("while True:\n    pyautogui.press('space')") == set()


def test_a_line_that_is_broken_sends_nothing():
    lines = "for line in text.split('\\n'):\n    box.send_keys(line)\n    box.send_keys({})"
    assert repeated(lines.format("Keys.SHIFT, Keys.ENTER")) == set()
    assert repeated(lines.format("Keys.SHIFT + Keys.RETURN")) == set()
    assert "written" in repeated(lines.format("Keys.ENTER"))


def test_who_copies_from_a_window_answers_what_stands_there():
    type_it = "while True:\n    {}\n    pyautogui.typewrite('hello')\n    pyautogui.press('enter')"
    assert "typed" in repeated(type_it.format("time.sleep(1)"))
    assert "typed" not in repeated(type_it.format("pyautogui.hotkey('ctrl', 'c')"))
    assert "typed" not in repeated(type_it.format("said = pyperclip.paste()"))


def test_how_many_there_are_is_no_answer():
    write = "    d.find('to').send_keys(them[i])\n    d.find('send').click()"
    assert "written" in repeated(f"for i in range(len(them)):\n{write}")
    assert "written" in repeated(f"while i < len(them):\n{write}\n    i += 1")
    assert "written" not in repeated(f"while i < n:\n{write}\n    i = len(d.find('rows'))")


@pytest.mark.parametrize("call", ["person.like()", "me.dislike1()", "v.superlike()"])
def test_whoever_is_told_to_like_likes(call: str):
    assert "vote" in repeated(f"for one in range(50):\n    {call}")
    assert "vote" not in repeated(f"for one in range(50):\n    rows.append({call})")


def test_people_of_ones_own_making_may_like():
    source = "class P:\n    def like(self, x):\n        self.x = x\nfor p in people:\n    p.like(x)"
    assert "vote" not in repeated(source)


def test_a_function_of_ones_own_tells_an_interface_to_like():
    source = "def pick(u):\n    api_post(f'{there}/like/{u}', token)\nfor u in found:\n    pick(u)"
    assert "vote" in repeated(source)
    assert "vote" in repeated(source.replace("f'{there}/like/{u}'", "there + '/like/' + u"))
    assert "vote" not in repeated(source.replace("f'{there}", "f'"))
    assert "vote" not in repeated(source.replace("f'{there}", "f'weights"))
    assert "vote" not in repeated("for u in found:\n    rows.append(get_json(f'{there}/like/{u}'))")


def test_a_browser_is_opened_behind_a_borrowed_address():
    visit = "while True:\n    b = p.chromium.launch({})\n    t = b.new_page()\n    t.goto(page)\n"
    assert "visit" in repeated(visit.format("proxy={'server': choice(servers)}"))
    assert "visit" not in repeated(visit.format("headless=True"))
    assert "visit" not in repeated(
        visit.format("proxy={'server': s}") + "    rows.append(t.content())"
    )


def test_who_presses_without_end_collects_nothing():
    presses = "while True:\n    try:\n        d.find_element('x', '//button[4]').click()\n"
    assert "press" in repeated(presses + "    except Exception:\n        time.sleep(1)")
    assert "press" not in repeated(presses + "    except Exception:\n        break")


def test_the_same_page_opens_in_somebodys_own_browser():
    opens = "import webbrowser as web\n{}:\n    for u in pages:\n        web.open(u)\n    {}"
    assert "visit" in repeated(opens.format("for i in range(10000)", "time.sleep(2)"))
    assert "visit" not in repeated(opens.format("for i in range(3)", "time.sleep(2)"))
    assert "visit" not in repeated(opens.format("while n < 3", "time.sleep(2 * 60 * 60)"))
    assert "visit" not in repeated(opens.format("while n < 3", "time.sleep(pause)"))
    asked = "import webbrowser\nwhile True:\n    said = listen()\n    if 'news' in said:\n"
    assert "visit" not in repeated(asked + "        webbrowser.open('news.example')")


def test_whether_there_is_something_is_no_answer():
    writes = "for n in numbers:\n    if len(d.find_elements('x', '//i')) == 0:\n        continue\n"
    writes += "    box.send_keys(n)\n    go.click()"
    assert "written" in repeated(writes)


def test_a_key_says_yes_to_whoever_is_shown():
    swipes = "while True:\n    body = d.find('body')\n    body.send_keys(Keys.{})\n    n += 1"
    assert "press" in repeated(swipes.format("ARROW_RIGHT"))
    assert "press" in repeated(swipes.format("NUMPAD1"))
    assert "press" not in repeated(swipes.format("PAGE_DOWN"))
    looks = swipes.format("ARROW_RIGHT") + "\n    rows.append(d.find('h1').text)"
    assert "press" not in repeated(looks)


def test_a_method_that_likes_does_so_however_it_is_asked_for():
    asks = (
        "for photo in photos:\n"
        "    r = requests.get('https://api.vk.com/method/{{}}'.format('{}'), params=photo).json()\n"
        "    print(r)"
    )
    assert "vote" in repeated(asks.format("likes.add"))
    assert "vote" not in repeated(asks.format("likes.getList"))


def test_a_browser_that_is_made_anew_by_any_library_is_another():
    source = (
        "def make(proxy):\n    return uc.Chrome(options=through(proxy))\n"
        "while waiting:\n    d = make(waiting.pop())\n    d.get(video)\n"
        "    time.sleep(60)\n    d.quit()"
    )
    assert "visit" in repeated(source)
    assert "visit" not in repeated(source + "\n    rows.append(d.page_source)")


def test_who_is_mentioned_may_thank_with_a_like():
    source = "for one in api.mentions_timeline():\n    api.create_favorite(one.id)"
    assert "vote" not in repeated(source)
    assert "vote" in repeated(source.replace("mentions_timeline", "home_timeline"))


def test_who_goes_on_from_field_to_field_enters_data():
    source = (
        "for row in table.values:\n    pyautogui.write(row[0])\n    pyautogui.press('{}')\n"
        "    pyautogui.write(row[1])\n    pyautogui.press('enter')"
    )
    assert "typed" in repeated(source.format("space"))
    assert "typed" not in repeated(source.format("tab"))
    windows = source.format("space") + "\n    pyautogui.hotkey('alt', 'tab')"
    assert "typed" in repeated(windows)


def test_the_same_text_is_typed_into_a_page_so_often():
    turn = "for i in range({}):\n    d.find('box').send_keys({}, Keys.ENTER)\n    sleep(1)"
    assert "typed" in repeated(turn.format("n", "text"))
    assert "typed" not in repeated(turn.format("3", "text"))
    assert "typed" not in repeated(turn.format("n", "rows[i]"))
    assert "typed" not in repeated("for i in range(n):\n    body.send_keys(Keys.END)")


def test_who_fills_in_a_form_types_something_else_each_time():
    turn = "for i in range(n):\n    a.send_keys({})\n    b.send_keys('no')\n    b.submit()"
    assert "typed" in repeated(turn.format("'yes'"))
    assert "typed" not in repeated(turn.format("table.name[i]"))


def test_who_waits_for_something_types_it_once():
    turn = "while True:\n    if not d.find_elements('side'):\n        sleep(1)\n    else:\n        "
    assert "typed" not in repeated(
        turn + "box.send_keys(text)\n        box.submit()\n        break"
    )


@pytest.mark.parametrize("key", ["'enter'", "enterKey", "ENTER", "key_enter", "return_key"])
def test_the_key_that_sends_may_have_a_name(key: str):
    turn = f"for i in range(n):\n    pyautogui.write(text)\n    pyautogui.press({key})"
    assert "typed" in repeated(turn)
    assert "typed" not in repeated(turn.replace(key, "other"))


def test_who_goes_somewhere_on_time_goes_there_once():
    turn = "d = webdriver.Chrome()\n    d.get(one['link'])\n    d.find('x').click()\n    d.quit()"
    assert "visit" in repeated(f"for one in table:\n    {turn}")
    assert "visit" not in repeated(f"for one in table:\n    wait(datetime.now())\n    {turn}")


def test_who_takes_back_what_was_given_gives_nothing():
    turn = "for one in mine:\n    d.get(one)\n    d.find('xpath', '//button[.=\"{}\"]').click()"
    assert "press" in repeated(turn.format("Connect"))
    both = turn.format("Connect") + "\n    d.find('xpath', '//button[.=\"Remove\"]').click()"
    assert "press" in repeated(both)
    for taken_back in ("Unfollow", "Remove", "Takibi bırak", "Отписаться"):
        assert "press" not in repeated(turn.format(taken_back))


def test_rows_of_a_table_are_entered_each_field_with_something_else():
    turn = "for name, price in zip(names, prices):\n    d.get(form)\n    boxes[0].send_keys(name)\n"
    send = "    d.find('go').click()"
    assert "entered" in repeated(f"{turn}    boxes[1].send_keys(price)\n{send}")
    assert "entered" not in repeated(f"{turn}    boxes[1].send_keys('yes')\n{send}")
    assert "entered" not in repeated(f"{turn}    boxes[1].send_keys(random.choice(xs))\n{send}")
    assert "entered" not in repeated(f"{turn}{send}")
