"""Turns cells into features, and features into findings, by rules that anyone can read.

The way through: `cells` reads a notebook, `extract` takes one cell to its features (through
`normalise`, which sees a cell as Jupyter does, and `features`, which names what is in it), `rules`
loads the YAML rules, `match` finds which hold and where, `scan` does it for whole files. All of it
is pure: values in, values out, no clock, no database. Anything may come in; nothing is executed,
unpickled or rendered, and what cannot be examined raises `limits.Unscannable`, never 'clean'.

To see something new: add a kind to `features.feature.Kind`, emit it in the extractor where it
belongs, and write a rule over it with an example that fires and a near miss that does not.
"""
