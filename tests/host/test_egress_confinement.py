"""What a runtime reaches of the network, tried by real tools in a real sandbox, on loopback."""

import asyncio
import json
import os
import signal
import ssl
import subprocess
import zipfile
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil
import pytest
from aiohttp import web

from colonnade.kit.ids import new_id
from colonnade.runtimes.egress.lists import shipped_lists
from colonnade.runtimes.egress.terms import EgressTerms, Mode
from colonnade.runtimes.engine import LaunchSpec, Limits, Observed
from colonnade.runtimes.local import LocalEngine

from .conftest import ENVIRONMENT, Kernel, host_process, open_kernel

pytestmark = pytest.mark.sandbox

LAB = "lab.example"
LIMITS = Limits(cpus=2, disk_bytes=64 << 20)


@dataclass(frozen=True)
class Lab:
    """A web server with TLS that the operator trusts, and one that nobody does."""

    port: int
    authority: Path
    terms: EgressTerms


def make_certificates(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """An authority of the tests' own, and a server's certificate for lab.example."""
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    (folder / "names").write_text(f"subjectAltName=DNS:{LAB},DNS:*.{LAB}\n")
    for words in (
        f"req -x509 {' '.join(curve)} -keyout a.key -out a.pem -days 2 -subj /CN=authority",
        f"req {' '.join(curve)} -keyout s.key -out s.csr -subj /CN={LAB}",
        "x509 -req -in s.csr -CA a.pem -CAkey a.key -CAcreateserial -days 2 -extfile names"
        " -out s.pem",
    ):
        command = ["openssl", *words.split()]
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "s.pem", folder / "s.key")
    return folder / "a.pem", context


def make_wheel(folder: Path) -> str:
    """A package of one module; its file's name."""
    name, about = "colonnade_lab-1.0-py3-none-any.whl", "colonnade_lab-1.0.dist-info"
    with zipfile.ZipFile(folder / name, "w") as wheel:
        wheel.writestr("colonnade_lab.py", "value = 41")
        wheel.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: colonnade-lab\nVersion: 1.0\n"
        )
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    return name


def make_repository(folder: Path) -> None:
    """A bare repository with one commit, for git's dumb protocol over plain files."""
    author = ("-c", "user.name=t", "-c", "user.email=t@lab.example")
    work, bare = folder / "work", folder / "code.git"
    for words in (
        ("init", "-q", str(work)),
        ("-C", str(work), *author, "commit", "-q", "--allow-empty", "-m", "first"),
        ("clone", "-q", "--bare", str(work), str(bare)),
        ("-C", str(bare), "update-server-info"),
    ):
        subprocess.run(["git", *words], check=True, capture_output=True)


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncGenerator[Lab]:
    """Serves a package index, a repository and a file."""
    authority, context = make_certificates(tmp_path)
    files = tmp_path / "files"
    files.mkdir()
    wheel = make_wheel(files)
    make_repository(files)
    (files / "data.csv").write_text("a,b\n1,2\n")
    page = f'<a href="/files/{wheel}">{wheel}</a>'

    async def index(request: web.Request) -> web.Response:
        return web.Response(text=page, content_type="text/html")

    app = web.Application()
    app.router.add_get("/simple/colonnade-lab/", index)
    app.router.add_static("/files", files)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    assert site._server is not None  # pyright: ignore
    port = site._server.sockets[0].getsockname()[1]  # pyright: ignore
    local = ("127.0.0.1",)
    terms = EgressTerms(
        Mode.OPEN,
        deny=shipped_lists(),
        private=(f"{LAB}:{port}",),
        hosts=(
            (LAB, local),
            ("inner.example", ("10.0.0.1",)),
            ("metadata.example", ("169.254.169.254",)),
            ("itself.example", local),
            ("mixed.example", ("192.0.2.1", "127.0.0.1")),
        ),
        variables=(("PIP_INDEX_URL", f"https://{LAB}:{port}/simple"),),
        certificates=authority,
    )
    yield Lab(port, authority, terms)
    await runner.cleanup()


@asynccontextmanager
async def runtime(engine: LocalEngine, terms: EgressTerms) -> AsyncGenerator[tuple[str, Kernel]]:
    """A runtime with these terms and its kernel."""
    id = new_id()
    await engine.launch(LaunchSpec(id, LIMITS, ENVIRONMENT, egress=terms))
    try:
        async with aiohttp.ClientSession(connector=engine.connector(id)) as session:
            yield id, await open_kernel(session)
    finally:
        await engine.stop(id, 0)


async def shell(kernel: Kernel, command: str) -> str:
    """What a command prints, errors included."""
    run = f"subprocess.run({command!r}, shell=True, capture_output=True, text=True)"
    return await kernel.run(f"import subprocess\ndone = {run}\nprint(done.stdout, done.stderr)")


async def test_the_tools_that_people_use_reach_what_they_may(engine: LocalEngine, lab: Lab) -> None:
    base = f"https://{LAB}:{lab.port}"
    async with runtime(engine, lab.terms) as (_, kernel):
        text = await shell(kernel, "pip install colonnade-lab && python -c 'import colonnade_lab'")
        assert "Successfully installed colonnade-lab-1.0" in text, text
        text = await shell(kernel, f"git clone {base}/files/code.git && git -C code log --oneline")
        assert "first" in text, text
        assert "a,b" in await shell(kernel, f"curl -s {base}/files/data.csv")
        trust = "--ca-certificate=$SSL_CERT_FILE"
        assert "a,b" in await shell(kernel, f"wget -q -O - {trust} {base}/files/data.csv")
        code = f"""
import requests, urllib.request
print(requests.get({base!r} + "/files/data.csv").text)
print(urllib.request.urlopen({base!r} + "/files/data.csv").read())
"""
        assert (await kernel.run(code)).count("a,b") == 2


