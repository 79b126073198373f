"""What is in a cell, as small typed values with the lines where they stand.

- `feature`: the type, its kinds, and the collector that caps them.
- `python`: imports, calls, names, strings, in the order in which the source would run.
- `effects`: what a call runs, executes, clones and fetches; code within strings.
- `command`: programs, verbs, options, what is cloned, fetched and installed; `revision`: which
  state of a repository, and under which name.
- `literal`: addresses, weight files, folders, pools and magnets in any text.
- `roles`: which inputs play which part (a still and a driver, a source and a target).
- `media`: what is done to pictures, video and sound; `training`: two decoders over one encoder.
- `loops`: what differs from round to round; `repeated`, `messages`, `browsing`: what is done again
  and again; `guessing`: one candidate after another.
- `tunnels`: which port of the runtime is opened to the outside; `mining`: pools and wallets.
- `forms`: what a person is asked for; `safety`: checks that are taken away.
- `comments`: what comments and text between the cells speak of; weak.
- `reader`: what extractors ask of `extract`, which reads code that they find within code.
"""
