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
