"""`colonnade policy` and `rules`: what the rules say, without anybody being judged."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colonnade.cli.options import Data

if TYPE_CHECKING:
    from colonnade.detection.rules import RuleSet
    from colonnade.policy import PolicyBook

policies = typer.Typer(no_args_is_help=True, help="The published rules of use.")
rules = typer.Typer(no_args_is_help=True, help="The machine's rules.")


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(policies, name="policy")
    app.add_typer(rules, name="rules")


@policies.command("show")
def show_policy(
    version: Annotated[int | None, typer.Option(help="Default: the one in force.")] = None,
    data: Data = None,
) -> None:
    """Print the policy."""
    from colonnade.policy import wording

    _, book, _ = in_force(data)
    print(wording.show(book.version(version) if version else book.current), end="")


@policies.command("log")
def log_policy(data: Data = None) -> None:
    """List the versions of the policy, newest first."""
    from colonnade.policy import wording

    print(wording.log(in_force(data)[1]), end="")


@policies.command("diff")
def diff_policy(
    before: Annotated[int, typer.Argument(help="A version.")],
    after: Annotated[int | None, typer.Argument(help="Default: the one in force.")] = None,
    data: Data = None,
) -> None:
    """Say in words what changed between two versions of the policy."""
    from colonnade.policy.difference import compare

    _, book, _ = in_force(data)
    later = book.version(after) if after else book.current
    print(compare(book.version(before), later).text, end="")


@policies.command("check")
def check_policy(
    file: Annotated[Path | None, typer.Argument(help="Default: the policy in force.")] = None,
    data: Data = None,
) -> None:
    """Say what is wrong with a policy's file, line by line; exits 1 when something is.

    Where its `fallen_back` and the precision that was measured say different things, it warns.
    """
    from colonnade.kit.settings import read_settings
    from colonnade.kit.shipped import shipped
    from colonnade.policy import reading

    configured = read_settings(data).section("policy").get("file")
    chosen = file or Path(configured or shipped("policies") / "default.yaml")
    content = _read(chosen)
    problems = reading.check_policy(content, str(chosen))
    if not problems:
        _warn(chosen, content)
    _report(problems, f"{chosen}: sound")


@rules.command("check")
def check_rules(data: Data = None) -> None:
    """Run every rule and signature on its own examples; exits 1 when one breaks its word."""
    from colonnade.detection import rulebook
    from colonnade.detection.files.signatures import check_signatures, signatures

    chosen, book, _ = in_force(data)
    categories = frozenset(category.id for category in book.current.categories)
    problems = rulebook.check_rules(chosen, categories) + check_signatures(categories)
    sound = f"{len(chosen.rules)} rules and {len(signatures())} signatures keep their word"
    _report(problems, sound)


@rules.command("features")
def show_features(
    path: Annotated[Path, typer.Argument(help="A notebook, a script, any file, or a folder.")],
) -> None:
    """Print what rules get to see of a file: each feature with its cell and line."""
    from colonnade.detection.looking import look
    from colonnade.enforcement.visible import visible

    for one in look(path):
        place = "" if one.cell is None else f"{one.cell + 1}:"
        if one.unscannable:
            print(f"{place}  cannot be examined: {one.unscannable}")
        for feature in one.features:
            at = f"{place}{feature.line}" if place else ""
            print(f"{at:8}{feature.kind}: {visible(feature.value)}")


def in_force(data: Path | None) -> "tuple[RuleSet, PolicyBook, Path | None]":
    """The rules and the policy as configured, and the folder of rules that are not the shipped."""
    from colonnade.detection.rulebook import default_rules, load_rules
    from colonnade.kit.settings import read_settings
    from colonnade.policy import load_book
    from colonnade.policy.configuration import PolicySettings

    chosen = read_settings(data).table("policy", PolicySettings)
    rules = load_rules(chosen.rules) if chosen.rules else default_rules()
    return rules, load_book(chosen.file), chosen.rules


def _warn(file: Path, content: bytes) -> None:
    from colonnade.evaluation.bar import disagreements, shipped_record
    from colonnade.policy.reading import parse_policy

    record = shipped_record()
    for sentence in disagreements(record.rules, parse_policy(content, str(file))):
        print(f"{file}: warning: {sentence}")


def _report(problems: list[str], otherwise: str) -> None:
    print("\n".join(problems) or otherwise)
    raise typer.Exit(int(bool(problems)))


def _read(file: Path) -> bytes:
    from colonnade.kit.errors import Invalid

    try:
        return file.read_bytes()
    except OSError as problem:
        raise Invalid(f"{file} cannot be read: {problem.strerror}.", "Name a file.") from problem
