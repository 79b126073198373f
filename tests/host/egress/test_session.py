"""Conversations through the proxy, with real sockets and origins of our own."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable

import pytest

from colonnade.host.egress import session
from colonnade.runtimes.egress.terms import Mode

from .conftest import Certificates
from .harness import Out, client_hello, origin, record

Opens = Callable[..., Awaitable[Out]]
Names = dict[str, list[str]]
LAB = "data.lab.example"


def trusted(port: int, **terms: object) -> dict[str, object]:
    """Terms under which the test's origin may be reached."""
    return {"private": (f"{LAB}:{port}",), "hosts": ((LAB, ("127.0.0.1",)),), **terms}


def get(url: str, more: str = "") -> bytes:
    host = url.split("/")[2]
    return f"GET {url} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n".encode()


async def hello(reader: StreamReader, writer: StreamWriter) -> None:
    """Answers every request with the request itself."""
    head = await reader.readuntil(b"\r\n\r\n")
    body = head + (await reader.read(100) if b"chunked" in head else b"")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    await writer.drain()


async def test_a_plain_request_goes_through_and_is_counted(out: Opens) -> None:
    async with origin(hello) as port:
        way = await out(**trusted(port))
        answer = await way.say(get(f"http://{LAB}:{port}/a?b"))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\nconnection: close\r\n")
    assert b"GET /a?b HTTP/1.1\r\nhost: data.lab.example:" in answer
    way.door.guest.report()
    flow = way.seen[-1]
    assert (flow.kind, flow.subject, flow.trust) == ("egress", LAB, "proxy")
    assert flow.attributes["connections"] == 1
    assert int(flow.attributes["received_bytes"]) > 50


async def test_a_second_request_on_the_same_connection_is_not_read(out: Opens) -> None:
    async with origin(hello) as port:
        way = await out(**trusted(port))
        two = get(f"http://{LAB}:{port}/1") + get(f"http://{LAB}:{port}/2")
        answer = await way.say(two)
    assert answer.count(b"HTTP/1.1 200") == 1
    assert b"/2" not in answer


async def test_a_chunked_body_goes_out_as_it_was_understood(out: Opens) -> None:
    async with origin(hello) as port:
        way = await out(**trusted(port))
        head = f"POST http://{LAB}:{port}/ HTTP/1.1\r\nHost: {LAB}:{port}\r\n"
        head += "Transfer-Encoding: chunked\r\n\r\n"
        answer = await way.say(head.encode() + b"5;x=y\r\nhello\r\n0\r\nTrailer: x\r\n\r\n")
    assert b"5\r\nhello\r\n" in answer
    assert b"x=y" not in answer


async def test_tls_goes_through_untouched(out: Opens, certificates: Certificates) -> None:
    async with origin(hello) as port:
        server = await asyncio.start_server(hello, "127.0.0.1", 0, ssl=certificates.context())
        port = server.sockets[0].getsockname()[1]
        way = await out(**trusted(port))
        reader, writer = await way.connect()
        writer.write(f"CONNECT {LAB}:{port} HTTP/1.1\r\n\r\n".encode())
        assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
        await writer.start_tls(certificates.trusting(), server_hostname=LAB)
        writer.write(b"GET /inside HTTP/1.1\r\n\r\n")
        assert b"/inside" in await reader.read(4096)
        writer.close()
        server.close()
    assert way.reasons() == []


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ((client_hello("other.lab.example"),), "other-server-name"),
        ((client_hello(None),), "no-server-name"),
        ((record(client_hello(LAB)[5:30]), record(client_hello(LAB)[30:])), "split-hello"),
        ((b"SSH-2.0-OpenSSH_9\r\n",), "not-tls"),
        ((b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",), "not-tls"),
    ],
)
async def test_only_a_clear_hello_for_the_same_host_passes(
    out: Opens, sent: tuple[bytes, ...], reason: str
) -> None:
    reached: list[bytes] = []

    async def listen(reader: StreamReader, writer: StreamWriter) -> None:
        reached.append(await reader.read(100))

    async with origin(listen) as port:
        way = await out(**trusted(port))
        answer = await way.tunnel(f"{LAB}:{port}", *sent)
    assert answer == b"HTTP/1.1 200 Connection established\r\n\r\n"
    assert way.reasons() == [reason]
    assert b"".join(reached) == b""


async def test_a_hello_that_comes_byte_by_byte_passes(out: Opens) -> None:
    async def listen(reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"heard %d" % len(await reader.read(1000)))

    whole = client_hello(LAB)
    async with origin(listen) as port:
        way = await out(**trusted(port))
        answer = await way.tunnel(f"{LAB}:{port}", whole[:3], whole[3:40], whole[40:])
    assert answer.endswith(b"heard %d" % len(whole))


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("127.0.0.1:443", "address"),
        ("0x7f.1:443", "address"),
        ("[::1]:443", "address"),
        ("data.lab.example:22", "port"),
        ("data.lab.example:80", "port"),
        ("pool.supportxmr.com:443", "denied"),
        ("eu.stratum.example.org:443", "denied"),
        ("inner.lab.example:443", "private"),
        ("mixed.lab.example:443", "private"),
    ],
)
async def test_where_nothing_may_lead_the_reason_is_said(
    out: Opens, names: Names, target: str, reason: str
) -> None:
    names |= {
        LAB: ["8.8.8.8"],
        "inner.lab.example": ["169.254.169.254"],
        "mixed.lab.example": ["8.8.8.8", "10.0.0.7"],
    }
    way = await out()
    answer = await way.tunnel(target)
    assert answer.startswith(b"HTTP/1.1 403 Refused by the rules: ")
    assert way.reasons() == [reason]
    assert target.rpartition(":")[0].strip("[]").encode() in answer


