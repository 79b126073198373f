"""The terms of a runtime's exec gate, from its class and the policy in force. Pure."""

from colonnade.policy import Policy
from colonnade.sensors.process.terms import ExecTerms


def exec_terms(on: bool, deadline_seconds: float, policy: Policy) -> ExecTerms:
    """Which commands may be refused: by rules of categories that the policy has switched on."""
    if not on:
        return ExecTerms()
    bars = tuple((one.id, policy.ladder_of(one).refuse) for one in policy.categories if one.enabled)
    return ExecTerms(True, bars, policy.fallen_back, deadline_seconds)
