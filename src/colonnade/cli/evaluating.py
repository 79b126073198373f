"""`colonnade evaluate`: how well the judging does on notebooks that carry labels."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from colonnade.cli.options import Data


class Form(StrEnum):
    """How figures are printed."""

    TEXT = "text"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command()(evaluate)


def evaluate(
    manifest: Annotated[Path, typer.Argument(help="JSON lines: path, label, split; or a table.")],
    root: Annotated[
        Path | None, typer.Option(help="Where the paths start; default: beside the manifest.")
    ] = None,
    format: Annotated[Form, typer.Option(help="How to print the figures.")] = Form.TEXT,
    picture: Annotated[
        Path | None, typer.Option(help="Draw calibration and thresholds into this SVG file.")
    ] = None,
    table: Annotated[
        Path | None, typer.Option(help="Write the signs of each notebook here, without any text.")
    ] = None,
    train: Annotated[
        bool, typer.Option("--train", help="Train the model of --table, written beside it.")
    ] = False,
    disguised: Annotated[
        bool, typer.Option("--disguised", help="Judge them again in each of twelve disguises.")
    ] = False,
    stacked: Annotated[
        bool, typer.Option("--stacked", help="And in two and three disguises over each other.")
    ] = False,
    record: Annotated[
        Path | None, typer.Option(help="Keep the counts of each rule in this file.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 when the policy's fallen_back says otherwise.")
    ] = False,
    processes: Annotated[
        int | None, typer.Option(min=1, help="How many work at once; default: one a core.")
    ] = None,
    data: Data = None,
) -> None:
    """Measure the judging on labelled notebooks.

    Exits 2 when any could not be read, and with --strict 1 when the policy's `fallen_back` and the
    figures say different things. Given a table (.csv) of --table, and --train, it trains
    the model of that table and needs no notebook.
    """
    if manifest.suffix == ".csv":
        _train_alone(manifest, train, format)
        return
    if train and table is None:
        raise typer.BadParameter("say where the table is to be with --table", param_hint="--train")
    from colonnade.detection.rulebook import default_rules, load_rules
    from colonnade.evaluation import wording
    from colonnade.evaluation.disguised import compare
    from colonnade.evaluation.disguises.catalogue import DISGUISES, stacks
    from colonnade.evaluation.judging import judge_all
    from colonnade.evaluation.manifest import read_manifest
    from colonnade.evaluation.picture import draw
    from colonnade.evaluation.report import record_of, report_on, with_training
    from colonnade.evaluation.table import collect, write
    from colonnade.evaluation.training import train_beside
    from colonnade.kit.settings import read_settings
    from colonnade.policy import load_book
    from colonnade.policy.configuration import PolicySettings

    chosen = read_settings(data).table("policy", PolicySettings)
    rules = load_rules(chosen.rules) if chosen.rules else default_rules()
    policy = load_book(chosen.file).current
    entries = read_manifest(manifest, root)
    judged = list(judge_all(entries, policy, chosen.rules, processes))
    report = report_on(judged, policy, rules)
    compared = tuple(
        compare(name, judged, list(judge_all(entries, policy, chosen.rules, processes, name)))
        for name in (*(DISGUISES if disguised else ()), *(stacks() if stacked else ()))
    )
    report = report.model_copy(update={"disguises": compared})
    if record is not None:
        record.write_text(record_of(report).model_dump_json(indent=1) + "\n", "utf-8")
    if table is not None:
        rows = collect(entries, processes)
        table.write_text(write(rows), "utf-8")
        if train:
            report = with_training(report, train_beside(table))
    if picture is not None:
        picture.write_text(draw(report.calibrations), "utf-8")
    if format is Form.JSON:
        print(report.model_dump_json(indent=2))
    else:
        print(wording.text_of(report), end="")
    if report.unusable:
        raise typer.Exit(2)
    raise typer.Exit(int(strict and bool(report.disagreements)))


def _train_alone(table: Path, train: bool, format: Form) -> None:
    """The model of a table, written beside it; nothing is judged."""
    if not train:
        raise typer.BadParameter("a table is only for --train", param_hint="MANIFEST")
    from colonnade.evaluation.report import learned_from
    from colonnade.evaluation.training import train_beside
    from colonnade.evaluation.wording import learned_text
    from colonnade.kit.errors import Invalid

    if not table.is_file():
        raise Invalid(f"{table} cannot be read.", "Name a table that --table wrote.")
    learned = learned_from(train_beside(table))
    said = learned.model_dump_json(indent=2) if format is Form.JSON else learned_text(learned)
    print(said.rstrip("\n"))
