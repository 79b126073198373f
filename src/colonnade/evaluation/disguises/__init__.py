"""Mechanical ways in which people hide what a notebook does, to measure what they cost the judge.

Each takes the code cells of a notebook and gives, for every cell, those that stand in its place;
run in order they do the same as before. They are deterministic under a seed. What a disguise cannot
read (a cell that does not parse, another language) stays as it was. `catalogue.DISGUISES` names
them all, and `catalogue.disguise` applies one.

- `reading`: a cell into Python with its magics set aside, a shell script, or a written file.
- `sections`: a cell cut into its shell lines and the rest; `words`: what a shell line consists of.
- `editing`: many small changes to one text; `spelling`: other ways to write a text in Python.
- `strings`, `encoding`, `folders`, `reflection`, `shell`, `files`, `comments` and `names` hold the
  disguises.

To add one: write a function of type `reading.Disguise` in the module where it belongs, list it in
the catalogue, and let `tests/evaluation/disguises/test_catalogue.py` run its result.
"""
