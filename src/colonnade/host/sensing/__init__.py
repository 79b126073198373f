"""The host's eyes: starts every sensor, and passes on what they see.

`sensing` joins the parts; to add a sensor, write it in `colonnade.sensors` and name it in `parts`.
"""
