"""What was seen and found, append-only: nothing here is ever changed or deleted by the platform.

Records hold hashes, names of features and ids of rules, never the text of a notebook. The chain of
keyed hashes that makes tampering visible is added over the same table; `service.Ledger.record` is
the one way in. To record a new kind of fact, give `Observation.kind` a new name.
"""

from colonnade.ledger.service import Ledger

__all__ = ["Ledger"]
