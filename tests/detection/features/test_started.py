"""Programs that are started by path and words, whatever they call themselves."""

import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def seen(source: str) -> set[tuple[Kind, str]]:
    kinds = {Kind.COMMAND, Kind.OPTION, Kind.WORD}
    return {(one.kind, one.value) for one in extract(source) if one.kind in kinds}


EXPECTED = {(Kind.COMMAND, "work"), (Kind.OPTION, "--coin"), (Kind.WORD, "example")}


@pytest.mark.parametrize(
    "call",
    [
        "os.execv('./work', ['[kworker/0:1]', '--coin', 'example'])",
        "os.execve('./work', ['x', '--coin', f'{a}', 'example'], os.environ)",
        "os.execvp('./work', 'x --coin example'.split())",
        "os.execl('./work', 'x', '--coin', 'example')",
        "os.spawnv(os.P_NOWAIT, './work', ['x', '--coin', 'example'])",
        "os.spawnlp(os.P_NOWAIT, './work', 'x', '--coin', 'example')",
        "os.posix_spawn('./work', ['x', '--coin', 'example'], os.environ)",
        "words = ['x']\nwords += ['--coin', 'example']\nos.execv('./work', words)",
    ],
)
def test_words_follow_the_path_and_not_the_name_that_is_shown(call: str):
    assert seen(f"import os\n{call}") == EXPECTED


@pytest.mark.parametrize(
    "call", ["call([c], shell=True)", "call(['work --coin ' + a + 'example'])"]
)
def test_a_whole_command_as_the_only_word_is_a_command(call: str):
    assert seen(f"import subprocess\nc = 'work --coin example'\nsubprocess.{call}") >= {
        (Kind.COMMAND, "work"),
        (Kind.OPTION, "--coin"),
    }


def test_a_program_that_is_not_known_is_still_seen_to_be_started():
    assert seen("import os\nos.execv(where, [where, '--coin', 'example'])") > {
        (Kind.OPTION, "--coin")
    }


def test_other_calls_are_not_meant():
    assert not seen("spawnv(1, 'work', ['x', '--coin'])\nos.getenv('work', ['x', '--coin'])")


@pytest.mark.parametrize(
    ("call", "hidden"),
    [
        ("os.execv(a, ['[kworker/u8:2]'])", True),
        ("os.execl(a, '[migration/0]', '-o')", True),
        ("os.spawnv(os.P_NOWAIT, a, ['[ksoftirqd/0]'])", True),
        ("os.execv(a, ['work'])", False),
        ("os.spawnv(os.P_NOWAIT, a, [])", False),
        ("print(a, ['[kworker/0]'])", False),
    ],
)
def test_a_program_that_shows_as_the_kernels_own_is_disguised(call: str, hidden: bool):
    found = extract(f"import os\n{call}")
    assert any(one.kind is Kind.DISGUISE for one in found) == hidden
