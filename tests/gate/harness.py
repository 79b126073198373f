"""Real servers, stand-ins for the seams upwards and sideways, and a raw client, for this room."""

import asyncio
import os
import subprocess
import sys
import tempfile
import uuid
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import uvicorn
from fastapi import FastAPI, Request, Response
from prometheus_client import CollectorRegistry

from colonnade.accounts.http import someone
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Role
from colonnade.enforcement.verdict import Asked, Outcome, Verdict, digest
from colonnade.gate.gate import Gate
from colonnade.gate.metrics import GateMetrics
from colonnade.gate.protocol.message import Message
from colonnade.gate.protocol.wire import WireForm, form_of
from colonnade.gate.server import build_router
from colonnade.kit.errors import NotFound
from colonnade.kit.http import install_error_answers
from colonnade.observations import Observation

V1 = "v1.kernel.websocket.jupyter.org"
PERSON = Identity("a" * 32, "ada", "Ada", Role.MEMBER)
OTHER = Identity("b" * 32, "bob", "Bob", Role.MEMBER)
RUNTIME_ID = "0123456789abcdef" * 2
SERVER_MESSAGE_BYTES = 80 << 20
UNUSED_EXTENSIONS = {"jupyterlab": False, "jupyter_lsp": False, "notebook_shim": False}
PATIENCE_SECONDS = 30


@dataclass
class JupyterServer:
    """A jupyter_server of the test's own, set up as in a runtime."""

    process: subprocess.Popen[bytes]
    socket: Path
    folder: Path

    def client(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(self.socket), limit=0))

    async def ask(self, method: str, path: str) -> Any:
        async with self.client() as http, http.request(method, f"http://runtime{path}") as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json() if answer.status != 204 else None

    async def start_kernel(self) -> str:
        return (await self.ask("POST", "/api/kernels"))["id"]

    async def end_kernel(self, kernel_id: str) -> None:
        await self.ask("DELETE", f"/api/kernels/{kernel_id}")

    async def until_up(self) -> None:
        async with asyncio.timeout(60):
            while not await self._is_up():  # noqa: ASYNC110 - another process gives no event
                await asyncio.sleep(0.05)

    async def _is_up(self) -> bool:
        try:
            await self.ask("GET", "/api/status")
        except aiohttp.ClientError:
            return False
        return True

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def start_server() -> JupyterServer:
    folder = Path(tempfile.mkdtemp(prefix="gate-"))
    options = [
        f"--ServerApp.sock={folder / 'j.sock'}",
        "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True",
        "--ServerApp.allow_remote_access=True",
        "--ServerApp.allow_root=True",
        f"--ServerApp.jpserver_extensions={UNUSED_EXTENSIONS}",
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.terminado_settings={'shell_command': ['bash', '--norc']}",
        "--ZMQChannelsWebsocketConnection.limit_rate=False",
        f"--ServerApp.tornado_settings={{'websocket_max_message_size': {SERVER_MESSAGE_BYTES}}}",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", *options],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "PS1": "$ "},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return JupyterServer(process, folder / "j.sock", folder)


@dataclass
class OneRuntime:
    """Fulfils the gate's seam to runtimes with one server that belongs to one person."""

    server: JupyterServer
    owner: str
    path: str = "Notes.ipynb"
    touched: list[str] = field(default_factory=list)
    noted: list[Observation] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    _http: aiohttp.ClientSession | None = None

    def runtime_of(self, identity: Identity, kernel_id: str) -> str:
        if identity.person_id != self.owner or kernel_id == "unknown":
            raise NotFound("There is no such kernel.")
        return RUNTIME_ID

    def notebook_path(self, runtime_id: str) -> str:
        return self.path

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

    def note(self, observation: Observation) -> None:
        self.noted.append(observation)

    async def close(self) -> None:
        if self._http:
            await self._http.close()


@dataclass
class WordJudge:
    """Refuses what contains EVIL, holds HOLD, notes NOTE, fails at FAIL, waits at WAIT.

    What begins with PLAIN is judged at once.
    """

    asked: list[Asked] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    def at_once(self, asked: Asked) -> Verdict | None:
        if "FAIL" in asked.source:
            raise RuntimeError("the judge's reader failed")
        return word_verdict(asked.source) if asked.source.startswith("PLAIN") else None

    async def judge(self, asked: Asked) -> Verdict:
        self.asked.append(asked)
        if "FAIL" in asked.source:
            raise RuntimeError("the judge's worker died")
        if "WAIT" in asked.source:
            await self.go_on.wait()
        return word_verdict(asked.source)


def word_verdict(source: str) -> Verdict:
    """What `WordJudge` says of `source`."""
    steps = {"EVIL": Outcome.REFUSE, "HOLD": Outcome.HOLD, "NOTE": Outcome.NOTICE}
    for word, outcome in steps.items():
        if word in source:
            text = f"Clause 1, rule {word}\nline 1: here"
            return Verdict(outcome, "n1", text, digest(source))
    return Verdict(Outcome.ALLOW, "", "", digest(source))


@dataclass
class Revocable:
    """Fulfils the seam to revocations."""

    dead: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, identity: Identity) -> None:
        await self.dead.wait()


