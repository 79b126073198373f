"""Where runtimes may connect to: the operator's terms, as they travel to whoever enforces them.

`names` says what a host name is, `lists` reads the deny-lists that ship in policies/egress.yaml,
`configuration` is the `[egress]` section, `terms` is what a single runtime is given, `reasons` are
those for which a connection can be refused. Enforcing is for `host/egress`. To add a mirror, write
its environment variables in `configuration.MIRRORS`.
"""

from colonnade.runtimes.egress.terms import DenyList, EgressTerms, Mode

__all__ = ["DenyList", "EgressTerms", "Mode"]
