"""The host on its socket: JSON over HTTP for `runtimes.local`, and a stream of events.

| request | meaning |
|---|---|
| GET /capacity, /tier, /runtimes, /runtimes/{id}/usage | as in the engine's contract |
| PUT /runtimes | launch; the client's going away undoes it |
| POST /runtimes/{id}/claim, /runtimes/{id}/enter | give away; set the kernels' folder |
| POST /runtimes/{id}/observations | a hint of the control plane's for the judge of conduct |
| DELETE /runtimes/{id}?grace=SECONDS | stop |
| POST /runtimes/{id}/keep | set its files aside |
| GET /kept, GET /kept/{id}/archive, DELETE /kept/{id} | what was set aside |
| POST /end | end every runtime, then the host |
| GET /events | one status or observation a line, an empty line every `PULSE_SECONDS` |
"""

import asyncio
import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from colonnade.host import orphans
from colonnade.host.ground import survey
from colonnade.host.supervisor import Supervisor
from colonnade.kit.errors import ColonnadeError, Invalid
from colonnade.kit.log import configure_logging, get_logger
from colonnade.kit.settings import Settings
from colonnade.policy.configuration import PolicySettings
from colonnade.runtimes import wire
from colonnade.runtimes.engine import Observed

PULSE_SECONDS = 10.0
BODY_BYTES = 4 << 20
"""A launch brings its deny-lists with it."""
LOCK_SECONDS = 10.0
REACH_SECONDS = 2.0

log = get_logger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Body = TypeVar("Body")


def run(settings: Settings) -> None:
    """Be the host of this data folder until SIGTERM; returns at once if it has one already."""
    configure_logging()
    folder = wire.HostFolder(settings.data)
    if not _take_lock(folder):
        print(f"A host for {settings.data} runs already.", file=sys.stderr)
        return
    orphans.adopt()
    ground = survey(settings.data, settings.unsafe_no_sandbox)
    rules = settings.table("policy", PolicySettings).rules
    supervisor = Supervisor(folder, ground, settings.unsafe_no_sandbox, rules)
    supervisor.sweep()
    Path(folder.control).unlink(missing_ok=True)
    # Not uvloop: beside `orphans.bury`, it missed the end of children, and the host then waited
    # for sandboxes that were gone.
    asyncio.run(_serve(supervisor, folder))
    ground.close()


