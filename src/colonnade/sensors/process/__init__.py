"""Sees what runs in a sandbox: every program that is started, with its arguments.

- `filter` is the system call filter that makes the kernel ask before an exec; `notification` is
  how the kernel asks, and is answered; `reading` reads what is about to run, or runs already;
- `listening` answers for one runtime, within `throttle`'s share of the host's time, and lets the
  `gate` judge first where a class of runtimes wants that;
- `scan` looks once a second at what notification missed, and whether what runs is what was read;
- `connector` is a second source, for root where notification is not to be had;
- `facts` and `redaction` are pure: what was read becomes observations without secrets;
- `sensor` joins them.

To add a source, tell `Told.exec` of what it saw, and name it in the vocabulary's `via`.
"""
