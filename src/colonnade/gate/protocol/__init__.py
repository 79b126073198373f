"""Jupyter's kernel protocol and terminado's, without I/O.

- `json_text`, `message`, `default_form`, `v1_form`, `wire`: frames to messages and back.
- `requests`: which messages a client may send, in which form; refused by default.
- `replies`: what the gate itself says to a client or, in place of a refused request, to a kernel.
- `typing_line`: the line that a person is typing into a terminal.
"""
