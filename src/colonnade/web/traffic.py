"""How often each route is asked, how it answers, and how long that takes, for `/metrics`.

Labels are routes' templates, methods that we know and classes of statuses: no path, id or person,
and never more series than there are routes. WebSockets are the gate's to count.
"""

import time
from collections.abc import Sequence
from functools import cached_property

from fastapi.routing import iter_route_contexts
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
BUCKETS_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""A click feels immediate below 0.1 s; a request for a kernel may wait 20 s for its place."""
OTHER = "other"
"""The label of what no route answers, and of methods that we do not know."""


class Traffic:
    """Middleware: counts and times every HTTP request, until its answer is sent whole.

    Args:
        app: what answers, an application with `routes` or a wrapping of one.
        routes: of that application, routers included.
        registry: where the numbers are kept.
    """

    def __init__(
        self, app: ASGIApp, routes: Sequence[BaseRoute], registry: CollectorRegistry
    ) -> None:
        self._app, self._routes = app, routes
        self._requests = Counter(
            "colonnade_http_requests",
            "HTTP requests by route and class of status.",
            ["route", "method", "status"],
            registry=registry,
        )
        self._seconds = Histogram(
            "colonnade_http_request_seconds",
            "Time until an answer was sent whole.",
            ["route", "method"],
            registry=registry,
            buckets=BUCKETS_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on unchanged."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = "none"

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = f"{message['status'] // 100}xx"
            await send(message)

        started = time.perf_counter()
        try:
            await self._app(scope, receive, send_and_note)
        finally:
            self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: str, seconds: float) -> None:
        # The router writes the route that it chose into the scope.
        route = self._templates.get(id(scope.get("route")), OTHER)
        method = scope["method"] if scope["method"] in METHODS else OTHER
        self._requests.labels(route, method, status).inc()
        self._seconds.labels(route, method).observe(seconds)

    @cached_property
    def _templates(self) -> dict[int, str]:
        # A route by itself knows only the part of its path that its own router gives it.
        found = iter_route_contexts(self._routes)
        return {id(one.original_route): one.path or OTHER for one in found}
