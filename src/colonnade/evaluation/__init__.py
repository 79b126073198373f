"""Measures the judging on labelled notebooks, and trains the small model that joins the rules.

The way through: `manifest` says which files carry which label, `judging` runs the same engine over
them as `colonnade scan`, and what it keeps of each is small, so that memory stays flat. `metrics`
gives precision, recall and false alarms, each with its `intervals`; `calibration` says whether
confidences are kept and what another threshold would bring, `ablation` what each rule contributes
and whether it holds the policy's bar. `report` gathers all figures, `wording` prints them,
`picture` draws them.

What is fitted to the notebooks at hand must be measured on others. The rules are fitted too, by the
people who wrote them while looking; no arithmetic undoes that, and only notebooks that nobody has
seen measure them.

To measure something new, keep what it needs in `judging.Judged`, compute it in a module of its own
out of `Sequence[Judged]`, and give it a field in `report.Report` and a paragraph in `wording`.
"""
