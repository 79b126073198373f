"""Decides what may run, says why, and hears the contest.

- `verdict`: the question (`Asked`) and the answer (`Verdict`).
- `decide`: the pure decision, findings and policy in, a step on the ladder out.
- `service`: `Enforcement`, which gathers, asks the worker, decides, records and answers.

To add a step to the ladder, add it to `verdict.Outcome`, give it a condition in `decide`, and words
in `statement`.
"""
