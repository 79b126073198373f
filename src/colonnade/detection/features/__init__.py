"""What is in a cell, as small typed values with the lines where they stand.

- `feature`: the type, its kinds, and the collector that caps them.
- `python`: imports, calls, names, strings, and code within strings.
- `command`: programs, verbs, options, what is cloned, fetched and installed.
- `literal`: addresses, weight files, folders, pools and magnets in any text.
- `roles`: which inputs play which part (a still and a driver, a source and a target).
"""
