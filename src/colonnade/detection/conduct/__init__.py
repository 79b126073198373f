"""Conduct over time: what sensors saw of one runtime, turned into findings. Pure.

No clock and no I/O: time is what the observations say. `Conduct` (in `conduct`) holds one runtime;
`reading` turns an observation into things with features, `growth` adds up what only shows over time
(folders, load, connections), `window` keeps what any rule cares for as long as a rule may ask, and
`repeats` decides when a finding is worth telling again. `finding` is what comes out, and how it
travels; `story` is how examples of rules tell what was seen.

To see something new: add its kind to `observations.vocabulary`, a reader to `reading.READERS`,
kinds of features to `features.feature` and `scopes`, and write a rule with a story that fires it.
"""
