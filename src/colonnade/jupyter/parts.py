"""The parts of the application that this room's routes use, read from where `app.py` hung them."""

from typing import cast

from starlette.requests import HTTPConnection

from colonnade.accounts.revocations import Revocations
from colonnade.jupyter.lab.lab import Lab
from colonnade.jupyter.service import Sessions
from colonnade.jupyter.terminals import Terminals
from colonnade.kit.database import Database
from colonnade.kit.settings import Origins, Settings
from colonnade.runtimes.service import Runtimes


def lab_of(connection: HTTPConnection) -> Lab:
    """JupyterLab, the same for everybody."""
    return cast(Lab, connection.app.state.lab)


def runtimes_of(connection: HTTPConnection) -> Runtimes:
    """The service that holds everybody's runtimes."""
    return cast(Runtimes, connection.app.state.runtimes)


def settings_of(connection: HTTPConnection) -> Settings:
    """What the operator chose."""
    return cast(Settings, connection.app.state.settings)


def origins_of(connection: HTTPConnection) -> Origins:
    """Where the application and untrusted content live."""
    return cast(Origins, connection.app.state.origins)


def database_of(connection: HTTPConnection) -> Database:
    """The database."""
    return cast(Database, connection.app.state.database)


def revocations_of(connection: HTTPConnection) -> Revocations:
    """Tells when a sign-in ends."""
    return cast(Revocations, connection.app.state.revocations)


def sessions_of(connection: HTTPConnection) -> Sessions:
    """Everybody's kernel sessions."""
    return cast(Sessions, connection.app.state.sessions)


def terminals_of(connection: HTTPConnection) -> Terminals:
    """Everybody's terminals. Holds nothing, so it is made where it is needed."""
    return Terminals(runtimes_of(connection))
