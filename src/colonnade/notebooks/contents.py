"""Notebooks and files as one tree, in the models of Jupyter's contents API.

This is what routes call. `owner_id` says whose tree it is: what belongs to somebody else does not
exist here. Paths are as clients send them; every method raises Invalid for one that cannot be.
Nothing here commits: the caller's transaction does, and what must follow on disk follows it.
"""

import asyncio
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.errors import Invalid, NotFound
from colonnade.notebooks import adoption, checkpoints, models, moves, moving, saving
from colonnade.notebooks.adoption import Unadopted, Waiting
from colonnade.notebooks.areas import Areas
from colonnade.notebooks.configuration import NotebookSettings
from colonnade.notebooks.documents import Documents, Head, RevisionInfo, heads_by_name
from colonnade.notebooks.entries import Entry
from colonnade.notebooks.models import Model
from colonnade.notebooks.moves import Journal
from colonnade.notebooks.paths import NOTEBOOK_SUFFIX, is_notebook_name, join
from colonnade.notebooks.saving import Received, Saved
from colonnade.notebooks.shelf import Found, Shelf, visible_path, writable_path


class Contents:
    """The service. One instance a process.

    Args:
        documents, areas: the two places where things lie.
        journal_folder: where notes about moves under way are kept; out of sight of runtimes.
    """

    def __init__(
        self,
        documents: Documents,
        areas: Areas,
        journal_folder: Path,
        settings: NotebookSettings,
        clock: Clock = utcnow,
    ) -> None:
        self.documents = documents
        self.areas = areas
        self.settings = settings
        self._shelf = Shelf(documents, areas, Journal(journal_folder), settings, clock)

    async def recover(self, session: AsyncSession) -> int:
        """At start, before anything else: settle what a killed process left under way."""
        settled = await moves.recover(session, self._shelf.journal, self.documents, self.areas)
        await asyncio.to_thread(self.areas.staging.sweep)
        return settled

    async def get(
        self,
        session: AsyncSession,
        owner_id: str,
        path: str,
        *,
        content: bool = True,
        kind: str | None = None,
        format: str | None = None,
        want_hash: bool = False,
        adopt: Waiting | None = None,
    ) -> Model:
        """The model of what lies at `path`.

        A notebook file that code wrote becomes a document when it is opened, which needs a writing
        transaction: `adopt` is that file, read beforehand (`read_waiting`), when `session` is one.

        Raises NotFound; Invalid when it is not of the `kind` or `format` asked for; Unadopted for
        such a notebook file without `adopt`.
        """
        path = visible_path(path)
        found = await self._shelf.demand(session, owner_id, path)
        if found.is_folder:
            _demand_kind(kind, "directory")
            return await self._folder(session, owner_id, path, found, content)
        if kind == "directory":
            raise Invalid("This is not a folder.")
        opening = content or want_hash
        if opening and adoption.waits(path, found) and (found.document or kind != "file"):
            if adopt is None:
                raise Unadopted("Code wrote this notebook; it is taken in when it is opened.")
            found = await adoption.take_in(self._shelf, session, owner_id, path, adopt)
        if found.document:
            return await self._document(session, found.document, content, kind, format)
        return await self._file(owner_id, path, found, content, kind, format, want_hash)

    async def read_waiting(self, owner_id: str, path: str) -> Waiting:
        """Read a notebook file that code wrote, for `get`; without any session."""
        return await adoption.read_waiting(self._shelf, owner_id, visible_path(path))

    async def receive(
        self, session: AsyncSession, owner_id: str, path: str, model: Model
    ) -> Received:
        """The costly part of a save, before any lock is held; see `saving.receive`."""
        return await saving.receive(self._shelf, session, owner_id, writable_path(path), model)

    async def save(
        self,
        session: AsyncSession,
        owner_id: str,
        path: str,
        model: Model | Received,
        *,
        author_id: str | None = None,
    ) -> Saved:
        """Save a contents model at `path`; see `saving.keep`. `author_id` is the owner's if None.

        A model may be a notebook, a file as text or base64, a chunk of one, or a directory.
        """
        if not isinstance(model, Received):
            model = await self.receive(session, owner_id, path, model)
        return await saving.keep(
            self._shelf, session, owner_id, writable_path(path), model, author_id or owner_id
        )

    async def new(
        self, session: AsyncSession, owner_id: str, folder: str, kind: str = "", suffix: str = ""
    ) -> Model:
        """A new empty notebook, file or directory in `folder`, named as Jupyter names it."""
        folder = visible_path(folder)
        await self._shelf.demand_folder(session, owner_id, folder)
        kind = kind or ("notebook" if suffix == NOTEBOOK_SUFFIX else "file")
        name, insert = _untitled(kind, suffix)
        writable_path(name)
        path = await self._shelf.free_path(session, owner_id, folder, name, insert)
        saved = await self.save(session, owner_id, path, {"type": kind})
        return saved.model

    async def copy(self, session: AsyncSession, owner_id: str, source: str, folder: str) -> Model:
        """Copy something into `folder` under a free name."""
        target = await self.copy_files(session, owner_id, source, folder)
        return await self.copy_documents(session, owner_id, source, target)

    async def copy_files(
        self, session: AsyncSession, owner_id: str, source: str, folder: str
    ) -> str:
        """The costly part of a copy, before any lock is held; returns the copy's path."""
        return await moving.copy_files(
            self._shelf, session, owner_id, writable_path(source), visible_path(folder)
        )

    async def copy_documents(
        self, session: AsyncSession, owner_id: str, source: str, target: str
    ) -> Model:
        """The other part of a copy, once `copy_files` has said where it goes."""
        source = writable_path(source)
        await moving.copy_documents(self._shelf, session, owner_id, source, target)
        return await self.get(session, owner_id, target, content=False)

    async def rename(self, session: AsyncSession, owner_id: str, source: str, target: str) -> Model:
        """Give something another path; folders with everything below them."""
        target = writable_path(target)
        await moving.rename(self._shelf, session, owner_id, writable_path(source), target)
        return await self.get(session, owner_id, target, content=False)

    async def delete(self, session: AsyncSession, owner_id: str, path: str) -> None:
        """Delete something; folders with everything below them."""
        await moving.delete(self._shelf, session, owner_id, writable_path(path))

    async def create_checkpoint(self, session: AsyncSession, owner_id: str, path: str) -> Model:
        """Keep the present state of a notebook or file."""
        return await checkpoints.create(self._shelf, session, owner_id, visible_path(path))

    async def checkpoints(self, session: AsyncSession, owner_id: str, path: str) -> list[Model]:
        """The states that were kept, oldest first."""
        return await checkpoints.listed(self._shelf, session, owner_id, visible_path(path))

    async def restore_checkpoint(
        self, session: AsyncSession, owner_id: str, path: str, identifier: str
    ) -> None:
        """Make a kept state the newest."""
        path = writable_path(path)
        await checkpoints.restore(self._shelf, session, owner_id, path, identifier)

    async def delete_checkpoint(
        self, session: AsyncSession, owner_id: str, path: str, identifier: str
    ) -> None:
        """Forget that a state was kept."""
        path = writable_path(path)
        await checkpoints.delete(self._shelf, session, owner_id, path, identifier)

    async def revisions(
        self, session: AsyncSession, owner_id: str, path: str
    ) -> list[RevisionInfo]:
        """The history of a notebook, newest first. Raises NotFound."""
        head = await self.documents.demand(session, owner_id, visible_path(path))
        return await self.documents.revisions(session, head)

    async def restore(self, session: AsyncSession, owner_id: str, path: str, number: int) -> Model:
        """Make an older revision of a notebook the newest, as a new revision. Raises NotFound."""
        head = await self.documents.demand(session, owner_id, writable_path(path))
        restored = await self.documents.restore(session, head, number, author_id=owner_id)
        return models.of_document(restored)

    async def _folder(
        self, session: AsyncSession, owner_id: str, path: str, found: Found, content: bool
    ) -> Model:
        folder = models.of_folder(path, found.entry)
        if not content:
            return folder
        heads = heads_by_name(await self.documents.in_folder(session, owner_id, path))
        children = {name: models.of_document(head) for name, head in heads.items()}
        if found.entry:
            for entry in await asyncio.to_thread(self.areas.list, owner_id, path):
                below = join(path, entry.name)
                model = models.of_folder if entry.is_folder else _of_file
                children.setdefault(entry.name, model(below, entry))
        for name, modified in (await self.documents.subfolders(session, owner_id, path)).items():
            children.setdefault(name, models.of_folder(join(path, name), None, modified))
        return models.with_children(folder, list(children.values()))

    async def _document(
        self,
        session: AsyncSession,
        head: Head,
        content: bool,
        kind: str | None,
        format: str | None,
    ) -> Model:
        if not content:
            return models.of_document(head)
        notebook, _ = await self.documents.read(session, head)
        if kind == "file":
            return await asyncio.to_thread(models.of_document_as_file, head, notebook, format)
        return models.of_document(head, notebook)

    async def _file(
        self,
        owner_id: str,
        path: str,
        found: Found,
        content: bool,
        kind: str | None,
        format: str | None,
        want_hash: bool,
    ) -> Model:
        if found.entry is None:
            raise NotFound("There is no such file or folder.", "It may have been moved.")
        if kind == "notebook" and not is_notebook_name(path):
            raise Invalid("This is not a notebook.", "Open it as a file.")
        if content:
            data, entry = await asyncio.to_thread(
                self.areas.read, owner_id, path, self.settings.max_read_bytes
            )
            model = await asyncio.to_thread(models.of_file, path, entry, data, format)
        else:
            model = _of_file(path, found.entry)
        if want_hash:
            sha256 = await asyncio.to_thread(self.areas.sha256, owner_id, path)
            model = models.with_hash(model, sha256)
        return model


def build_contents(data: Path, settings: NotebookSettings, clock: Clock = utcnow) -> Contents:
    """The contents of the data folder `data`, with its documents and areas."""
    documents = Documents(settings, clock)
    areas = Areas(data / "areas", settings)
    return Contents(documents, areas, data / "areas" / ".journal", settings, clock)


def _of_file(path: str, entry: Entry) -> Model:
    return models.of_entry(path, entry, "notebook" if is_notebook_name(path) else "file")


def _demand_kind(kind: str | None, actual: str) -> None:
    if kind not in {None, actual}:
        raise Invalid(f"This is a {actual}, not a {kind}.")


def _untitled(kind: str, suffix: str) -> tuple[str, str]:
    """Name and insert, as `jupyter_server.services.contents.manager` has them."""
    match kind:
        case "directory":
            return "Untitled Folder", " "
        case "notebook":
            return f"Untitled{NOTEBOOK_SUFFIX}", ""
        case "file":
            return f"untitled{suffix}", ""
        case _:
            raise Invalid("A new thing is a notebook, a file or a directory.")
