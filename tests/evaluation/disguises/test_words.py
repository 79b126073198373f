import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.evaluation.disguises.words import plain_words, with_words


def words_of(text: str) -> list[str]:
    return [text[start:end] for start, end in plain_words(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wget -q https://example.org/a?b=c", ["wget", "https://example.org/a?b=c"]),
        ("cd data && make 'all of it' \"$HOME\"", ["data", "make"]),
        ("for name in first second; do echo $name; done", ["first", "second", "echo"]),
        ("echo {folder}/sub $plain sub{x}", ["echo"]),
        ("MODE=fast python run.py # a comment", ["python", "run.py"]),
        ("echo before\ncat <<EOF\ninside here\nEOF", ["echo", "before"]),
        ("ls file2>/dev/null images/*.png", []),
    ],
)
def test_only_words_that_stand_for_themselves_are_plain(text: str, words: list[str]):
    assert words_of(text) == words


@given(st.text())
def test_words_that_are_written_as_they_were_leave_the_text(text: str):
    assert with_words(text, str) == text
