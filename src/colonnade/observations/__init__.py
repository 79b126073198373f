"""The shared fact type: what was seen, of whom, when, and how far it can be trusted."""

from colonnade.observations.observation import Observation, Trust

__all__ = ["Observation", "Trust"]
