"""The published rules: loads, validates, versions and compares the YAML policy.

- `document`: the form of a policy; `reading`: from files, with errors that name the line.
- `wording`: a policy as plain text; `difference`: two versions compared in words for people.

A policy says what is forbidden and allowed, in text for people, and from which confidence a machine
may take which step, in thresholds for `enforcement.decide`. To add a category, add it to the YAML
and write rules for it; to add a field, add it to `document`, `wording` and `difference` together.
"""

from colonnade.policy.document import Category, Ladder, Policy
from colonnade.policy.reading import PolicyBook, check_policy, load_book, load_policy, parse_policy

__all__ = [
    "Category",
    "Ladder",
    "Policy",
    "PolicyBook",
    "check_policy",
    "load_book",
    "load_policy",
    "parse_policy",
]
