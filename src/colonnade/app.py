"""Where the concrete parts are chosen and the application is put together.

Nothing else in the house knows which engine, which database or which judge is in use: rooms take
their parts from `app.state` through typed getters of their own.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from starlette.datastructures import State
from starlette.types import ASGIApp

from colonnade.accounts.configuration import AccountsSettings
from colonnade.accounts.origin import OriginGuard
from colonnade.accounts.service import Accounts
from colonnade.enforcement.conduct import Conduct
from colonnade.enforcement.configuration import EnforcementSettings
from colonnade.enforcement.egress import tell_refusal
from colonnade.enforcement.exec_refusals import exec_refusals
from colonnade.enforcement.outside import Outside
from colonnade.enforcement.service import build_enforcement
from colonnade.enforcement.stops import Stops
from colonnade.gate.gate import Gate
from colonnade.gate.server import build_router as gate_routes
from colonnade.jupyter.content_links import ContentLinks, read_or_make_key
from colonnade.jupyter.content_origin import build_content_app, is_content_path
from colonnade.jupyter.contents import build_router as contents_routes
from colonnade.jupyter.exports import Exports
from colonnade.jupyter.kept_files import kept_files, kept_link
from colonnade.jupyter.lab.lab import Lab
from colonnade.jupyter.rendering import Renderer
from colonnade.jupyter.router import build_router as jupyter_routes
from colonnade.jupyter.service import Sessions
from colonnade.kit.clock import utcnow
from colonnade.kit.database import Database
from colonnade.kit.errors import NotFound
from colonnade.kit.headers import StrictHeaders
from colonnade.kit.http import install_error_answers
from colonnade.kit.settings import Origins, Settings
from colonnade.notebooks import notebook
from colonnade.notebooks.areas import Areas
from colonnade.notebooks.configuration import NotebookSettings
from colonnade.notebooks.contents import build_contents
from colonnade.observations.vocabulary import EXEC_REFUSED
from colonnade.policy import PolicyBook
from colonnade.runtimes.classes import runtimes_settings
from colonnade.runtimes.egress.configuration import EgressSettings
from colonnade.runtimes.egress.reasons import KIND_REFUSED
from colonnade.runtimes.engine import Area, Engine
from colonnade.runtimes.environments import environments_root, ready, recipes
from colonnade.runtimes.exec_gate import exec_terms
from colonnade.runtimes.local import LocalEngine
from colonnade.runtimes.service import Runtimes
from colonnade.web.errors import install_page_errors
from colonnade.web.operations import build_metrics
from colonnade.web.router import build_router as web_routes
from colonnade.web.traffic import Traffic


def build(settings: Settings, origins: Origins, database: Database) -> ASGIApp:
    """The whole application, ready for a server; its lifespan starts and ends the parts.

    Raises Invalid when a table of the configuration, the policy or a rule is not sound.
    """
    return guarded(build_application(settings, origins, database, LocalEngine(settings)))


def guarded(app: FastAPI) -> ASGIApp:
    """Both origins behind the guard that tells them apart."""
    state = app.state
    exports = Exports(state.database, state.contents, Renderer())
    handlers = exports.handlers() | kept_files(state.stops.archive)
    content = build_content_app(
        state.database, state.contents, state.links, state.origins, handlers
    )
    return OriginGuard(
        Traffic(StrictHeaders(app), app.routes, state.metrics),
        content=content,
        is_content=is_content_path,
        origins=state.origins,
        base_url=state.settings.base_url,
    )


def build_application(
    settings: Settings, origins: Origins, database: Database, engine: Engine
) -> FastAPI:
    """The application origin's part: every room's routes over the concrete parts."""
    app = FastAPI(openapi_url=None, lifespan=_parts_running)
    state = app.state
    state.settings, state.origins, state.database = settings, origins, database
    state.clock, state.engine = utcnow, engine
    state.accounts = Accounts(database, settings.table("accounts", AccountsSettings))
    state.revocations = state.accounts.revocations
    state.contents = build_contents(settings.data, settings.table("notebooks", NotebookSettings))
    state.documents, state.areas = state.contents.documents, state.contents.areas
    state.links = ContentLinks(read_or_make_key(settings.data / "content.key"), origins.content)
    state.enforcement = build_enforcement(settings, origins, database, state.documents)
    state.stops = _stops(state)
    state.kept_link = partial(kept_link, state.links)
    state.runtimes = build_runtimes(
        settings, database, engine, state.areas, state.enforcement.book, _conduct(state)
    )
    state.sessions = Sessions(database, state.runtimes)
    state.lab = Lab(settings, origins, _front_ends_of_environments(settings, state.runtimes))
    state.gate = Gate.make(state.runtimes, state.revocations, state.enforcement)
    state.metrics = build_metrics(state.runtimes)
    install_error_answers(app)
    install_page_errors(app)
    for routes in (contents_routes, jupyter_routes, gate_routes, web_routes):
        app.include_router(routes(), prefix=settings.base_url.rstrip("/"))
    return app


def build_runtimes(
    settings: Settings,
    database: Database,
    engine: Engine,
    areas: Areas,
    book: PolicyBook,
    conduct: Conduct,
) -> Runtimes:
    """Runtimes of the configured classes on this engine."""
    shelf, own = environments_root(settings.data), settings.section("environments")
    egress = settings.table("egress", EgressSettings)

    def enabled(category: str) -> bool:
        clause = book.current.category(category)
        return clause is None or clause.enabled

    return Runtimes(
        database,
        engine,
        runtimes_settings(settings.section("runtimes"), recipes(own)),
        area_of=lambda owner: Area(areas.folder_of(owner), areas.most_bytes(owner)),
        environment_of=lambda name: ready(name, shelf, own),
        egress_of=lambda terms: egress.terms(terms.egress, terms.egress_allow, enabled),
        exec_gate_of=lambda terms: exec_terms(
            terms.exec_gate, terms.exec_deadline_seconds, book.current
        ),
        witness=conduct.heard,
    )


def _stops(state: State) -> Stops:
    """Who stops runtimes for what they do."""
    return Stops(
        state.database,
        state.engine,
        end=lambda runtime_id, reason: state.runtimes.end(runtime_id, reason),
        say=lambda runtime_id, text: state.gate.tell(runtime_id, text),
        settings=state.settings.table("enforcement", EnforcementSettings),
    )


def _conduct(state: State) -> Conduct:
    """Who hears what is seen of runtimes, and tells their owners through the gate."""
    judge = state.enforcement
    outside = Outside(
        state.database,
        state.enforcement.book,
        state.enforcement.rules.version,
        state.origins.app + state.settings.base_url,
        show=lambda runtime_id, text: state.gate.tell(runtime_id, text),
        tellers={
            KIND_REFUSED: tell_refusal,
            EXEC_REFUSED: exec_refusals(state.enforcement.rules),
        },
    )
    settings = state.settings.table("enforcement", EnforcementSettings)
    return Conduct(state.database, outside, state.stops, judge.book, judge.rules, settings)


def _front_ends_of_environments(settings: Settings, runtimes: Runtimes) -> list[Path]:
    """Where environments keep the browser's half of their packages (plotly's, say).

    JupyterLab is one for everybody: where two environments have the same one, the class that comes
    first decides.
    """
    shelf, own = environments_root(settings.data), settings.section("environments")
    folders: list[Path] = []
    for name in dict.fromkeys(one.environment for one in runtimes.settings.classes):
        with suppress(NotFound):
            folders.append(ready(name, shelf, own) / "share" / "jupyter" / "labextensions")
    return folders


@asynccontextmanager
async def _parts_running(app: FastAPI) -> AsyncGenerator[None]:
    state = app.state
    async with state.database.transaction() as session:
        await state.contents.recover(session)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(state.engine.close)
        await stack.enter_async_context(state.accounts.running())
        state.enforcement.start()
        stack.push_async_callback(state.enforcement.close)
        await state.runtimes.start()
        stack.push_async_callback(state.runtimes.close)
        await state.stops.start()
        stack.push_async_callback(state.stops.close)
        await stack.enter_async_context(_warming(state))
        yield


@asynccontextmanager
async def _warming(state: State) -> AsyncGenerator[None]:
    """Prepare beside the block what would make the first person wait.

    Libraries that take seconds to import are kept out of the start for it. What fails here is
    tried again, and told, when somebody asks for it.
    """

    async def warm() -> None:
        await asyncio.to_thread(notebook.warm)
        await state.lab.warm()

    task = asyncio.create_task(warm(), name="warming")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
