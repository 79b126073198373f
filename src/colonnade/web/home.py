"""Home: one's notebooks, what runs, what was refused, and examples to begin with."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from colonnade.accounts.http import Someone, accounts_of, require
from colonnade.accounts.permissions import Permission
from colonnade.kit.http import database_of
from colonnade.web.bodies import SmallBodyRoute
from colonnade.web.examples import examples
from colonnade.web.pages import render, see_other
from colonnade.web.parts import contents_of, enforcement_of, runtimes_of
from colonnade.web.runtimes import is_over

router = APIRouter(route_class=SmallBodyRoute, include_in_schema=False)

RECENT = 30
RECENT_NOTICES = 3


@router.get("/", dependencies=[require(Permission.NOTEBOOKS_READ)])
async def home(request: Request, someone: Someone) -> Response:
    """The page that people come back to."""
    async with database_of(request).reading() as session:
        person_id = someone.person_id
        notebooks = await contents_of(request).documents.recent(session, person_id, RECENT)
        notices = await enforcement_of(request).notices.notices_of(session, person_id)
        person = await accounts_of(request).people.get(session, person_id)
    runtimes = runtimes_of(request)
    holdings = await runtimes.holdings(someone.person_id)
    living = [one for one in holdings if not is_over(one)]
    return render(
        request,
        "home.html",
        someone,
        needs_password=person.password_hash is None,
        notebooks=notebooks,
        examples=list(examples().values()),
        living=living,
        running={one.notebook_path for one in living},
        notices=notices[:RECENT_NOTICES],
        tickets=runtimes.tickets(someone.person_id),
        recent_limit=RECENT,
    )


@router.post("/notebooks", dependencies=[require(Permission.NOTEBOOKS_WRITE)])
async def new_notebook(request: Request, someone: Someone) -> Response:
    """Make an empty notebook and open it in JupyterLab."""
    async with database_of(request).transaction() as session:
        made = await contents_of(request).new(session, someone.person_id, "", "notebook")
    return see_other(request, f"lab/tree/{quote(str(made['path']))}")
