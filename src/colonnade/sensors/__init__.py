"""What is seen of a runtime from outside it: processes, files, egress, GPUs, the in-kernel hook.

Each sensor turns what it sees into `observations.Observation` values and has no opinions: judging
is for `enforcement`. To add a sensor, write a module with one class that is given a runtime's id
and yields observations, and choose it in the host's loop.
"""
