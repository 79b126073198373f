"""Mail and messages to the same person again and again, and to many in turn."""

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


@pytest.mark.parametrize("name", ["members", "phone_numbers", "followers", "contacts"])
def test_people_in_turn_are_told_by_what_they_are_called(name: str):
    assert "messages" in repeated(f"for one in {name}:\n    client.send_message(one, text)")


def test_an_answer_that_is_taken_is_a_conversation():
    assert (
        repeated("for i in range(9):\n    answers.append(chat.send_message('go on').text)") == set()
    )
