"""Recognises a renamed fork of a known project by its tree of files.

The way through: `tree` walks a folder within budgets, `shingles` takes paths and code to hashes,
`sketch` keeps a sample of a set, `fingerprint` is a known project as it ships in `fingerprints/`,
`bank` loads those, `likeness` says how much of each a tree holds, `examine` makes features of it,
and `making` makes new fingerprints (docs/how-to/fingerprints.md).

To have another project recognised: add it to `fingerprints/sources.yaml` and make the
fingerprints again.
"""
