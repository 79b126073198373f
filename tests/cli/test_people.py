"""People and tokens from the command line."""

import subprocess
from collections.abc import Callable

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_person_is_added_with_a_link_and_listed_with_a_role(run: Run) -> None:
    added = run("user", "add", "ada", "--role", "reviewer")
    assert added.returncode == 0, added.stderr
    assert "/sign-in/link?token=" in added.stdout.splitlines()[-1]
    assert run("user", "list").stdout == "ada\treviewer\tactive\n"


def test_a_token_stands_alone_on_the_last_line(run: Run) -> None:
    run("user", "add", "ada")
    printed = run("token", "create", "ada").stdout
    assert len(printed.splitlines()[-1].split()) == 1
    assert len(printed.splitlines()[-1]) >= 40


def test_a_name_that_is_taken_or_unknown_gets_a_sentence_and_exit_1(run: Run) -> None:
    run("user", "add", "ada")
    taken, unknown = run("user", "add", "ada"), run("token", "create", "grace")
    assert taken.returncode == unknown.returncode == 1
    assert "already" in taken.stderr
    assert "no such person" in unknown.stderr
    assert "Traceback" not in taken.stderr + unknown.stderr


def test_the_last_administrator_cannot_be_suspended(run: Run) -> None:
    run("user", "add", "root", "--role", "admin")
    refused = run("user", "suspend", "root")
    assert refused.returncode == 1
    assert "last administrator" in refused.stderr


def test_a_suspended_person_is_let_in_again(run: Run) -> None:
    run("user", "add", "ada")
    run("user", "suspend", "ada")
    assert "suspended" in run("user", "list").stdout
    assert run("user", "reactivate", "ada").returncode == 0
    assert "active" in run("user", "list").stdout
    assert "token=" in run("user", "reset", "ada").stdout
