"""A report in plain text, each table with its heading, for a terminal and for docs/detection.md."""

from collections.abc import Iterable, Iterator, Sequence

from colonnade.enforcement.visible import visible
from colonnade.evaluation.calibration import Calibration
from colonnade.evaluation.disguised import Disguised
from colonnade.evaluation.intervals import Rate
from colonnade.evaluation.manifest import Side
from colonnade.evaluation.metrics import Group, Label
from colonnade.evaluation.report import Learned, Report

MOST_OWNERS = 12
_CAUGHT = {Side.ABUSE: "recall", Side.BENIGN: "false alarms", Side.APART: "apart"}


def text_of(report: Report, names: bool = True) -> str:
    """The report, a paragraph for each thing that was measured.

    Args:
        names: whether owners and paths are told too; a page for everybody leaves them out.
    """
    parts = [*_parts(report), *(_named_parts(report) if names else ())]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def learned_text(learned: Learned) -> str:
    """A model's weights and figures alone."""
    return "".join(f"{line}\n" for line in _learned(learned))


def _named_parts(report: Report) -> Iterator[Sequence[str]]:
    yield ["By owner (most mistakes first)", *_owners(report.owners)]
    changed = list(_changed(report.disguises))
    yield ["Lost or refused anew in disguise", *changed] if changed else []
    yield ["Mistakes", *_mistakes(report)] if report.mistakes else []
    yield ["Not judged", *_unusable(report)] if report.unusable else []


def _parts(report: Report) -> Iterator[Sequence[str]]:
    yield [
        f"{report.notebooks} notebooks, rules {report.rules_version},"
        f" policy {report.policy_version}. Caught is held or refused. [Wilson's interval at 95 %;"
        " ‹owners resampled›]"
    ]
    yield list(_overall(report))
    yield ["By label", *_table(_label_rows(report.labels))]
    yield ["By family", *_table(_group_rows(report.families))] if report.families else []
    yield (
        ["By split", *_table(_group_rows(report.splits))]
        if len({one.name for one in report.splits}) > 1
        else []
    )
    yield ["By rule, and what each would do alone", *_rules(report), *_fallen(report)]
    yield ["Recall of rules that are right beyond one source", *_left_out(report)]
    for name, one in report.calibrations.items():
        yield [_calibration_heading(name, one), *_bins(one)]
        yield [f"From which score up ({name})", *_thresholds(one)]
    if report.disguises:
        yield ["In disguise", *_disguises(report.disguises)]
    if report.learned is not None:
        yield list(_learned(report.learned))


def share(rate: Rate | None) -> str:
    """`0.982 (56/57) [0.907, 0.997] ‹0.94, 1.00›`, or '–' where there is nothing to measure.

    Bounds are rounded outwards, so that none is better than it was measured.
    """
    if rate is None or rate.value is None:
        return "–"
    text = f"{rate.value:.3f} ({rate.hits}/{rate.total}) [{rate.low:.3f}, {rate.high:.3f}]"
    return text + (f" ‹{rate.by_owner[0]:.3f}, {rate.by_owner[1]:.3f}›" if rate.by_owner else "")


def _overall(report: Report) -> Iterator[str]:
    figures = report.overall
    yield f"precision            {share(figures.precision)}"
    yield f"recall               {share(figures.recall)}"
    yield f"false positive rate  {share(figures.false_positive_rate)}"
    yield f"benign refused       {share(figures.benign_refused)}"


def _label_rows(labels: Iterable[Label]) -> Iterator[Sequence[str]]:
    yield ("label", "n", *_STEPS, "", "caught", "refused", "precision")
    for one in labels:
        yield (*_cells(one), share(one.precision) if one.precision else "")


_STEPS = ("allow", "notice", "hold", "refuse", "unscannable")


def _group_rows(groups: Iterable[Group]) -> Iterator[Sequence[str]]:
    yield ("", "n", *_STEPS, "", "caught", "refused")
    for one in groups:
        yield _cells(one)


def _cells(one: Group) -> tuple[str, ...]:
    counts = (one.notebooks, one.allow, one.notice, one.hold, one.refuse, one.unscannable)
    return (
        visible(one.name),
        *map(str, counts),
        _CAUGHT[one.side],
        share(one.caught),
        f"{one.refused.value:.3f}",
    )