@dataclass
class Served:
    """The gate, served by uvicorn as in production, and its parts; `identity` is who asks."""

    runtimes: OneRuntime
    judge: WordJudge = field(default_factory=WordJudge)
    revocations: Revocable = field(default_factory=Revocable)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    identity: Identity = PERSON
    address: str = ""
    gate: Gate = field(init=False)

    def app(self) -> FastAPI:
        app = FastAPI()
        self.gate = app.state.gate = Gate.make(
            self.runtimes, self.revocations, self.judge, GateMetrics(self.registry)
        )
        app.include_router(build_router())
        app.add_api_route("/api/kernels{rest:path}", self.rest, methods=["GET", "POST", "DELETE"])
        app.dependency_overrides[someone] = lambda: self.identity
        install_error_answers(app)
        return app

    async def rest(self, rest: str, request: Request) -> Response:
        """Kernels over REST as the jupyter room offers them, for stock clients."""
        http, body = self.runtimes.http(RUNTIME_ID), await request.body()
        address = f"http://runtime/api/kernels{rest}"
        async with http.request(request.method, address, data=body) as answer:
            return Response(await answer.read(), answer.status, media_type="application/json")

    @property
    def server(self) -> JupyterServer:
        """The runtime's server, past the gate."""
        return self.runtimes.server

    def count(self, channel: str, kind: str, outcome: str) -> float:
        labels = {"channel": channel, "type": kind, "outcome": outcome}
        return self.registry.get_sample_value("colonnade_gate_messages_total", labels) or 0


class AnnouncedServer(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
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
        self.answering = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.answering.set()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"


class Client:
    """A raw client of a kernel's WebSocket, in either form."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, form: WireForm) -> None:
        self.socket, self.form, self.session = socket, form, uuid.uuid4().hex
        self.about: dict[str | None, list[Message]] = defaultdict(list)

    async def send(
        self,
        channel: str,
        msg_type: str,
        content: dict[str, Any],
        buffers: tuple[bytes, ...] = (),
        **header: object,
    ) -> str:
        """Send a message; `header` overrides or, with None, removes its fields. Its msg_id."""
        head = request_header(msg_type, self.session) | header
        head = {key: value for key, value in head.items() if value is not None}
        await self.send_message(Message(channel, head, {}, {}, content, buffers))
        return head["msg_id"]

    async def send_message(self, message: Message) -> None:
        await self.send_frame(self.form.serialise(message))

    async def send_frame(self, frame: str | bytes) -> None:
        await (self.socket.send_str if isinstance(frame, str) else self.socket.send_bytes)(frame)

    async def execute(self, code: str, **content: object) -> str:
        return await self.send("shell", "execute_request", execute_content(code) | content)

    async def receive(self) -> Message:
        message = await self.socket.receive()
        assert message.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}, message
        return self.form.parse(message.data)

    async def until_idle(self, msg_id: str, *, reply: bool = True) -> list[Message]:
        """Every message about `msg_id` until it is complete."""
        wanted = {"idle", "reply"} if reply else {"idle"}
        await self.until(msg_id, lambda seen: wanted <= set(map(_milestone, seen)))
        return self.about[msg_id]

    async def until(self, msg_id: str, enough: Any) -> list[Message]:
        """Every message about `msg_id` until `enough(messages)`."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not enough(self.about[msg_id]):
                message = await self.receive()
                self.about[message.parent_header.get("msg_id")].append(message)
        return self.about[msg_id]

    async def run(self, code: str, **content: object) -> list[Message]:
        return await self.until_idle(await self.execute(code, **content))

    async def until_heard(self) -> None:
        """Wait until the kernel's broadcasts arrive.

        After a restart the server subscribes anew, and what is broadcast before that is lost.
        """
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                asked = await self.send("shell", "kernel_info_request", {})
                with suppress(TimeoutError):
                    async with asyncio.timeout(1):
                        await self.until_idle(asked)
                        return

    async def closed(self) -> tuple[int | None, str]:
        """Wait until the server closes; the code and the reason."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                message = await self.socket.receive()
                if message.type is aiohttp.WSMsgType.CLOSE:
                    return message.data, message.extra
                assert message.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}, message


def request_header(msg_type: str, session: str = "s") -> dict[str, Any]:
    """A header as clients send it."""
    return {
        "msg_id": uuid.uuid4().hex,
        "msg_type": msg_type,
        "session": session,
        "username": "u",
        "date": "2026-11-22T00:00:00Z",
        "version": "5.3",
    }


def execute_content(code: str) -> dict[str, Any]:
    """The content of an execute request as clients send it."""
    return {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": True,
        "stop_on_error": True,
    }


async def kernel_client(
    http: aiohttp.ClientSession, address: str, kernel_id: str, subprotocol: str | None, session: str
) -> Client:
    """A client of `kernel_id` at `address` ('ws://127.0.0.1:1' or 'http://runtime')."""
    path = f"/api/kernels/{kernel_id}/channels?session_id={session}"
    offered = (subprotocol,) if subprotocol else ()
    socket = await http.ws_connect(f"{address}{path}", protocols=offered, max_msg_size=0)
    assert socket.protocol == subprotocol
    return Client(socket, form_of(subprotocol))


def texts(messages: list[Message], name: str = "stdout") -> str:
    """What was printed among `messages`."""
    return "".join(m.content["text"] for m in messages if m.content.get("name") == name)


def of_type(messages: list[Message], msg_type: str) -> list[Message]:
    """Those of one type."""
    return [message for message in messages if message.msg_type == msg_type]


def _milestone(message: Message) -> str:
    if message.msg_type.endswith("_reply"):
        return "reply"
    return message.content.get("execution_state", "")
