"""Hears the hooks in kernels: what code they say was made at run time. Hints, never more.

`packets` reads what comes, whatever it is; `channel` holds one runtime's within bounds and notices
silence and floods; `sensor` does the input and output. What a text shows is read by whoever the
host appoints (`sensor.Reads`).
"""

from colonnade.sensors.hook.sensor import HookSensor, Reads

__all__ = ["HookSensor", "Reads"]
