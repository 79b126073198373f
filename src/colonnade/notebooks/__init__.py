"""Notebooks as documents, and the files that lie beside them.

- `paths`: the one parser of paths, for everything that a client, a signed link or a test names.
- `notebook`, `form`, `pieces`: pure; a notebook is validated, then taken apart so that what did
  not change is stored once.
- `tables`, `repository`, `documents`: notebooks in the database, every save a revision.
- `disk_errors`, `entries`, `staging`, `placing`, `areas`, `copying`: files on disk, reached through
  descriptors only, because code in a runtime changes the same folders at the same time and does not
  wish us well.
- `contents`: both joined in the models of Jupyter's contents API; `adoption` takes in notebook
  files that code wrote; `moves` keeps disk and database together when the process is killed.

To store another kind of thing as a document: give it a table beside `Document`, a place in
`shelf.Found`, and a model in `models`.
"""
