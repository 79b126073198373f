"""`bin/bench`: what Colonnade costs, against plain jupyter_server and JupyterHub on this machine.

Machines are shared and noisy, so a figure with a target is, where it can be, a ratio of variants
that took turns in one run. `figures` and `report` are pure; `kernels` is a Jupyter client of our
own; `plain`, `served` and `hub` start what is compared; each module in `measurements` answers one
question. Everything started here is ended by its handle, also on Ctrl-C.

To add a measurement: write a module in `measurements` with `async def measure(ground) ->
list[Figure]` and list it in `measurements/__init__.py`.
"""
