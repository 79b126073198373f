"""The gate before a real jupyter_server with real kernels."""

import pytest

from .conftest import texts

FORMS = [None, "v1.kernel.websocket.jupyter.org"]


@pytest.fixture(params=FORMS, ids=["default", "v1"])
def subprotocol(request):
    return request.param


async def test_a_cell_runs_and_its_output_comes_back(connect, subprotocol):
    client = await connect(subprotocol)
    assert texts(await client.run("print(6 * 7)")) == "42\n"


async def test_a_refused_cell_stops_what_follows(connect, subprotocol):
    client = await connect(subprotocol)
    first = await client.execute("import time; time.sleep(0.5); print('slept')")
    second = await client.execute("print('EVIL')")
    third = await client.execute("print('after')")
    assert texts(await client.until_idle(first)) == "slept\n"
    refused = await client.until_idle(second)
    [error] = [m for m in refused if m.msg_type == "error"]
    assert error.content["traceback"] == ["Clause 1, rule EVIL", "line 1: it"]
    after = await client.until_idle(third)
    assert not texts(after)
    assert after[1].content == {"status": "aborted"}
