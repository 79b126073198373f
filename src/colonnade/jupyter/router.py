"""All routes of the Jupyter surface, in the order in which they must be tried."""

from fastapi import APIRouter

from colonnade.jupyter import (
    export_routes,
    kernelspec_routes,
    server_routes,
    session_routes,
    terminal_routes,
)
from colonnade.jupyter.lab import routes as lab_routes


def build_router() -> APIRouter:
    """Everything that Jupyter clients ask for, beside contents and the gate's WebSockets."""
    router = APIRouter()
    for module in (
        server_routes,
        kernelspec_routes,
        session_routes,
        terminal_routes,
        export_routes,
        lab_routes,
    ):
        router.include_router(module.build_router())
    return router
