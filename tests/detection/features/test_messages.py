"""Mail and messages to the same person again and again."""

import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def repeated(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.REPEATED}


def test_who_it_goes_to_counts_and_not_what_it_says():
    assert repeated("for i in range(99):\n    s.sendmail(me, you, f'number {i}')") == {"mail"}
    assert repeated("for i in range(99):\n    s.sendmail(me, them[i], text)") == set()


def test_the_methods_of_a_class_are_read_with_it():
    source = (
        "class B:\n    def send(self):\n        self.s.sendmail(self.a, self.b, self.c)\n"
        "    def all(self):\n        for i in range(self.n):\n            self.send()"
    )
    assert "mail" in repeated(source)


def test_an_answer_that_is_taken_is_a_conversation():
    assert (
        repeated("for i in range(9):\n    answers.append(chat.send_message('go on').text)") == set()
    )


@pytest.mark.parametrize(
    ("body", "is_said_again"),
    [
        ("bot.send_message(you, f'wake up {i}')", True),
        ("text = 'no. ' + str(i)\n    itchat.send(text, toUserName=you)\n    time.sleep(1)", True),
        ("bot.send_message(you, lines[i])", False),
        ("bot.send_message(people[i], text)", False),
        ("train()\n    bot.send_message(me, f'epoch {i}')", False),
    ],
)
def test_a_message_that_differs_by_its_number_is_the_same(body: str, is_said_again: bool):
    assert ("message" in repeated(f"for i in range(100):\n    {body}")) is is_said_again


@pytest.mark.parametrize(
    "said",
    [
        "requests.post(hook, data={'chat_id': them, 'text': 'hello'})",
        "requests.get(api + 'messages.send', {'message': 'a', 'peer_id': n})",
        "r = requests.post('https://chat.example/api/channels/1/messages', json={'content': text})",
        "requests.post(there, headers=h, data=words)",
        "requests.get(f'https://api.chat.example/bot{key}/sendMessage?chat_id={c}&text={t}').json()",
    ],
)
@pytest.mark.parametrize("head", ["while True", "for i in range(20)", "for i in range(often)"])
def test_a_request_may_say_the_same_whatever_it_answers(said: str, head: str):
    before = "words = {'recipientId': them, 'body': 'hello'}\n"
    assert "message" in repeated(f"{before}{head}:\n    {said}")
    assert "message" not in repeated(f"{before}for i in range(3):\n    {said}")


@pytest.mark.parametrize(
    "said",
    [
        "requests.post(there, data={'chat_id': me, 'text': price()})",
        "if price() > 9:\n        requests.post(there, data={'chat_id': me, 'text': 'sell'})",
        "requests.post('http://localhost:8000/chat', json={'to': 'a', 'text': 'hello'})",
        "requests.post(model, json={'text': 'how long do you take?'})",
        "text = input()\n    requests.post(there, data={'to': you, 'text': text})",
    ],
)
def test_what_differs_waits_or_is_asked_says_something(said: str):
    assert "message" not in repeated(f"while True:\n    {said}")


def test_what_is_made_before_it_is_sent_says_what_it_was_made_of():
    made = "hook = DiscordWebhook(url=there, content={})"
    turn = "while n < 99:\n    n += 1\n    " + made + "\n    r = hook.execute()"
    assert "message" in repeated(turn.format("text"))
    assert "message" not in repeated(turn.format("read()"))


def test_a_window_waits_for_whoever_presses():
    turn = "while True:\n    e, v = window.read()\n    kit.sendwhatmsg_instantly(number, text)"
    assert "message" not in repeated(turn)
    assert "message" in repeated(turn.replace("window.read()", "1, 2"))


def test_a_button_may_send_a_code_to_somebodys_telephone():
    turn = "for i in range({}):\n    d.find('number').send_keys(num)\n    d.find('{}').click()"
    assert "message" in repeated(turn.format("n", "Request OTP"))
    assert "message" in repeated(turn.format("n", "resend code"))
    assert "message" not in repeated(turn.format("2", "Request OTP"))
    assert "message" not in repeated(turn.format("n", "Search"))


def test_a_mail_that_is_made_anew_may_go_to_the_same_person():
    turn = (
        "for i in range(n):\n    m = EmailMessage()\n    m['To'] = {}\n"
        "    m['Subject'] = 'hello ' + str(i)\n    server.send_message(m)"
    )
    assert "mail" in repeated(turn.format("you"))
    assert "mail" not in repeated(turn.format("people[i]"))
