"""Decides what may run, says why, and hears the contest.

- `verdict`: the question (`Asked`) and the answer (`Verdict`).
- `decide`: the pure decision, findings and policy in, a step on the ladder out.
- `service`: `Enforcement`, which gathers, has examined, decides, records and answers.
- `workers` and `examiner`: the killable processes that read what strangers wrote.
- `outside`: hears what is seen of runtimes from outside them; `conduct` judges findings among it by
  `decide_conduct`, and `stops` carries out what `actions` says is to be done about a stop.
- `statement`: what the person is told; `notices`: what they read, contest and declare.

The gate is courtesy and record, not the wall: what it sees is what somebody asked to run, and an
imported file can change afterwards. To add a step to the ladder, add it to `verdict.Outcome`, give
it a condition in `decide`, and words in `statement`.
"""
