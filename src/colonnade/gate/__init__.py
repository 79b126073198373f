"""The proxy to runtimes: what a person asks to run is judged, and answered in the cell.

- `protocol/`: Jupyter's kernel protocol and terminado's, without I/O.
- `inspection`, `terminal_inspection`: what becomes of each message; events in, commands out.
- `judging`: asks enforcement, within a time limit, and remembers what ran before in a kernel.
- `relay`: carries frames and performs the commands. `server`: the two WebSocket routes.
- `metrics`: what operators count.

The gate is courtesy and record, not the wall: docs/explanation/gate.md says what it cannot see.

To let another kind of message through, see `protocol/requests`; to judge another way of running
code, see `protocol/judged_parts`.
"""
