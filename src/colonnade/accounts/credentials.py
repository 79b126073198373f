"""Which secret a request carries, and in which cookie a browser keeps it. Pure: no I/O.

The guard of origins and the sign-in check must agree on what authenticates a request, so both ask
`CredentialReader.read`. A token named explicitly always goes before the cookie: a wrong token is an
error, never a reason to fall back on the cookie.
"""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from colonnade.accounts.identity import Via

LONGEST_SECRET = 200


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret as a request presented it."""

    via: Via
    secret: str


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """The cookie that holds a sign-in session's secret.

    Over HTTPS its name carries the strictest prefix that fits: `__Host-` binds it to exactly this
    host and needs the path '/', so below another base URL it is `__Secure-` with that path. Cookies
    ignore ports, so over HTTP the port is part of the name: two Colonnades on one machine coexist.
    """

    name: str
    path: str
    secure: bool

    @classmethod
    def under(cls, address: str, base_url: str) -> "SessionCookie":
        """The cookie for an application at `address` (`https://app.example.org`)."""
        if not address.startswith("https:"):
            port = urlsplit(address).port
            return cls(f"colonnade-{port}" if port else "colonnade", base_url, secure=False)
        prefix = "__Host-" if base_url == "/" else "__Secure-"
        return cls(f"{prefix}colonnade", base_url, secure=True)

    def set(self, response: Response, secret: str, lifetime_seconds: int) -> None:
        """Give the browser `secret`. Lax, so that a link in a mail opens as the person."""
        response.set_cookie(
            self.name,
            secret,
            max_age=lifetime_seconds,
            path=self.path,
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response) -> None:
        """Make the browser forget it."""
        response.delete_cookie(
            self.name, path=self.path, secure=self.secure, httponly=True, samesite="lax"
        )


@dataclass(frozen=True, slots=True)
class CredentialReader:
    """Finds the one credential that speaks for a request."""

    cookie: SessionCookie
    base_url: str

    def read(self, connection: HTTPConnection) -> Credential | None:
        """The token of the Authorization header, else of the query, else the session cookie."""
        secret = _authorization(connection)
        if secret is None:
            secret = self._query(connection)
        if secret is not None:
            return Credential("token", secret[:LONGEST_SECRET])
        kept = connection.cookies.get(self.cookie.name)
        return Credential("session", kept[:LONGEST_SECRET]) if kept else None

    def _query(self, connection: HTTPConnection) -> str | None:
        """`?token=` as Jupyter clients send it, on Jupyter's own API and nowhere else."""
        rest = connection.scope["path"].removeprefix(self.base_url)
        jupyter_api = rest.startswith(("api/", "terminals/websocket/"))
        if not jupyter_api or rest.startswith("api/v1/"):
            return None
        return connection.query_params.get("token") or None  # JupyterLab sends it empty


def _authorization(connection: HTTPConnection) -> str | None:
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() in {"token", "bearer"} else None


@lru_cache(maxsize=8)
def reader_for(address: str, base_url: str) -> CredentialReader:
    """The reader for an application at `address` below `base_url`."""
    return CredentialReader(SessionCookie.under(address, base_url), base_url)
