import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.limits import Unscannable
from colonnade.detection.normalise.shell import MAX_COMMANDS, commands


def words(text: str, **constants: str) -> list[tuple[str, ...]]:
    return [command.words for command in commands(text, constants)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ls -l", [("ls", "-l")]),
        ("a && b; c | d || e & f", [("a",), ("b",), ("c",), ("d",), ("e",), ("f",)]),
        ("echo 'a b' \"c d\" e\\ f", [("echo", "a b", "c d", "e f")]),
        ("echo a'b'\"c\"", [("echo", "abc")]),
        ("echo x # ls\nls", [("echo", "x"), ("ls",)]),
        ("echo a#b", [("echo", "a#b")]),
        ("run --a=1 2>&1 >/dev/null", [("run", "--a=1")]),
        ("python x.py \\\n --y 1", [("python", "x.py", "--y", "1")]),
        ("echo $(curl x)", [("echo",), ("curl", "x")]),
        ("run --face {face} -t $target", [("run", "--face", "{face}", "-t", "$target")]),
        ("echo 'unclosed", [("echo", "unclosed")]),
    ],
)
def test_commands_are_taken_apart(text: str, expected: list[tuple[str, ...]]):
    assert words(text) == expected


def test_constants_are_put_in_as_text():
    assert words('a $x {x} "-$x-" ${x}', x="1") == [("a", "1", "1", "-1-", "1")]
    assert words("$x", x="ls -l && date") == [("ls", "-l"), ("date",)]
    assert words("u=a.example; get $u") == [("u=a.example",), ("get", "a.example")]


def test_a_variable_within_itself_does_not_grow():
    assert words("$x", x="$x$x") == [("$x$x",)]
    with pytest.raises(Unscannable):
        words("$x " * 5_000, x="y" * 1_000)


def test_what_comes_after_too_many_commands_is_not_passed_over():
    with pytest.raises(Unscannable):
        commands("true\n" * MAX_COMMANDS + "git clone https://github.com/example/late")


def test_a_here_document_belongs_to_its_command_and_lines_are_kept():
    first, second = commands("python <<'EOF'\nimport os\nEOF\nls")
    assert first.heredoc == "import os"
    assert (second.words, second.line) == (("ls",), 4)


def test_pipes_and_targets_are_known():
    first, second = commands("cat a | tee b > c.py")
    assert first.piped_into
    assert second.target == "c.py"


def test_forty_kilobytes_of_pipes_take_milliseconds():
    start = time.process_time()
    commands("abcdefghi|" * 4_000)
    assert time.process_time() - start < 1


@given(st.text())
def test_any_text_gives_commands_within_its_lines(text: str):
    for command in commands(text):
        assert 1 <= command.line <= command.end_line <= text.count("\n") + 1
