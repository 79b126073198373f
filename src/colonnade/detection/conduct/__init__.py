"""Conduct over time: what sensors saw of one runtime, turned into findings. Pure; no clock.

`finding` is what comes out, and how it travels as an observation.
"""
