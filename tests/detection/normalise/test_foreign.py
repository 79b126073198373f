import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.normalise.foreign import inline_code, shell_texts


@pytest.mark.parametrize(
    ("code", "language", "texts"),
    [
        ('system("ls -l");', "perl", ["ls -l"]),
        ("system 'ls -l'", "ruby", ["ls -l"]),
        ("`ls -l`", "ruby", ["ls -l"]),
        ("`ls ${x}`", "node", []),
        ("qx(ls -l)", "perl", ["ls -l"]),
        ("require('child_process').execSync('ls -l')", "node", ["ls -l"]),
        ("shell_exec('ls -l');", "php", ["ls -l"]),
        ('BEGIN{system("ls -l")}', "awk", ["ls -l"]),
        ('system("echo \\$HOME \\"a\\"")', "perl", ['echo $HOME "a"']),
        ("print('ls -l')", "perl", []),
        ('system2("ls", c("-l", "a b"))', "R", ["ls -l 'a b'"]),
        ('w <- c("-l", Sys.getenv("A"))\nsystem2("ls", args = w)', "R", ["ls -l A"]),
        ('system2("ls", unknown)', "R", ["ls"]),
    ],
)
def test_what_a_shell_is_given_is_found(code: str, language: str, texts: list[str]):
    assert shell_texts(code, language) == texts


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("perl", "-e", "x"), "x"),
        (("node", "-e", "x"), "x"),
        (("awk", "-F,", "BEGIN{x}"), "BEGIN{x}"),
        (("perl", "a.pl"), ""),
        (("bash", "-e", "x"), ""),
    ],
)
def test_code_within_a_command_is_told(command: tuple[str, ...], code: str):
    assert inline_code(command[0], command[1:]) == code


@given(st.text(max_size=300), st.sampled_from(["perl", "node", ""]))
def test_any_code_is_answered(code: str, language: str):
    assert isinstance(shell_texts(code, language), list)
