import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.normalise.wrappers import carried, unwrap


@pytest.mark.parametrize(
    ("given_words", "expected"),
    [
        ("sudo -H nohup ./x", ("./x",)),
        ("A=1 B=2 run", ("run",)),
        ("timeout 10 run", ("run",)),
        ("then sudo run", ("run",)),
        ("sudo", ()),
        ("timeout -k 5 10 nice -n 5 run", ("run",)),
        ("sudo -u root -H bash -c x", ("bash", "-c", "x")),
        ("busybox wget x", ("wget", "x")),
    ],
)
def test_wrappers_are_taken_off(given_words: str, expected: tuple[str, ...]):
    assert unwrap(tuple(given_words.split())) == expected


def test_words_in_one_are_split():
    assert unwrap(("env", "-S", "git clone x")) == ("git", "clone", "x")


@pytest.mark.parametrize(
    ("words", "run"),
    [
        (("screen", "-dmS", "w", "bash", "-c", "ls -l"), ["bash -c 'ls -l'"]),
        (("screen", "-d", "-m", "-S", "w", "ls"), ["ls"]),
        (("tmux", "new-session", "-d", "ls -l"), ["ls -l"]),
        (("tmux", "send-keys", "-t", "w", "ls -l", "Enter"), ["ls -l"]),
        (("script", "-q", "-c", "ls -l", "/dev/null"), ["ls -l"]),
        (("su", "-", "root", "-c", "ls -l"), ["ls -l"]),
        (("find", ".", "-exec", "ls", "{}", ";"), ["ls '{}'"]),
        (("parallel", ":::", "ls -l", "date"), ["ls -l", "date"]),
        (("parallel", "-j2", "ls", ":::", "a", "b"), ["ls a", "ls b"]),
        (("parallel", "ls {}.txt", ":::", "a"), ["ls a.txt"]),
        (("flock", "-n", "lock", "ls"), ["ls"]),
        (("trap", "ls -l", "EXIT"), ["ls -l"]),
        (("ls", "-c", "x"), []),
        ((), []),
    ],
)
def test_what_a_program_runs_is_given(words: tuple[str, ...], run: list[str]):
    assert carried(words) == run


@given(
    st.lists(
        st.sampled_from(["sudo", "-u", "env", "-S", "find", "-exec", ";", "tmux", "send", ":::"])
        | st.text(max_size=5),
        max_size=8,
    )
)
def test_any_words_are_taken_apart(words: list[str]):
    carried(unwrap(tuple(words)))
