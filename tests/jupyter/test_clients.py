"""Stock Jupyter clients against the whole platform, with a real sandbox behind it."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import pytest
import websocket
from jupyter_kernel_client import JupyterKernelClient
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.gateway.managers import GatewayKernelManager
from nbclient import NotebookClient
from nbformat import v4

from support.serving import Platform, platform

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def colonnade(tmp_path_factory: pytest.TempPathFactory, environment: Path) -> Iterator[Platform]:
    """A platform with its own data folder, as `bin/serve` would start it."""
    with platform(tmp_path_factory.mktemp("c"), environment.parent) as running:
        yield running


@pytest.fixture(scope="module")
def token(colonnade: Platform) -> str:
    """An API token of the first administrator."""
    return colonnade.token("admin")


def ask(colonnade: Platform, path: str, token: str, method: str = "GET", body: Any = None) -> Any:
    """What `path` answers to a program that shows `token` in the query, as VS Code does."""
    request = urllib.request.Request(
        f"{colonnade.address}/{path}?token={token}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        raw = answer.read()
    return json.loads(raw) if raw else None


def test_jupyter_kernel_client_runs_code(colonnade: Platform, token: str) -> None:
    with JupyterKernelClient(server_url=colonnade.address, token=token) as kernel:
        ran = kernel.execute("print('hello'); 6 * 7")
        failed = kernel.execute("1 / 0")
    assert ran["status"] == "ok"
    assert ran["outputs"][0]["text"] == "hello\n"
    assert ran["outputs"][1]["data"]["text/plain"] == "42"
    assert failed["status"] == "error"


def test_nbclient_runs_a_notebook(
    colonnade: Platform, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # jupyter_server's own gateway client sends its token with HTTP requests, but not with the
    # socket (2.21.1), so the header is added to the library that opens it.
    signed = partial(websocket.create_connection, header=[f"Authorization: token {token}"])
    monkeypatch.setattr(websocket, "create_connection", signed)
    sources = ["import numpy as np", "int(np.arange(5).sum())"]
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
    GatewayClient.clear_instance()
    gateway = GatewayClient.instance()
    gateway.url, gateway.auth_token = colonnade.address, token
    try:
        NotebookClient(notebook, kernel_manager_class=GatewayKernelManager, timeout=60).execute()
    finally:
        GatewayClient.clear_instance()
    assert notebook.cells[1].outputs[0]["data"]["text/plain"] == "10"


def test_vs_code_connects_lists_opens_and_closes(colonnade: Platform, token: str) -> None:
    assert ask(colonnade, "api", token)["version"]
    assert ask(colonnade, "api/me", token)["identity"]["username"] == "admin"
    specs = ask(colonnade, "api/kernelspecs", token)
    assert specs["default"] in specs["kernelspecs"]
    wish = {"path": "v.ipynb", "name": "v", "type": "notebook", "kernel": {"name": "python3"}}
    session = ask(colonnade, "api/sessions", token, "POST", wish)
    kernel = session["kernel"]["id"]
    assert [one["id"] for one in ask(colonnade, "api/kernels", token)] == [kernel]
    assert ask(colonnade, f"api/kernels/{kernel}/restart", token, "POST")["id"] == kernel
    ask(colonnade, f"api/sessions/{session['id']}", token, "DELETE")
    assert ask(colonnade, "api/sessions", token) == []
    assert ask(colonnade, "api/kernels", token) == []


def test_a_session_and_its_kernel_survive_a_crash_of_the_control_plane(
    colonnade: Platform, token: str
) -> None:
    wish = {"path": "s.ipynb", "name": "s", "type": "notebook", "kernel": {"name": "python3"}}
    session = ask(colonnade, "api/sessions", token, "POST", wish)
    colonnade.kill()
    colonnade.start()
    [after] = ask(colonnade, "api/sessions", token)
    assert after["id"] == session["id"]
    assert after["kernel"]["id"] == session["kernel"]["id"]
    ask(colonnade, f"api/sessions/{session['id']}", token, "DELETE")


def test_a_terminal_is_opened_and_closed(colonnade: Platform, token: str) -> None:
    opened = ask(colonnade, "api/terminals", token, "POST", {})
    assert [one["name"] for one in ask(colonnade, "api/terminals", token)] == [opened["name"]]
    ask(colonnade, f"api/terminals/{opened['name']}", token, "DELETE")
    assert ask(colonnade, "api/terminals", token) == []


def test_a_wrong_token_opens_nothing(colonnade: Platform) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(colonnade, "api/kernels", "wrong")
    assert refused.value.code == 403


def test_the_notebook_that_nbclient_leaves_is_valid(colonnade: Platform, token: str) -> None:
    notebook = v4.new_notebook(cells=[v4.new_code_cell("1")])
    body = {"type": "notebook", "format": "json", "content": notebook}
    ask(colonnade, "api/contents/left.ipynb", token, "PUT", body)
    kept = ask(colonnade, "api/contents/left.ipynb", token)["content"]
    nbformat.validate(nbformat.from_dict(kept))
