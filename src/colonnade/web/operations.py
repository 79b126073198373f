"""For operators and their machines: is it alive, is it ready, and its numbers.

`/metrics` joins prometheus_client's default registry (the process itself, and what rooms count
there) with `app.state.metrics`, made by `build_metrics` (`traffic` keeps its numbers there too). To
add a number, register a collector with either.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from statistics import quantiles
from typing import cast

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from colonnade.accounts.http import PUBLIC, Anyone, require
from colonnade.accounts.permissions import Permission
from colonnade.kit.errors import ColonnadeError, Unavailable
from colonnade.kit.http import database_of
from colonnade.runtimes.environments import environments_root, ready
from colonnade.runtimes.service import Runtimes
from colonnade.web.pages import settings_of
from colonnade.web.parts import runtimes_of
from colonnade.web.tier import glance_of

router = APIRouter(include_in_schema=False)

PATIENCE_SECONDS = 5.0


@router.api_route("/healthz", methods=["GET", "HEAD"], dependencies=[PUBLIC])
def healthz() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"alive": True})


@router.api_route("/readyz", methods=["GET", "HEAD"], dependencies=[PUBLIC])
async def readyz(request: Request, someone: Anyone) -> JSONResponse:
    """Whether each part works; what is wrong with it only for who may read the numbers."""
    checks: dict[str, Callable[[HTTPConnection], Awaitable[None]]] = {
        "database": _check_database,
        "host": _check_host,
        "environment": _check_environment,
    }
    problems = await asyncio.gather(*(_problem_of(check, request) for check in checks.values()))
    detailed = someone is not None and someone.may(Permission.METRICS_READ)
    parts = {
        name: {"ready": not problem, **({"problem": problem} if problem and detailed else {})}
        for name, problem in zip(checks, problems, strict=True)
    }
    whole = not any(problems)
    return JSONResponse({"ready": whole, "parts": parts}, status_code=200 if whole else 503)


@router.get("/metrics", dependencies=[require(Permission.METRICS_READ)])
def metrics(request: Request) -> Response:
    """The numbers, in Prometheus' text format."""
    own = cast(CollectorRegistry, request.app.state.metrics)
    body = generate_latest(REGISTRY) + generate_latest(own)
    return Response(body, headers={"Content-Type": CONTENT_TYPE_LATEST})


def build_metrics(runtimes: Runtimes) -> CollectorRegistry:
    """The registry for `app.state.metrics`."""
    registry = CollectorRegistry()
    registry.register(RuntimesCollector(runtimes))
    return registry


class RuntimesCollector(Collector):
    """Runtimes, pool and queue, read from the service at the moment they are asked for."""

    def __init__(self, runtimes: Runtimes) -> None:
        self._runtimes = runtimes

    def collect(self) -> Iterable[Metric]:
        """Every number of the runtimes' snapshot."""
        now = self._runtimes.snapshot()
        held = GaugeMetricFamily("colonnade_runtimes", "Runtimes.", labels=["class", "state"])
        for (name, state), count in now.runtimes.items():
            held.add_metric([name, state], count)
        yield held
        yield _by_class("colonnade_pool_ready", "Prewarmed runtimes.", now.pool_ready)
        yield _by_class("colonnade_queue_tickets", "People waiting.", now.queue)
        yield CounterMetricFamily("colonnade_launches", "Runtimes launched.", now.launches)
        yield CounterMetricFamily(
            "colonnade_launch_failures", "Launches that failed.", now.launch_failures
        )
        yield CounterMetricFamily("colonnade_claims", "Kernels handed out.", now.claims)
        yield CounterMetricFamily("colonnade_lost", "Runtimes lost.", now.lost)
        yield _claim_seconds(now.claim_seconds)


def _by_class(name: str, words: str, counts: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=["class"])
    for class_name, count in counts.items():
        family.add_metric([class_name], count)
    return family


def _claim_seconds(recent: tuple[float, ...]) -> Metric:
    family = GaugeMetricFamily(
        "colonnade_claim_seconds", "Time to hand out a kernel, recently.", labels=["quantile"]
    )
    if len(recent) > 1:
        hundredths = quantiles(recent, n=100, method="inclusive")
        for label, value in (("0.5", hundredths[49]), ("0.99", hundredths[98])):
            family.add_metric([label], value)
    return family


async def _problem_of(
    check: Callable[[HTTPConnection], Awaitable[None]], connection: HTTPConnection
) -> str:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await check(connection)
    except TimeoutError:
        return "It did not answer in time."
    except (ColonnadeError, SQLAlchemyError, OSError) as problem:
        return str(problem) if isinstance(problem, ColonnadeError) else type(problem).__name__
    return ""


async def _check_database(connection: HTTPConnection) -> None:
    # A writing transaction takes the lock that every save needs.
    async with database_of(connection).transaction() as session:
        await session.execute(text("SELECT 1"))


async def _check_host(connection: HTTPConnection) -> None:
    if await glance_of(connection).ask() is None:
        raise Unavailable("The part that runs notebooks cannot be reached.")


async def _check_environment(connection: HTTPConnection) -> None:
    settings = settings_of(connection)
    name = runtimes_of(connection).settings.default.environment
    await asyncio.to_thread(
        ready, name, environments_root(settings.data), settings.section("environments")
    )