def _take_lock(folder: wire.HostFolder) -> bool:
    """Take the lock, kept until the process ends, and write our process id into it.

    A host that is ending may still hold it: waits while it answers no more.
    """
    lock = os.open(folder.path / "host.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if _is_answered(folder.control) or time.monotonic() > deadline:
                os.close(lock)
                return False
            time.sleep(0.05)
        else:
            os.ftruncate(lock, 0)
            os.write(lock, str(os.getpid()).encode())
            return True


def _is_answered(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(address) == 0


async def _serve(supervisor: Supervisor, folder: wire.HostFolder) -> None:
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    runner = web.AppRunner(
        build_app(supervisor, ending),
        handler_cancellation=True,
        access_log=None,
        shutdown_timeout=1.0,
    )
    await runner.setup()
    await web.UnixSite(runner, folder.control).start()
    watching = asyncio.gather(
        supervisor.watch_memory(),
        supervisor.way_out.keep(),
        supervisor.sensing.watch(),
        orphans.bury(),
        _end_when_out_of_reach(folder.control, ending),
    )
    log.info("host-ready", pid=os.getpid())
    await ending.wait()
    watching.cancel()
    await supervisor.stop_all()
    await runner.cleanup()
    log.info("host-ended")


async def _end_when_out_of_reach(address: str, ending: asyncio.Event) -> None:
    """Who deletes the data folder wants no host either."""
    while os.path.exists(address):  # noqa: ASYNC110, ASYNC240
        await asyncio.sleep(REACH_SECONDS)
    log.warning("socket-gone")
    ending.set()


def build_app(supervisor: Supervisor, ending: asyncio.Event) -> web.Application:
    """The application around one supervisor; streams close once `ending` is set."""
    desk = _Desk(supervisor, ending)
    app = web.Application(middlewares=[_answer_errors], client_max_size=BODY_BYTES)
    app.add_routes(
        [
            web.get("/capacity", desk.capacity),
            web.get("/tier", desk.tier),
            web.get("/runtimes", desk.list),
            web.put("/runtimes", desk.launch),
            web.post("/runtimes/{id}/claim", desk.claim),
            web.post("/runtimes/{id}/enter", desk.enter),
            web.post("/runtimes/{id}/observations", desk.note),
            web.get("/runtimes/{id}/usage", desk.usage),
            web.delete("/runtimes/{id}", desk.stop),
            web.post("/runtimes/{id}/keep", desk.keep),
            web.get("/kept", desk.kept),
            web.get("/kept/{id}/archive", desk.archive),
            web.delete("/kept/{id}", desk.forget),
            web.post("/end", desk.end),
            web.get("/events", desk.events),
        ]
    )
    return app


class _Desk:
    def __init__(self, supervisor: Supervisor, ending: asyncio.Event) -> None:
        self._supervisor = supervisor
        self._ending = ending

    async def capacity(self, request: web.Request) -> web.Response:
        return _json(wire.CAPACITY, self._supervisor.capacity())

    async def tier(self, request: web.Request) -> web.Response:
        return _json(wire.TIER, self._supervisor.tier)

    async def list(self, request: web.Request) -> web.Response:
        return _json(wire.STATUSES, self._supervisor.list())

    async def launch(self, request: web.Request) -> web.Response:
        status = await self._supervisor.launch(await _body(wire.SPEC, request))
        return _json(wire.STATUS, status)

    async def claim(self, request: web.Request) -> web.Response:
        claim = await _body(wire.CLAIM, request)
        await self._supervisor.claim(request.match_info["id"], claim)
        return web.Response(status=204)

    async def enter(self, request: web.Request) -> web.Response:
        entry = await _body(wire.ENTRY, request)
        await self._supervisor.enter(request.match_info["id"], entry.folder)
        return web.Response(status=204)

    async def note(self, request: web.Request) -> web.Response:
        noted = await _body(wire.NOTED, request)
        self._supervisor.note(request.match_info["id"], noted)
        return web.Response(status=204)

    async def usage(self, request: web.Request) -> web.Response:
        return _json(wire.USAGE, await self._supervisor.usage(request.match_info["id"]))

    async def stop(self, request: web.Request) -> web.Response:
        try:
            grace = float(request.query.get("grace", "5"))
        except ValueError as problem:
            raise Invalid("The grace is a number of seconds.") from problem
        # Once begun, a stop is finished even if who asked for it has gone.
        await asyncio.shield(self._supervisor.stop(request.match_info["id"], grace))
        return web.Response(status=204)

    async def keep(self, request: web.Request) -> web.Response:
        keeping = await _body(wire.KEEPING, request)
        self._supervisor.keep(request.match_info["id"], keeping.reason, keeping.until)
        return web.Response(status=204)

    async def kept(self, request: web.Request) -> web.Response:
        return _json(wire.KEPT, await self._supervisor.kept())

    async def archive(self, request: web.Request) -> web.StreamResponse:
        async with aclosing(self._supervisor.archive(request.match_info["id"])) as pieces:
            # The first piece decides between an error and a stream.
            first = await anext(pieces, b"")
            response = web.StreamResponse(headers={"Content-Type": "application/gzip"})
            await response.prepare(request)
            try:
                await response.write(first)
                async for piece in pieces:
                    await response.write(piece)
            except ColonnadeError as problem:
                log.error("archive-failed", path=request.path, reason=problem.message)
                if request.transport is not None:
                    # Cut off, so that nobody takes it for whole.
                    request.transport.abort()
        return response

    async def forget(self, request: web.Request) -> web.Response:
        await self._supervisor.forget(request.match_info["id"])
        return web.Response(status=204)

    async def end(self, request: web.Request) -> web.Response:
        await asyncio.shield(self._supervisor.stop_all())
        self._ending.set()
        return web.Response(status=204)

    async def events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        await response.write(b"\n")
        async with self._supervisor.telling.events() as queue:
            while not self._ending.is_set():
                try:
                    event = await asyncio.wait_for(queue.get(), PULSE_SECONDS)
                    told = event if isinstance(event, Observed) else event.status
                    line = wire.EVENT.dump_json(told)
                except TimeoutError:
                    line = b""
                await response.write(line + b"\n")
        return response


def _json(form: TypeAdapter[Any], value: object) -> web.Response:
    return web.Response(body=form.dump_json(value), content_type="application/json")


async def _body(form: TypeAdapter[Body], request: web.Request) -> Body:
    try:
        return form.validate_json(await request.read())
    except ValidationError as problem:
        fields = ", ".join(".".join(map(str, one["loc"])) for one in problem.errors())
        raise Invalid(f"The request to the host is malformed: {fields or 'not JSON'}.") from problem


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ColonnadeError as expected:
        log.info("request-refused", path=request.path, code=expected.code)
        failure = wire.Failure(expected.code, expected.message, expected.remedy)
        return _failure(failure, expected.status)
    except web.HTTPException as plain:
        return _failure(wire.Failure("invalid", plain.reason), plain.status)
    except Exception:
        log.exception("request-failed", path=request.path)
        return _failure(wire.Failure("error", "The host failed; its log says why."), 500)


def _failure(failure: wire.Failure, status: int) -> web.Response:
    body = wire.FAILURE.dump_json(failure)
    return web.Response(body=body, status=status, content_type="application/json")
