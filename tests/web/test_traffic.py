"""The numbers of HTTP: by template, never by what somebody chose to ask."""

from collections.abc import AsyncGenerator

import httpx
import pytest
from fastapi import APIRouter, FastAPI, HTTPException
from prometheus_client import CollectorRegistry

from colonnade.web.traffic import Traffic


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
async def client(registry: CollectorRegistry) -> AsyncGenerator[httpx.AsyncClient]:
    inner = APIRouter(prefix="/things")

    @inner.api_route("/{thing_id}", methods=["GET", "DELETE"])
    async def answer(thing_id: str) -> str:
        if thing_id == "absent":
            raise HTTPException(404)
        if thing_id == "broken":
            raise ValueError(thing_id)
        return thing_id

    app = FastAPI()
    outer = APIRouter()
    outer.include_router(inner, prefix="/v1")
    app.include_router(outer, prefix="/base")
    transport = httpx.ASGITransport(Traffic(app, app.routes, registry), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


def requests(registry: CollectorRegistry) -> dict[tuple[str, str, str], float]:
    """The counter, by route, method and status."""
    return {
        (sample.labels["route"], sample.labels["method"], sample.labels["status"]): sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == "colonnade_http_requests_total"
    }


async def test_requests_are_counted_by_template_method_and_class_of_status(
    client: httpx.AsyncClient, registry: CollectorRegistry
) -> None:
    for name in ("a", "b", "absent", "broken"):
        await client.get(f"/base/v1/things/{name}")
    await client.delete("/base/v1/things/a")
    template = "/base/v1/things/{thing_id}"
    assert requests(registry) == {
        (template, "GET", "2xx"): 2,
        (template, "GET", "4xx"): 1,
        (template, "GET", "5xx"): 1,
        (template, "DELETE", "2xx"): 1,
    }
    named = {"route": template, "method": "GET"}
    assert registry.get_sample_value("colonnade_http_request_seconds_count", named) == 4
    spent = registry.get_sample_value("colonnade_http_request_seconds_sum", named)
    assert spent is not None
    assert 0 < spent < 60


async def test_a_stranger_cannot_make_new_series(
    client: httpx.AsyncClient, registry: CollectorRegistry
) -> None:
    for number in range(20):
        await client.get(f"/nowhere/{number}")
        await client.request(f"METHOD{number}", f"/base/v1/things/{number}")
        await client.request(f"METHOD{number}", f"/nowhere/{number}")
    assert sum(requests(registry).values()) == 60
    assert len(requests(registry)) == 3
