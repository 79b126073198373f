"""Environments: named, pinned, dated sets of packages that runtimes are given read-only.

A *recipe* says what an environment holds: a list shipped beside this module, or an operator's
`[environments.NAME] requirements = […]`. *Building* makes a relocatable virtual environment of it.
The *shelf* is the folder where built environments stand, each under its name and the digest of its
recipe, so that a changed list is built anew while runtimes go on using the old one.

To ship another environment, add a `NAME.txt` of pins with a date in its first line; a published
list never changes.
"""

from colonnade.runtimes.environments.building import build
from colonnade.runtimes.environments.recipes import DEFAULT, Recipe, recipe, recipes
from colonnade.runtimes.environments.shelf import Shelved, environments_root, listing, ready

__all__ = [
    "DEFAULT",
    "Recipe",
    "Shelved",
    "build",
    "environments_root",
    "listing",
    "ready",
    "recipe",
    "recipes",
]
