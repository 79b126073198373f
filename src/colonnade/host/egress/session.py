"""One connection of a runtime: a request is read, judged, dialled, and carried in both directions.

A connection carries one request. So nothing can be smuggled behind it, and every redirect is a new
request that is judged anew. A slow reader slows its own sender: no more is read than was passed on.
"""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from colonnade.host.egress.accounting import Flow
from colonnade.host.egress.carrying import (
    Meter,
    carry,
    carry_chunks,
    carry_exactly,
    flush,
    together,
)
from colonnade.host.egress.client_hello import (
    RECORD_HEADER_BYTES,
    ClientHello,
    HelloRefused,
    read_hello,
    record_bytes,
)
from colonnade.host.egress.errors import Refusal, Refused, Unreached
from colonnade.host.egress.fields import END, Malformed
from colonnade.host.egress.guest import Guest, now
from colonnade.host.egress.request import AddressAsked, Request, read_request
from colonnade.host.egress.response import Response, own_answer, read_response
from colonnade.runtimes.egress.reasons import Reason

BUFFER_BYTES = 256 << 10
HEAD_SECONDS = 15.0
HELLO_SECONDS = 10.0
ANSWER_SECONDS = 120.0
"""How long an origin may take until its answer begins."""
MOST_INTERIM = 8
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Session:
    """Serves one client. `moved_at` is when something last moved, for who looks after idleness."""

    def __init__(self, guest: Guest, reader: StreamReader, writer: StreamWriter) -> None:
        self._guest, self._reader, self._writer = guest, reader, writer
        self._answered = False
        self.moved_at = now()

    async def serve(self) -> None:
        """From the request's first byte until both directions have ended."""
        try:
            await self._request()
        except Refused as refused:
            self._guest.refused(refused.refusal)
            await self._answer(403, f"Refused by the rules: {refused.refusal.words}")
        except AddressAsked as asked:
            refusal = Refusal(Reason.ADDRESS, _shown(asked.target))
            self._guest.refused(refusal)
            await self._answer(403, f"Refused by the rules: {refusal.words}")
        except Malformed as malformed:
            await self._answer(400, malformed.message)
        except Unreached as away:
            await self._answer(502, away.message)
        except TimeoutError:
            await self._answer(504, "It took too long.")
        except (OSError, EOFError, asyncio.LimitOverrunError):
            # Either end has gone, or sent what cannot be a header: there is nobody to answer.
            pass

    async def _request(self) -> None:
        async with asyncio.timeout(HEAD_SECONDS):
            head = await self._reader.readuntil(END)
        request = read_request(head)
        connection = await self._guest.reach(request.host, request.port, request.tunnel)
        reader, writer = await asyncio.open_connection(sock=connection, limit=BUFFER_BYTES)
        try:
            with self._guest.flow(request.host) as flow:
                serve = self._tunnel if request.tunnel else self._fetch
                await serve(request, reader, writer, flow)
        finally:
            writer.transport.abort()

    async def _tunnel(
        self, asked: Request, reader: StreamReader, writer: StreamWriter, flow: Flow
    ) -> None:
        self._answered = True
        self._writer.write(ESTABLISHED)
        sent, received = self._meters(asked, flow)
        async with asyncio.timeout(HELLO_SECONDS):
            record, hello = await self._hello(asked)
        flow.hidden_hellos += hello.encrypted
        await sent(len(record))
        writer.write(record)
        await together(carry(self._reader, writer, sent), carry(reader, self._writer, received))
        await together(flush(writer), flush(self._writer))

    async def _hello(self, asked: Request) -> tuple[bytes, ClientHello]:
        """The first record and what it says. Raises Refused when it is not for whom it must be."""
        try:
            header = await self._reader.readexactly(RECORD_HEADER_BYTES)
            rest = await self._reader.readexactly(record_bytes(header) - RECORD_HEADER_BYTES)
            hello = read_hello(header + rest)
        except HelloRefused as refused:
            raise Refused(Refusal(refused.reason, asked.host, asked.port)) from refused
        if hello.server_name != asked.host:
            raise Refused(Refusal(Reason.OTHER_SERVER_NAME, asked.host, asked.port))
        return header + rest, hello

    async def _fetch(
        self, asked: Request, reader: StreamReader, writer: StreamWriter, flow: Flow
    ) -> None:
        sent, received = self._meters(asked, flow)
        writer.write(asked.to_origin())
        async with self._sending(asked, writer, sent):
            async with asyncio.timeout(ANSWER_SECONDS):
                response = await self._response(reader)
            self._answered = True
            self._writer.write(response.to_client())
            if not response.has_body(asked.method):
                await self._writer.drain()
            elif response.body.length is not None:
                await carry_exactly(reader, self._writer, response.body.length, received)
            elif response.body.chunked:
                await carry_chunks(reader, self._writer, received)
            else:
                await carry(reader, self._writer, received)
        await flush(self._writer)

    @asynccontextmanager
    async def _sending(
        self, asked: Request, writer: StreamWriter, sent: Meter
    ) -> AsyncGenerator[None]:
        """The request's body goes out inside the block, beside the answer that comes in."""
        if asked.expects and (asked.body.chunked or asked.body.length):
            self._writer.write(CONTINUE)
        body = asyncio.ensure_future(self._body(asked, writer, sent))
        try:
            yield
        finally:
            body.cancel()
            await asyncio.gather(body, return_exceptions=True)

    async def _body(self, asked: Request, writer: StreamWriter, sent: Meter) -> None:
        try:
            if asked.body.chunked:
                await carry_chunks(self._reader, writer, sent)
            else:
                await carry_exactly(self._reader, writer, asked.body.length or 0, sent)
        except (Malformed, EOFError, OSError, Refused):
            # The origin sees a body that ends too early, and must not wait for the rest.
            writer.transport.abort()
            raise

    async def _response(self, reader: StreamReader) -> Response:
        """The final response's head. Raises Unreached for what is none."""
        try:
            for _ in range(MOST_INTERIM):
                response = read_response(await reader.readuntil(END))
                if not response.interim:
                    return response
        except (Malformed, EOFError, asyncio.LimitOverrunError) as problem:
            raise Unreached("The host answered what is no HTTP.") from problem
        raise Unreached("The host answers without coming to an end.")

    def _meters(self, asked: Request, flow: Flow) -> tuple[Meter, Meter]:
        """What counts bytes that go out, and those that come in."""

        async def sent(count: int) -> None:
            flow.sent_bytes += count
            await self._moved(asked, count)

        async def received(count: int) -> None:
            flow.received_bytes += count
            await self._moved(asked, count)

        return sent, received

    async def _moved(self, asked: Request, count: int) -> None:
        self.moved_at = now()
        wait = self._guest.allowance.spend(count, self.moved_at)
        if self._guest.allowance.is_used_up:
            raise Refused(Refusal(Reason.VOLUME, asked.host, asked.port))
        if wait:
            await asyncio.sleep(wait)

    async def _answer(self, status: int, words: str) -> None:
        """Say why, unless an answer has begun; then the connection just ends."""
        if not self._answered:
            self._answered = True
            self._writer.write(own_answer(status, words))
            await flush(self._writer)


def _shown(target: str) -> str:
    """An address as it was written, in a form that can be shown."""
    return "".join(c if c.isalnum() or c in ".:[]-" else "?" for c in target)[:80]
