"""Messages to people who did not ask: in turn, to whoever comes up, or advertising."""

import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def repeated(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.REPEATED}


@pytest.mark.parametrize("name", ["members", "phone_numbers", "followers", "profiles", "numeros"])
def test_people_in_turn_are_told_by_what_they_are_called(name: str):
    assert "messages" in repeated(f"for one in {name}:\n    client.send_message(one, text)")


@pytest.mark.parametrize(
    "opened",
    [
        "d.get(f'https://chat.example/send?phone={n}&text={offer}')",
        "there = 'https://wa.me/' + n + '?text=' + offer\n    webbrowser.open(there)",
        "p.goto('sms:%s?body=%s' % (n, offer))",
    ],
)
def test_a_page_may_open_with_the_message_in_it(opened: str):
    assert "addressed" in repeated(f"for n in numbers:\n    {opened}\n    press('enter')")
    assert "addressed" in repeated(f"for n in numbers:\n    {opened}\n    d.find('x').click()")
    assert repeated(f"for n in numbers:\n    {opened}\n    time.sleep(9)") == set()
    assert repeated(f"for n in numbers:\n    press('enter')\n{opened}") == set()


def test_who_is_asked_for_each_number_writes_to_people_they_know():
    tell = (
        "def tell(to, words):\n    d.get(f'https://chat.example/send?phone={to}&text={words}')\n"
        "    press('enter')\n"
    )
    assert "addressed" in repeated(tell + "for to in numbers:\n    tell(to, offer)")
    asked = "while True:\n    to = input('Who? ')\n    words = input('What? ')\n    tell(to, words)"
    assert repeated(tell + asked) == set()


def test_whoever_comes_up_is_answered_whatever_they_said():
    answer = "for one in {}:\n    api.update_status('@' + one.user + {}, one.id)"
    assert "answered" in repeated(answer.format("found", "' buy this'"))
    assert "answered" not in repeated(answer.format("found", "reply_to(one.text)"))
    assert "answered" not in repeated(answer.format("api.mentions_timeline()", "' thank you'"))
    assert "answered" not in repeated(answer.format("api.search('@me')", "' thank you'"))
    assert "answered" not in repeated(
        answer.format("found", "' hi'").replace(":", ":\n  if one.x:", 1)
    )
    assert "answered" not in repeated("for line in lines:\n    api.update_status(line)")


def test_a_few_who_are_written_out_are_written_to_by_hand():
    assert "messages" in repeated("for n in numbers:\n    send_sms(n, text)")
    assert "messages" not in repeated("for number in ['1', '2', '3']:\n    send_sms(number, text)")


def test_the_same_for_everybody_in_a_table_is_written_to_many():
    sends = "df.apply(lambda r: w.sendwhatmsg(r['mobile'], {}), axis=1)"
    assert "messages" in repeated(sends.format("offer"))
    assert "messages" not in repeated(sends.format("r['greeting']"))


def test_a_choice_of_ways_guards_nobody():
    source = "for n in numbers:\n    if {}:\n        w.sendwhatmsg(n, t, 9, 5)"
    assert "messages" in repeated(source.format("at_once"))
    assert "messages" not in repeated(source.format("wants(n)"))
    assert "messages" not in repeated(source.format("n == me"))


def test_numbers_that_were_taken_out_may_be_many():
    source = "numbers = []\nfor n in numbers:\n    w.sendwhatmsg(n, t, 9, 5)"
    assert "messages" in repeated(source)


def test_whoever_a_search_finds_is_addressed():
    source = (
        "def find(word):\n    return list(tweepy.Cursor(api.search_users, q=word).items(9))\n"
        "def hail(user):\n    api.update_status('@' + user.screen_name + ' look here ' + link)\n"
        "while True:\n    hail(choice(find(word)))\n    time.sleep(wait)"
    )
    assert "answered" in repeated(source)
    assert "answered" not in repeated(source.replace("find(word)", "api.mentions_timeline()"))
    assert "answered" not in repeated(source.replace("'@' + user.screen_name", "word"))


def test_mail_to_a_list_is_told_by_what_it_says():
    source = (
        "text = 'Subject: {}'\nfor address in addresses:\n    server.sendmail(me, address, text)"
    )
    assert "advertised" in repeated(source.format("50% off everything"))
    assert "advertised" in repeated(source.format("Акция! Скидки"))
    assert "advertised" not in repeated(source.format("Your marks"))
    few = source.replace("addresses", "['a@a.example', 'b@b.example']")
    assert "advertised" not in repeated(few.format("50% off everything"))
    itself = source.replace("sendmail(me, address, text)", "sendmail(me, me, text)")
    assert "advertised" not in repeated(itself.format("50% off everything"))


def test_members_that_were_looked_up_are_written_to():
    source = "while todo:\n    m = await guild.fetch_member(todo.pop())\n    await m.send(text)"
    assert "messages" in repeated(source)
    assert "messages" not in repeated(source.replace("fetch_member", "pick"))


def test_a_service_may_tell_what_became_of_a_message():
    sends = "for n in leads:\n    m = client.messages.create(body=text, to=n)\n    kept.add(m.sid)"
    assert "messages" in repeated(sends)
    assert "messages" not in repeated(sends.replace("to=n", "model=n"))


def test_a_bridge_writes_to_numbers_as_the_protocol_has_them():
    source = "for n in numbers:\n    requests.post(bridge, json={'chatId': n + '@c.us', 'text': t})"
    assert "addressed" in repeated(source)
    assert "addressed" not in repeated(source.replace("@c.us", "@example"))


def test_who_was_looked_up_before_the_loop_is_a_member_too():
    turn = "for m in found:\n    await m.send(offer)"
    assert "messages" in repeated(f"found = [m for m in g.members if not m.bot]\n{turn}")
    assert "messages" not in repeated(f"found = [m for m in mine]\n{turn}")