async def test_a_name_is_looked_up_once_and_what_was_found_is_dialled(
    out: Opens, answers: list[list[str]]
) -> None:
    """Rebinding: a second look would find another address than the one that was checked."""
    answers += [["127.0.0.1"], ["127.0.0.2"], ["169.254.169.254"], ["127.0.0.1"]]
    async with origin(hello) as port:
        way = await out(private=(f"{LAB}:{port}",))
        assert b" 200 " in await way.say(get(f"http://{LAB}:{port}/"))
        assert len(answers) == 3
        assert b"502" in await way.say(get(f"http://{LAB}:{port}/"))
        assert b"403" in await way.say(get("http://rebind.lab.example/"))
    assert len(answers) == 1
    assert way.reasons() == ["private"]


async def test_a_redirect_is_a_new_request_and_judged_anew(out: Opens) -> None:
    async def redirect(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n")

    async with origin(redirect) as port:
        way = await out(**trusted(port))
        first = await way.say(get(f"http://{LAB}:{port}/"))
        assert b"location: http://169.254.169.254/" in first
        second = await way.say(get("http://169.254.169.254/"))
    assert second.startswith(b"HTTP/1.1 403 ")
    assert way.reasons() == ["address"]


async def test_with_an_allow_list_only_what_is_named_is_reached(out: Opens) -> None:
    async with origin(hello) as port:
        way = await out(**trusted(port, mode=Mode.ALLOW_LIST))
        assert b" 200 " in await way.say(get(f"http://{LAB}:{port}/"))
        assert b"403" in await way.say(get("http://other.example/"))
    assert way.reasons() == ["not-allowed"]


async def test_a_loop_of_refusals_is_told_once(out: Opens) -> None:
    way = await out()
    for _ in range(20):
        await way.tunnel("pool.supportxmr.com:443")
    assert way.reasons() == ["denied"]
    await way.door.close()
    assert [one.attributes["count"] for one in way.seen] == [1, 19]
    assert way.seen[0].attributes["list"] == "mining-pools"
    assert way.seen[0].attributes["category"] == "cryptomining"


@pytest.mark.parametrize(
    "answer",
    [
        b"\x00" * 1000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 50_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20,
        b"a" * 400_000,
    ],
)
async def test_a_hostile_answer_is_answered_for(out: Opens, answer: bytes) -> None:
    async def attack(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    async with origin(attack) as port:
        way = await out(**trusted(port))
        assert (await way.say(get(f"http://{LAB}:{port}/"))).startswith(b"HTTP/1.1 502 ")


async def test_more_connections_than_allowed_are_cut(out: Opens) -> None:
    way = await out(connections=2)
    held = [await way.connect() for _ in range(2)]
    await asyncio.sleep(0.05)
    assert await way.say(b"GET") == b""
    assert way.reasons() == ["connections"]
    for _, writer in held:
        writer.close()


async def test_what_moves_no_more_is_cut(out: Opens) -> None:
    way = await out(idle_seconds=0.0)
    reader, _ = await way.connect()
    await asyncio.sleep(0.05)
    way.door.sweep()
    assert await reader.read() == b""


async def test_the_volume_of_a_runtime_is_bounded(out: Opens) -> None:
    async def pour(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            writer.write(bytes(100_000))
            await writer.drain()

    async with origin(pour) as port:
        way = await out(**trusted(port, volume_bytes=1_000_000))
        assert len(await way.say(get(f"http://{LAB}:{port}/"))) < 2_000_000
        assert b"403" in await way.say(get(f"http://{LAB}:{port}/"))
    assert way.reasons() == ["volume"]


async def test_a_slow_reader_slows_its_sender(out: Opens) -> None:
    written = 0

    async def pour(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal written
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            writer.write(bytes(100_000))
            await writer.drain()
            written += 100_000

    async with origin(pour) as port:
        way = await out(**trusted(port))
        _, writer = await way.connect()
        writer.write(get(f"http://{LAB}:{port}/"))
        before = -1
        while written != before:
            before = written
            await asyncio.sleep(0.3)
        writer.close()
    assert written < 60_000_000


async def test_whoever_is_slow_to_ask_is_not_waited_for(
    out: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "HEAD_SECONDS", 0.05)
    monkeypatch.setattr(session, "HELLO_SECONDS", 0.05)
    way = await out()
    assert (await way.say(b"GET http://")).startswith(b"HTTP/1.1 504 ")
    async with origin(hello) as port:
        way = await out(**trusted(port))
        answer = await way.tunnel(f"{LAB}:{port}", client_hello(LAB)[:20])
    assert answer == b"HTTP/1.1 200 Connection established\r\n\r\n"
