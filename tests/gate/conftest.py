"""A real jupyter_server with real kernels on a unix socket, and the gate before it."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections import defaultdict
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from colonnade.accounts.http import someone
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Role
from colonnade.enforcement.verdict import Asked, Outcome, Verdict, digest
from colonnade.gate.gate import Gate
from colonnade.gate.metrics import GateMetrics
from colonnade.gate.server import build_router
from colonnade.kit.errors import NotFound
from colonnade.kit.http import install_error_answers

RUNTIME_ID = "0123456789abcdef" * 2
OTHER_RUNTIME_ID = "fedcba9876543210" * 2
MAX_MESSAGE_BYTES = 80 << 20
UNUSED_EXTENSIONS = {"jupyterlab": False, "jupyter_lsp": False, "notebook_shim": False}


@dataclass
class JupyterServer:
    """A jupyter_server of the test's own, as it runs in a runtime."""

    process: subprocess.Popen[bytes]
    socket: Path
    folder: Path

    def client(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(self.socket)))

    async def start_kernel(self) -> str:
        async with self.client() as http, http.post("http://runtime/api/kernels") as answer:
            assert answer.status == 201
            return (await answer.json())["id"]

    async def end_kernel(self, kernel_id: str) -> None:
        async with self.client() as http:
            await http.delete(f"http://runtime/api/kernels/{kernel_id}")


def start_server() -> JupyterServer:
    folder = Path(tempfile.mkdtemp(prefix="gate-"))
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyter_server",
            f"--ServerApp.sock={folder / 'j.sock'}",
            "--IdentityProvider.token=",
            "--ServerApp.disable_check_xsrf=True",
            "--ServerApp.allow_remote_access=True",
            "--ServerApp.allow_root=True",
            f"--ServerApp.jpserver_extensions={UNUSED_EXTENSIONS}",
            f"--ServerApp.root_dir={folder}",
            "--ZMQChannelsWebsocketConnection.limit_rate=False",
            f"--ServerApp.tornado_settings={{'websocket_max_message_size': {MAX_MESSAGE_BYTES}}}",
        ],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "JUPYTER_RUNTIME_DIR": str(folder / "run")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return JupyterServer(process, folder / "j.sock", folder)


@pytest.fixture(scope="session")
def jupyter_server() -> Generator[JupyterServer]:
    """One server for the whole run; each test has a kernel of its own."""
    server = start_server()
    asyncio.run(wait_until_up(server))
    yield server
    server.process.terminate()
    server.process.wait(10)
    shutil.rmtree(server.folder, ignore_errors=True)


async def wait_until_up(server: JupyterServer) -> None:
    async with asyncio.timeout(30), server.client() as http:
        while True:
            try:
                async with http.get("http://runtime/api/status") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)


@pytest.fixture
async def kernel_id(jupyter_server: JupyterServer) -> AsyncGenerator[str]:
    """A fresh kernel."""
    started = await jupyter_server.start_kernel()
    yield started
    await jupyter_server.end_kernel(started)


@dataclass(frozen=True)
class Place:
    path: str = "Notes.ipynb"


@dataclass
class OneRuntime:
    """Fulfils the gate's seam to runtimes with one server that belongs to one person."""

    server: JupyterServer
    owner: str
    touched: list[str] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    _http: aiohttp.ClientSession | None = None

    def runtime_of(self, identity: Identity, kernel_id: str) -> str:
        if identity.person_id != self.owner or kernel_id == "unknown":
            raise NotFound("There is no such kernel.")
        return RUNTIME_ID

    async def kernel(self, identity: Identity, kernel_id: str) -> Place:
        return Place()

    def runtimes_of(self, identity: Identity) -> list[str]:
        return [RUNTIME_ID] if identity.person_id == self.owner else []

    async def gone(self, runtime_id: str) -> str:
        await self.ended.wait()
        return "It was out of memory."

    def http(self, runtime_id: str) -> aiohttp.ClientSession:
        self._http = self._http or self.server.client()
        return self._http

    def touch(self, runtime_id: str) -> None:
        self.touched.append(runtime_id)

    async def close(self) -> None:
        if self._http:
            await self._http.close()


@dataclass
class WordJudge:
    """Refuses what contains EVIL, holds HOLD, notes NOTE, fails at FAIL, waits at WAIT."""

    asked: list[Asked] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def judge(self, asked: Asked) -> Verdict:
        self.asked.append(asked)
        sha256 = digest(asked.source)
        if "FAIL" in asked.source:
            raise RuntimeError("the judge's worker died")
        if "WAIT" in asked.source:
            await self.go_on.wait()
        for word, outcome in (
            ("EVIL", Outcome.REFUSE),
            ("HOLD", Outcome.HOLD),
            ("NOTE", Outcome.NOTICE),
        ):
            if word in asked.source:
                return Verdict(outcome, "n1", f"Clause 1, rule {word}\nline 1: it", sha256)
        return Verdict(Outcome.ALLOW, "", "", sha256)


