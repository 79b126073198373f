"""The only way out of a runtime: a proxy that knows who asks, checks where to, and counts.

A runtime has no network but its own loopback. Its server listens there on port 3128 and gives that
listener away before any code of a person's runs; the proxy, a process of its own, accepts on it. So
each listener belongs to one runtime for certain, and nothing inside can stand in its place.

- pure: `request`, `response`, `fields`, `chunks`, `client_hello` read what strangers send;
  `addresses` and `policy` say what is allowed; `accounting` and `allowance` count;
- `resolver` looks up and dials, `session` serves one connection, `guest` is what belongs to one
  runtime and `door` its listener, `proxy` is the process, `control` how host and proxy speak;
- `keeper` is the host's side: it starts the proxy, and again when it ends.

To refuse something more: a `Reason` in `runtimes/egress/reasons.py`, raised as `Refused`.
"""
