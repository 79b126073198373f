"""JupyterLab for everybody: the parts that are the same for all people, made once.

What is slow (importing JupyterLab's server library and reading its schemas takes one to two
seconds) happens in a thread at first use, or earlier through `warm`, never while the platform
starts.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from colonnade.jupyter import output_frame
from colonnade.jupyter.lab import languages
from colonnade.jupyter.lab.catalogue import Catalogue
from colonnade.jupyter.lab.page import Page, content_security_policy
from colonnade.jupyter.lab.places import find_places
from colonnade.jupyter.lab.preferences import Preferences
from colonnade.jupyter.lab.static_tree import StaticTree
from colonnade.kit.settings import Origins, Settings


@dataclass(frozen=True)
class LabParts:
    """What is slow to make: the page, its security policy, and the settings."""

    page: Page
    security_policy: str
    preferences: Preferences


class Lab:
    """Stock JupyterLab, shared by everybody.

    Args:
        settings: for the base URL, and the data folder in which compressed files are kept.
        origins: written into the page's security policy.
        more_extensions: further folders of prebuilt extensions that the operator trusts.
    """

    def __init__(
        self, settings: Settings, origins: Origins, more_extensions: Sequence[Path] = ()
    ) -> None:
        self._base_url = settings.base_url
        self._origins = origins
        self._cache = settings.data / "cache" / "static"
        self._places = find_places(more_extensions)
        self._parts: LabParts | None = None
        self._making = asyncio.Lock()

    async def parts(self) -> LabParts:
        """The slow parts, made at first use."""
        if self._parts is None:
            async with self._making:
                if self._parts is None:
                    self._parts = await asyncio.to_thread(self._make)
        return self._parts

    async def warm(self) -> None:
        """Make the slow parts before the first person asks. Run it as a background task."""
        await self.parts()

    @cached_property
    def static(self) -> StaticTree:
        """Files beneath `/static/`: the front end and the icons."""
        places = self._places
        return StaticTree([("lab/", places.static), ("favicons/", places.favicons)], self._cache)

    @cached_property
    def extensions(self) -> StaticTree:
        """Files beneath `/lab/extensions/`."""
        return StaticTree([("", folder) for folder in self._places.extensions], self._cache)

    @cached_property
    def themes(self) -> StaticTree:
        """Files beneath `/lab/api/themes/`; the front end's own themes go last."""
        of_extensions = [
            folder
            for extensions in self._places.extensions
            for folder in sorted(extensions.glob("**/themes"))
        ]
        folders = [("", folder) for folder in (*of_extensions, self._places.themes)]
        return StaticTree(folders, self._cache)

    def _make(self) -> LabParts:
        page = Page(self._places, self._base_url, self._origins.content + output_frame.PATH)
        policy = content_security_policy(self._origins, self._base_url, page.inline_scripts)
        languages.installed()
        return LabParts(page, policy, Preferences(Catalogue(self._places)))