@dataclass
class Revocable:
    """Fulfils the seam to revocations."""

    dead: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, identity: Identity) -> None:
        await self.dead.wait()


@dataclass
class Served:
    """The gate, served by uvicorn as in production, and its parts."""

    address: str
    runtimes: OneRuntime
    judge: WordJudge
    revocations: Revocable
    registry: CollectorRegistry
    identity: Identity
    server: JupyterServer


PERSON = Identity("a" * 32, "ada", "Ada", Role.MEMBER)


@pytest.fixture
async def served(jupyter_server: JupyterServer) -> AsyncGenerator[Served]:
    """The gate before the real server; who asks is `served.identity`."""
    parts = Served(
        "",
        OneRuntime(jupyter_server, PERSON.person_id),
        WordJudge(),
        Revocable(),
        CollectorRegistry(),
        PERSON,
        jupyter_server,
    )
    app = FastAPI()
    app.state.gate = Gate.make(
        parts.runtimes, parts.revocations, parts.judge, GateMetrics(parts.registry)
    )
    app.include_router(build_router())
    app.dependency_overrides[someone] = lambda: parts.identity
    install_error_answers(app)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            port=0,
            ws="websockets-sansio",
            http="httptools",
            ws_max_size=256 << 20,
            ws_per_message_deflate=False,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    parts.address = f"127.0.0.1:{port}"
    yield parts
    server.should_exit = True
    await serving
    await parts.runtimes.close()


class Client:
    """A raw client of a kernel's WebSocket, in either form."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, form) -> None:
        self.socket, self.form, self.session = socket, form, uuid.uuid4().hex
        self.about: dict[str | None, list] = defaultdict(list)

    def header(self, msg_type: str, **more: object) -> dict:
        return {
            "msg_id": uuid.uuid4().hex,
            "msg_type": msg_type,
            "session": self.session,
            "username": "u",
            "date": "2026-11-22T00:00:00Z",
            "version": "5.3",
            **more,
        }

    async def send(self, channel, msg_type, content, buffers=(), metadata=None, **header) -> str:
        from colonnade.gate.protocol.message import Message

        head = self.header(msg_type, **header)
        await self.send_message(Message(channel, head, {}, metadata or {}, content, buffers))
        return head["msg_id"]

    async def send_message(self, message) -> None:
        frame = self.form.serialise(message)
        await (self.socket.send_str if isinstance(frame, str) else self.socket.send_bytes)(frame)

    async def execute(self, code: str, **content) -> str:
        full = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        return await self.send("shell", "execute_request", {**full, "allow_stdin": True, **content})

    async def receive(self):
        message = await self.socket.receive()
        assert message.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}, message
        return self.form.parse(message.data)

    async def until_idle(self, msg_id: str, *, reply: bool = True) -> list:
        """Every message about `msg_id` until it is complete."""
        wanted = {"idle", "reply"} if reply else {"idle"}
        seen = self.about[msg_id]
        async with asyncio.timeout(20):
            while not wanted <= set(map(_milestone, seen)):
                message = await self.receive()
                self.about[message.parent_header.get("msg_id")].append(message)
        return seen

    async def run(self, code: str, **content) -> list:
        return await self.until_idle(await self.execute(code, **content))


def _milestone(message) -> str:
    if message.msg_type.endswith("_reply"):
        return "reply"
    return message.content.get("execution_state", "")


@pytest.fixture
async def connect(served: Served, kernel_id: str):
    """`await connect(subprotocol)` is a client of the fresh kernel through the gate."""
    from colonnade.gate.protocol.wire import form_of

    http = aiohttp.ClientSession()

    async def connect(subprotocol=None, session_id="s1", **options) -> Client:
        socket = await http.ws_connect(
            f"ws://{served.address}/api/kernels/{kernel_id}/channels?session_id={session_id}",
            protocols=(subprotocol,) if subprotocol else (),
            max_msg_size=0,
            **options,
        )
        assert socket.protocol == subprotocol
        return Client(socket, form_of(subprotocol))

    yield connect
    await http.close()


def texts(messages: list, name: str = "stdout") -> str:
    """What was printed among `messages`."""
    return "".join(m.content["text"] for m in messages if m.content.get("name") == name)


def dump(value: object) -> str:
    return json.dumps(value)