def _owners(owners: Sequence[Group]) -> Iterator[str]:
    yield from _table(_group_rows(owners[:MOST_OWNERS]))
    if len(owners) > MOST_OWNERS:
        yield f"  and {len(owners) - MOST_OWNERS} more"


def _rules(report: Report) -> Iterator[str]:
    """Numbers are notebooks: where it fires, catches alone, and is the only one to catch."""
    heading = ("rule", "right", "wrong", "else", "alone", "alone wrong", "only", "only wrong")
    rows: list[tuple[str, ...]] = [(*heading, "precision", f"bar {report.precision_bar}")]
    for one in report.rules:
        fired = (one.right, one.wrong, one.elsewhere)
        acts = (one.alone_right, one.alone_wrong, one.only_right, one.only_wrong)
        rows.append((one.id, *map(str, (*fired, *acts)), share(one.precision), one.standing.value))
    yield from _table(rows, 7)


def _fallen(report: Report) -> Iterator[str]:
    below = ", ".join(report.below_bar)
    yield (
        f"  Below the bar, even at the upper end: {below}"
        if below
        else ("  No rule that counts is below the bar at the upper end of its interval.")
    )
    yield from (f"  {sentence}" for sentence in report.disagreements)


def _left_out(report: Report) -> Iterator[str]:
    left_out = report.left_out
    rows = [
        ("rules of one owner left out", share(left_out.owners)),
        ("rules of one family left out", share(left_out.everywhere)),
        *((f"  {visible(name)}", share(one)) for name, one in left_out.families.items()),
    ]
    yield from _table(rows, 0)


def _calibration_heading(name: str, one: Calibration) -> str:
    return (
        f"Calibration ({name}): expected calibration error {one.error:.3f},"
        f" where anything was found {one.error_found:.3f}"
    )


def _bins(one: Calibration) -> Iterator[str]:
    rows = [(f"{bin.said:.3f}", share(bin.so)) for bin in one.bins]
    yield from _table([("said", "so"), *rows], 0)


def _thresholds(one: Calibration) -> Iterator[str]:
    yield from _table(
        [
            ("score", "precision", "recall", "false alarms"),
            *(
                (
                    f"{line.at:.2f}",
                    share(line.precision),
                    share(line.recall),
                    share(line.false_positive_rate),
                )
                for line in one.thresholds
            ),
        ],
        0,
    )


def _disguises(disguises: Sequence[Disguised]) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [
        ("disguise", "lost", "refused anew", "recall", "false alarms", "benign refused")
    ]
    for one in disguises:
        figures = one.overall
        shares = (figures.recall, figures.false_positive_rate, figures.benign_refused)
        rows.append((one.name, str(len(one.lost)), str(len(one.added)), *map(share, shares)))
    yield from _table(rows, 2)


def _changed(disguises: Sequence[Disguised]) -> Iterator[str]:
    for one in disguises:
        for path in (*one.lost, *one.added):
            yield f"  {one.name}: {visible(path)}"


def _learned(learned: Learned) -> Iterator[str]:
    left_out = learned.left_out
    yield f"Model {learned.name}: speaks from {learned.threshold} up"
    yield from (f"  {statement}" for statement in learned.signs)
    rows = [
        ("recall, owners left out", share(left_out.recall)),
        ("false alarms, owners left out", share(left_out.false_positive_rate)),
        *((f"recall, {name} left out", share(one)) for name, one in left_out.families.items()),
    ]
    yield from _table([("trained without them", ""), *rows], 0)


def _mistakes(report: Report) -> Iterator[str]:
    for one in report.mistakes:
        family = f" ({one.family})" if one.family else ""
        rules = f": {', '.join(one.rules)}" if one.rules else ""
        yield f"  {one.step}, {one.label}{visible(family)}: {visible(one.path)}{rules}"


def _unusable(report: Report) -> Iterator[str]:
    for one in report.unusable:
        yield f"  {visible(one.path)}: {visible(one.problem)}"


def _table(rows: Iterable[Sequence[str]], numbers: int = 1 + len(_STEPS)) -> Iterator[str]:
    """Columns as wide as they need; after the first one, so many of `numbers` to the right."""
    lines = list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (
            text.rjust(width) if 0 < place <= numbers else text.ljust(width)
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        yield ("  " + "  ".join(cells)).rstrip()
