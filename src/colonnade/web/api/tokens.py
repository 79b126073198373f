"""`/api/v1/tokens`: one's own API tokens."""

from datetime import datetime, timedelta

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request

from colonnade.accounts.http import Someone, accounts_of, require
from colonnade.accounts.permissions import Permission
from colonnade.accounts.tables import ApiToken
from colonnade.kit.http import Transaction
from colonnade.web.bodies import SmallBodyRoute

router = APIRouter(prefix="/tokens", tags=["account"], route_class=SmallBodyRoute)


class NewTokenRequest(BaseModel):
    """What the new token should be."""

    label: str = Field(min_length=1, max_length=100)
    scopes: list[Permission] | None = Field(
        default=None,
        description="What it may do; null for all that your role may do and is not delicate.",
    )
    days: int | None = Field(default=None, ge=1, le=3650, description="Null for no end.")


class TokenModel(BaseModel):
    """A token without its secret."""

    id: str
    label: str
    scopes: list[str] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class CreatedTokenModel(TokenModel):
    """A token just made, with the secret that is shown only now."""

    token: str


@router.get("", dependencies=[require(Permission.ACCOUNT_READ)])
async def list_tokens(request: Request, someone: Someone, session: Transaction) -> list[TokenModel]:
    """Your tokens, newest first."""
    found = await accounts_of(request).tokens.of(session, someone.person_id)
    return [TokenModel.model_validate(_fields(token)) for token in found]


@router.post("", status_code=201, dependencies=[require(Permission.TOKENS_WRITE)])
async def create_token(
    request: Request, someone: Someone, session: Transaction, wanted: NewTokenRequest
) -> CreatedTokenModel:
    """Make a token; its secret is in this answer and nowhere else."""
    made = await accounts_of(request).tokens.create_for(
        session,
        someone,
        wanted.label,
        wanted.scopes,
        timedelta(days=wanted.days) if wanted.days else None,
    )
    return CreatedTokenModel.model_validate({**_fields(made.token), "token": made.secret})


@router.delete("/{token_id}", status_code=204, dependencies=[require(Permission.TOKENS_WRITE)])
async def revoke_token(
    request: Request, someone: Someone, session: Transaction, token_id: str
) -> None:
    """Make one of your tokens worthless."""
    await accounts_of(request).tokens.revoke(session, someone.person_id, token_id)


def _fields(token: ApiToken) -> dict[str, object]:
    return {name: getattr(token, name) for name in TokenModel.model_fields}