def proxy_of(data: Path) -> psutil.Process:
    """The proxy that the host of this data folder runs now."""
    for child in host_process(data).children():
        with suppress(psutil.Error):
            if "colonnade.host.egress.proxy" in child.cmdline():
                return child
    raise AssertionError("no proxy")


ATTACK = """
import json, socket, urllib.request
def proxied(target):
    with socket.create_connection(("127.0.0.1", 3128), 10) as way:
        way.sendall(f"CONNECT {target} HTTP/1.1\\r\\nHost: {target}\\r\\n\\r\\n".encode())
        return way.recv(4096).decode().split("\\r\\n")[0]
def direct(family, address):
    try:
        with socket.socket(family, socket.SOCK_STREAM) as way:
            way.settimeout(3)
            way.connect(address)
            return "connected"
    except OSError as problem:
        return type(problem).__name__
def looked_up():
    try:
        return socket.getaddrinfo("lab.example", 443)
    except OSError as problem:
        return "no answer"
def stolen():
    try:
        with socket.socket() as thief:
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            thief.bind(("127.0.0.1", 3128))
            return "bound"
    except OSError as problem:
        return problem.strerror
print(json.dumps({
    "proxied": {target: proxied(target) for target in TARGETS},
    "direct": [direct(socket.AF_INET, ("192.0.2.1", 443)), direct(socket.AF_INET6, ("2001:db8::1", 443)),
        direct(socket.AF_INET, ("127.0.0.1", PORT))],
    "dns": looked_up(),
    "stolen": stolen(),
}))
"""  # noqa: E501

ADDRESSES = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "017700000001",
    "0x7f.0.0.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "169.254.169.254",
    "10.0.0.1",
    "100.64.0.1",
    "192.168.0.1",
    "2852039166",
    "0.0.0.0",
    "[fd00:ec2::254]",
]
NAMES = ["inner.example", "metadata.example", "itself.example", "mixed.example", "localhost"]


async def test_nothing_but_the_proxy_leads_out_and_it_leads_to_no_private_address(
    engine: LocalEngine, lab: Lab
) -> None:
    targets = [f"{host}:443" for host in (*ADDRESSES, *NAMES)]
    targets += [f"{LAB}:22", "pool.supportxmr.com:443"]
    attack = f"TARGETS = {targets!r}\nPORT = {lab.port}\n" + ATTACK
    async with runtime(engine, lab.terms) as (_, kernel):
        seen = json.loads(await kernel.run(attack))
    for target, answer in seen["proxied"].items():
        assert answer.startswith("HTTP/1.1 403 Refused by the rules: "), (target, answer)
    assert "connected" not in seen["direct"]
    assert seen["dns"] == "no answer"
    assert seen["stolen"] != "bound"


async def test_each_runtime_is_known_by_its_own_listener(engine: LocalEngine, lab: Lab) -> None:
    closed = EgressTerms(Mode.ALLOW_LIST, allow=("data.example",))
    ask = f"curl -s -o /dev/null -w '%{{http_connect}}' https://{LAB}:{lab.port}/files/data.csv"
    async with (
        runtime(engine, lab.terms) as (_, first),
        runtime(engine, closed) as (_, second),
        runtime(engine, EgressTerms()) as (_, third),
    ):
        assert "200" in await shell(first, ask)
        assert "403" in await shell(second, ask)
        assert "000" in await shell(third, ask)


async def test_refusals_and_bytes_are_told_through_the_engine(
    engine: LocalEngine, lab: Lab
) -> None:
    seen: list[Observed] = []

    async def listen() -> None:
        async for event in engine.events():
            if isinstance(event, Observed):
                seen.append(event)

    task = asyncio.create_task(listen())
    async with runtime(engine, lab.terms) as (id, kernel):
        await shell(kernel, f"curl -s https://{LAB}:{lab.port}/files/data.csv")
        await shell(kernel, "for n in 1 2 3; do curl -s https://pool.supportxmr.com/; done")
        async with asyncio.timeout(20):
            while len([one for one in seen if one.observation.runtime == id]) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    task.cancel()
    mine = {one.observation.kind: one.observation for one in seen if one.observation.runtime == id}
    assert mine["egress-refused"].subject == "pool.supportxmr.com"
    assert mine["egress-refused"].attributes["list"] == "mining-pools"
    assert mine["egress"].subject == LAB
    assert int(mine["egress"].attributes["received_bytes"]) > 500


async def test_a_killed_proxy_is_no_network_and_the_next_one_serves_the_same_runtimes(
    engine: LocalEngine, lab: Lab, house: Path
) -> None:
    ask = f"curl -s -m 20 https://{LAB}:{lab.port}/files/data.csv"
    async with runtime(engine, lab.terms) as (_, kernel):
        assert "a,b" in await shell(kernel, ask)
        proxy = proxy_of(house)
        os.kill(proxy.pid, signal.SIGKILL)
        assert "a,b" in await shell(kernel, ask)
        assert proxy_of(house) != proxy


async def test_a_hostile_web_server_harms_neither_proxy_nor_runtime(
    engine: LocalEngine, lab: Lab
) -> None:
    async def attack(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(attack, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    terms = EgressTerms(
        Mode.OPEN, private=(f"bad.example:{port}",), hosts=(("bad.example", ("127.0.0.1",)),)
    )
    async with runtime(engine, terms) as (_, kernel):
        text = await shell(kernel, f"curl -s http://bad.example:{port}/")
        assert "what is no HTTP" in text
    server.close()
