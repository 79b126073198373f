"""*Check this notebook*: what would be refused or held, before anything runs.

A notebook is chosen among one's own, uploaded, or code is pasted. Nothing is recorded.
"""

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from colonnade.accounts.http import Someone, require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.enforcement.checks import Checked, name_of
from colonnade.kit.errors import ColonnadeError, Invalid, TooMany, Unavailable
from colonnade.kit.http import database_of
from colonnade.notebooks.paths import parse_path
from colonnade.web.checking import Form, checks_of
from colonnade.web.pages import render
from colonnade.web.parts import contents_of, policy_of

router = APIRouter(prefix="/check", include_in_schema=False)

READ = [require(Permission.NOTEBOOKS_READ)]
LISTED = 100
PASTED = "pasted.py"


@router.get("", dependencies=READ)
async def page(request: Request, someone: Someone, path: str = "") -> Response:
    """The form; with a path, the verdict on that notebook of one's own."""
    if not path:
        return await _page(request, someone)
    path = parse_path(path)
    with checks_of(request).turn(someone.person_id):
        checked = await checks_of(request).check_saved(someone.person_id, path)
    return await _page(request, someone, checked=checked, path=path)


@router.post("", dependencies=READ)
async def check(request: Request, someone: Someone, form: Form) -> Response:
    """The verdict on what the form carries: a file, code, or the path of one's own notebook."""
    code, path = _text(form, "code"), _text(form, "path")
    try:
        with checks_of(request).turn(someone.person_id):
            checked = await _checked(request, someone, form, code, path)
    except (Invalid, TooMany, Unavailable) as problem:
        return await _page(request, someone, problem=problem, code=code, path=path)
    return await _page(request, someone, checked=checked, code=code, path=path)


async def _checked(
    request: Request, someone: Identity, form: FormData, code: str, path: str
) -> Checked:
    checks, sent = checks_of(request), form.get("file")
    if isinstance(sent, UploadFile) and sent.filename:
        return await checks.check(name_of(sent.filename), await sent.read())
    if code.strip():
        return await checks.check(PASTED, code.encode("utf-8", "replace"))
    if path:
        return await checks.check_saved(someone.person_id, parse_path(path))
    raise Invalid("There is nothing to check.", "Choose a notebook, a file, or paste code.")


async def _page(
    request: Request,
    someone: Identity,
    *,
    checked: Checked | None = None,
    problem: ColonnadeError | None = None,
    code: str = "",
    path: str = "",
) -> Response:
    async with database_of(request).reading() as session:
        documents = contents_of(request).documents
        notebooks = await documents.recent(session, someone.person_id, LISTED)
    return render(
        request,
        "check.html",
        someone,
        status=problem.status if problem else 200,
        checked=checked,
        problem=problem,
        code=code,
        chosen=path,
        pasted=checked is not None and checked.name == PASTED,
        notebooks=[notebook.path for notebook in notebooks],
        policy=policy_of(request).current,
    )


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
