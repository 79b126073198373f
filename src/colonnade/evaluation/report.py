"""All figures of one evaluation, gathered; as JSON it is the report itself."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from colonnade.detection.rules import RuleSet
from colonnade.evaluation import metrics
from colonnade.evaluation.ablation import RuleFigures, contributions
from colonnade.evaluation.bar import Measured, Record, Standing, disagreements
from colonnade.evaluation.calibration import Calibration, calibrate, scores_of
from colonnade.evaluation.disguised import Disguised
from colonnade.evaluation.judging import Judged
from colonnade.evaluation.left_out import RulesLeftOut, rules_left_out
from colonnade.evaluation.manifest import Side
from colonnade.evaluation.training import LeftOut, Trained
from colonnade.policy import Policy

FORM = 1


class Unusable(BaseModel):
    """A file that could not be judged; it counts nowhere."""

    model_config = ConfigDict(frozen=True)

    path: str
    problem: str


class Mistake(BaseModel):
    """A notebook that met another step than its label asks for."""

    model_config = ConfigDict(frozen=True)

    path: str
    label: str
    family: str
    step: str
    rules: tuple[str, ...]


class Learned(BaseModel):
    """A model's weights, and how such models did on what they were trained without."""

    model_config = ConfigDict(frozen=True)

    name: str
    threshold: float
    signs: tuple[str, ...]
    left_out: LeftOut


class Report(BaseModel):
    """What `colonnade evaluate` has found; `form` is the version of this shape."""

    model_config = ConfigDict(frozen=True)

    form: int = FORM
    rules_version: str
    policy_version: int
    notebooks: int
    unusable: tuple[Unusable, ...]
    overall: metrics.Overall
    labels: tuple[metrics.Label, ...]
    families: tuple[metrics.Group, ...]
    owners: tuple[metrics.Group, ...]
    splits: tuple[metrics.Group, ...]
    mistakes: tuple[Mistake, ...]
    rules: tuple[RuleFigures, ...]
    precision_bar: float
    below_bar: tuple[str, ...]
    """Rules of enabled categories that belong into the policy's `fallen_back`, by these figures."""
    disagreements: tuple[str, ...]
    """Where these figures and the policy's `fallen_back` say different things, a sentence each."""
    left_out: RulesLeftOut
    calibrations: Mapping[str, Calibration]
    """By the name of a score: 'rules' is the confidence of the strongest finding."""
    disguises: tuple[Disguised, ...] = ()
    learned: Learned | None = None
    """The model that was trained just now."""


def report_on(judged: Sequence[Judged], policy: Policy, rules: RuleSet) -> Report:
    """The figures over everything that was judged."""
    figures = contributions(judged, rules, policy.precision_bar)
    return Report(
        rules_version=rules.version,
        policy_version=policy.version,
        notebooks=len(judged),
        unusable=tuple(
            Unusable(path=one.entry.path, problem=one.problem) for one in judged if one.problem
        ),
        overall=metrics.overall(judged),
        labels=metrics.by_label(judged),
        families=metrics.by_family(judged),
        owners=metrics.by_owner(judged),
        splits=metrics.by_split(judged),
        mistakes=tuple(map(_mistake, filter(_is_mistaken, judged))),
        rules=figures,
        precision_bar=policy.precision_bar,
        below_bar=tuple(one.id for one in figures if _has_fallen(one, policy)),
        disagreements=disagreements(map(_measured, figures), policy),
        left_out=rules_left_out(judged),
        calibrations={"rules": calibrate(scores_of(judged))},
    )


def record_of(report: Report) -> Record:
    """The counts of a report, as they are kept beside the policy."""
    return Record(
        rules_version=report.rules_version,
        notebooks=report.notebooks,
        rules=tuple(sorted(map(_measured, report.rules), key=lambda one: one.id)),
    )


def learned_from(trained: Trained) -> Learned:
    """A model's weights and figures, as they are reported."""
    model = trained.model
    return Learned(
        name=model.name,
        threshold=model.threshold,
        signs=tuple(sign.statement for sign in model.signs),
        left_out=trained.left_out,
    )


def with_training(report: Report, trained: Trained) -> Report:
    """The report with a model's figures and the calibration of its scores, owners left out."""
    calibrations = {**report.calibrations, "model, owners left out": calibrate(trained.scored)}
    learned = learned_from(trained)
    return report.model_copy(update={"learned": learned, "calibrations": calibrations})


def _measured(rule: RuleFigures) -> Measured:
    return Measured(**rule.model_dump(include=set(Measured.model_fields)))


def _has_fallen(rule: RuleFigures, policy: Policy) -> bool:
    category = policy.category(rule.category)
    return rule.standing is Standing.BELOW and category is not None and category.enabled


def _is_mistaken(one: Judged) -> bool:
    if one.problem or one.side is Side.APART:
        return False
    return one.caught is not (one.side is Side.ABUSE)


def _mistake(one: Judged) -> Mistake:
    return Mistake(
        path=one.entry.path,
        label=one.entry.label,
        family=one.entry.family,
        step=one.step.value,
        rules=tuple(one.fired),
    )
