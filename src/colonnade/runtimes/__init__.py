"""Runtimes: sandboxes around one Jupyter server each, and who gets which, for how long.

- `engine` is the contract with whatever runs sandboxes; `local` fulfils it on one machine.
- `classes` are the kinds of runtime that the operator offers; `environments` what they have inside.
- `service.Runtimes` is what other rooms call. It has parts: the `register` of runtimes and the
  `queue` of people (both in memory to decide, in the database to last), the `reception` that finds
  places, the `launcher` that starts and ends single runtimes, the `pool` that keeps some
  prewarmed, and the `watch` that compares with the engine and ends what has had its time.
- `seating` and `lifetimes` hold the rules that these follow, as pure functions.

To offer another kind of hardware, add a class to colonnade.toml; to run on other machines,
implement `engine.Engine` and choose it in `app.py`.
"""
