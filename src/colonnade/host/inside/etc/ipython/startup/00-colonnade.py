"""Runs as each kernel starts: go to the notebook's folder."""

__import__("colonnade_runtime").enter()
