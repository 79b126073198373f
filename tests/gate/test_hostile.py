"""Every message that can run code in a kernel, sent to a real one: none may run what is refused.

Each case tries to make the file `marker`. The judge here refuses what contains 'EVIL'; cases whose
marker has no such word must be stopped by the allow-list or by the parser. Callbacks are planted
past the gate, as code that was judged harmless might have been.
"""

import asyncio
import json
import os
import struct
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from colonnade.gate.protocol.message import Message
from colonnade.gate.protocol.v1_form import V1Form
from colonnade.gate.protocol.wire import form_of
from colonnade.kit.ids import new_id

from .harness import V1, Client, JupyterServer, Served, kernel_client, of_type, request_header

PLANT = """
from pathlib import Path
def run(code):
    exec(code, {"Path": Path})
def text_in(buffers):
    return bytes(buffers[0]).decode()
class Planted:
    def __dir__(self):
        run(planted_code)
        return []
    @property
    def trap(self):
        run(planted_code)
manager = get_ipython().kernel.comm_manager
def opened(comm, message):
    run(message["content"]["data"].get("code", ""))
    comm.on_msg(lambda m: run(m["content"]["data"].get("code", "") or text_in(m["buffers"])))
    comm.on_close(lambda m: run(m["content"]["data"].get("code", "")))
manager.register_target("planted", opened)
"""


@dataclass
class Attack:
    """A client through the gate, and the code that would make the marker."""

    client: Client
    code: str
    evil: str

    async def execute(self, channel: str = "shell", **content: object) -> None:
        await self.client.send(channel, "execute_request", {"code": self.code, **content})

    async def text(self, members: str) -> None:
        await self.client.send_frame(members)

    def members(self, **changed: object) -> dict[str, object]:
        whole: dict[str, object] = {
            "header": request_header("execute_request"),
            "parent_header": {},
            "metadata": {},
            "content": {"code": "1"},
            "channel": "shell",
        }
        return whole | changed


Step = Callable[[Attack], Awaitable[object]]


def send(
    channel: str, msg_type: str, content: Callable[[Attack], dict[str, object]], **header: object
) -> Step:
    async def step(attack: Attack) -> None:
        await attack.client.send(channel, msg_type, content(attack), **header)

    return step


def debug(command: str, arguments: Callable[[Attack], dict[str, object]]) -> Step:
    return send(
        "control",
        "debug_request",
        lambda a: {"type": "request", "seq": 1, "command": command, "arguments": arguments(a)},
    )


def comm(msg_type: str, inside: Callable[[Attack], dict[str, object]]) -> Step:
    async def step(attack: Attack) -> None:
        opening = {"comm_id": "c1", "target_name": "planted"}
        if msg_type != "comm_open":
            await attack.client.send("shell", "comm_open", {**opening, "data": {}})
        await attack.client.send("shell", msg_type, {**opening, "data": inside(attack)})

    return step


async def comm_buffer(attack: Attack) -> None:
    opening = {"comm_id": "c2", "target_name": "planted"}
    await attack.client.send("shell", "comm_open", {**opening, "data": {}})
    await attack.client.send("shell", "comm_msg", {**opening, "data": {}}, (attack.evil.encode(),))


async def input_reply(attack: Attack) -> None:
    cell = await attack.client.execute("run(input())")
    await attack.client.until(cell, lambda seen: any(m.msg_type == "input_request" for m in seen))
    await attack.client.send("stdin", "input_reply", {"value": attack.evil, "status": "ok"})
    await attack.client.until_idle(cell)


async def planted_completion(attack: Attack) -> None:
    await attack.client.run(f"planted_code = {attack.evil!r}; p = Planted()")
    await attack.client.send("shell", "complete_request", {"code": "p.", "cursor_pos": 2})


async def planted_inspection(attack: Attack) -> None:
    await attack.client.run(f"planted_code = {attack.evil!r}; p = Planted()")
    await attack.client.send("shell", "inspect_request", {"code": "p.trap", "cursor_pos": 6})


async def duplicate_key(attack: Attack) -> None:
    whole = json.dumps(attack.members(content={"code": "1", "last": 0}))
    await attack.text(whole.replace('"last": 0', f'"code": {json.dumps(attack.code)}'))


async def duplicate_key_in_disguise(attack: Attack) -> None:
    whole = json.dumps(attack.members(content={"code": "1", "last": 0}))
    await attack.text(whole.replace('"last": 0', f'"c\\u006fde": {json.dumps(attack.code)}'))


async def duplicate_content(attack: Attack) -> None:
    whole = json.dumps(attack.members())[:-1]
    await attack.text(f'{whole}, "content": {json.dumps({"code": attack.code})}}}')


async def two_types(attack: Attack) -> None:
    content = {"code": attack.code}
    await attack.text(json.dumps(attack.members(content=content, msg_type="is_complete_request")))


async def no_channel(attack: Attack) -> None:
    members = attack.members(content={"code": attack.evil})
    del members["channel"]
    await attack.text(json.dumps(members))


async def default_binary_with_two_texts(attack: Attack) -> None:
    texts = [json.dumps(attack.members(content={"code": c})).encode() for c in ("1", attack.code)]
    words = struct.pack("!III", 2, 12 + len(texts[0]), 12)
    await attack.client.send_frame(words + texts[0] + texts[1])


async def v1_offsets_out_of_order(attack: Attack) -> None:
    message = Message("shell", request_header("execute_request"), {}, {}, {"code": attack.code})
    frame = bytearray(V1Form().serialise(message))
    frame[40:56] = frame[48:56] + frame[40:48]
    await attack.client.send_frame(bytes(frame))


CASES: dict[str, Step] = {
    "a cell": lambda a: a.client.execute(a.evil),
    "a silent cell": lambda a: a.client.execute(a.evil, silent=True),
    "a cell without history": lambda a: a.client.execute(a.evil, store_history=False),
    "a cell that does not stop on error": lambda a: a.client.execute(a.evil, stop_on_error=False),
    "an expression beside empty code": lambda a: a.client.execute(
        "", user_expressions={"e": a.evil}
    ),
    "an expression beside harmless code": lambda a: a.client.execute(
        "1", user_expressions={"a": "1", "e": a.evil}
    ),
    "a cell on control": lambda a: a.execute("control"),
    "a cell on stdin": lambda a: a.execute("stdin"),
    "a cell on iopub": lambda a: a.execute("iopub"),
    "a cell in a subshell": lambda a: a.client.send(
        "shell", "execute_request", {"code": a.code}, subshell_id="s"
    ),
    "variables of version 4": lambda a: a.client.send(
        "shell", "execute_request", {"code": "", "user_variables": [a.code]}, version="4.0"
    ),
    "variables without a version": lambda a: a.client.send(
        "shell", "execute_request", {"code": "", "user_variables": [a.code]}, version=None
    ),
    "a subshell": send("control", "create_subshell_request", lambda a: {}),
    "a debugger's expression": debug(
        "evaluate", lambda a: {"expression": a.code, "context": "repl"}
    ),
    "a debugger's dump": debug("dumpCell", lambda a: {"code": a.code}),
    "a debugger's breakpoint": debug(
        "setBreakpoints", lambda a: {"breakpoints": [{"line": 1, "condition": a.code}]}
    ),
    "a debugger's logpoint": debug(
        "setBreakpoints", lambda a: {"breakpoints": [{"line": 1, "logMessage": f"{{{a.code}}}"}]}
    ),
    "a debug request on shell": send("shell", "debug_request", lambda a: {"command": a.code}),
    "opening a comm": comm("comm_open", lambda a: {"code": a.evil}),
    "a comm's message": comm("comm_msg", lambda a: {"code": a.evil}),
    "a widget's update": comm(
        "comm_msg", lambda a: {"method": "update", "state": {"value": a.evil}, "code": a.evil}
    ),
    "closing a comm": comm("comm_close", lambda a: {"code": a.evil}),
    "a comm's buffer": comm_buffer,
    "a comm on control": send("control", "comm_msg", lambda a: {"data": {"code": a.code}}),
    "an answer to input": input_reply,
    "a completion of what a refused cell planted": planted_completion,
    "an inspection of what a refused cell planted": planted_inspection,
    "a completion on control": send(
        "control", "complete_request", lambda a: {"code": a.code, "cursor_pos": 1}
    ),
    "a cell whose judge fails": lambda a: a.client.execute(f"{a.code} # FAIL"),
    "code that is no text": lambda a: a.execute(code=["1", a.code]),
    "a duplicate key": duplicate_key,
    "a duplicate key in disguise": duplicate_key_in_disguise,
    "a second content": duplicate_content,
    "a type beside the header's": two_types,
    "no channel": no_channel,
    "a binary message with two texts": default_binary_with_two_texts,
    "offsets out of order": v1_offsets_out_of_order,
}


@pytest.fixture(scope="module")
def target(jupyter_server: JupyterServer) -> Generator[str]:
    """One kernel with planted callbacks for every case; each case makes a marker of its own."""
    kernel_id = asyncio.run(jupyter_server.start_kernel())
    asyncio.run(past_the_gate(jupyter_server, kernel_id, PLANT))
    yield kernel_id
    asyncio.run(jupyter_server.end_kernel(kernel_id))


async def past_the_gate(server: JupyterServer, kernel_id: str, code: str) -> str:
    """Run `code` in the kernel directly; the status of its reply."""
    async with server.client() as http:
        client = await kernel_client(http, "http://runtime", kernel_id, V1, new_id())
        # Output may be lost while a busy kernel's new socket is being subscribed; replies are not.
        msg_id = await client.execute(code)
        seen = await client.until(msg_id, lambda seen: of_type(seen, "execute_reply"))
        return of_type(seen, "execute_reply")[0].content["status"]


async def still_serves(server: JupyterServer, kernel_id: str) -> bool:
    """Whether the kernel runs a cell. What arrives while a refused one fails, it aborts itself."""
    for _ in range(20):
        if await past_the_gate(server, kernel_id, "'still here'") == "ok":
            return True
        await asyncio.sleep(0.1)
    return False


@pytest.fixture
def attack_over(
    served: Served, target: str, http: aiohttp.ClientSession, tmp_path: Path
) -> Callable[[str | None], Awaitable[Attack]]:
    """An attack over the given wire form; afterwards neither marker may exist."""

    async def over(subprotocol: str | None) -> Attack:
        client = await kernel_client(http, f"ws://{served.address}", target, subprotocol, "evil")
        codes = [f"Path({str(tmp_path / name)!r}).touch()" for name in ("marker", "EVIL")]
        return Attack(client, *codes)

    return over


IN_ONE_FORM = {
    duplicate_key: None,
    duplicate_key_in_disguise: None,
    duplicate_content: None,
    two_types: None,
    no_channel: None,
    default_binary_with_two_texts: None,
    v1_offsets_out_of_order: V1,
}


def _forms(step: Step) -> list[str | None]:
    return [IN_ONE_FORM[step]] if step in IN_ONE_FORM else [None, V1]


@pytest.mark.parametrize(
    ("step", "form"),
    [
        pytest.param(step, form, id=f"{name}, {'v1' if form else 'default'}")
        for name, step in CASES.items()
        for form in _forms(step)
    ],
)
async def test_it_does_not_run(
    step: Step,
    form: str | None,
    attack_over: Callable[[str | None], Awaitable[Attack]],
    served: Served,
    target: str,
    tmp_path: Path,
) -> None:
    attack = await attack_over(form)
    assert form_of(form).subprotocol == form
    await step(attack)
    await barrier(attack.client)
    assert await still_serves(served.server, target)
    assert os.listdir(tmp_path) == []


async def barrier(client: Client) -> None:
    """Wait until the gate and the kernel are done with everything sent before, or it was closed."""
    try:
        await client.until_idle(await client.execute("'behind'"))
    except (AssertionError, ConnectionError):
        assert client.socket.closed or client.socket.close_code


async def test_the_same_code_runs_when_nobody_refuses_it(
    attack_over: Callable[[str | None], Awaitable[Attack]], tmp_path: Path
) -> None:
    attack = await attack_over(V1)
    await attack.client.run(attack.code)
    assert os.listdir(tmp_path) == ["marker"]


async def test_the_planted_callbacks_work(
    attack_over: Callable[[str | None], Awaitable[Attack]],
    served: Served,
    target: str,
    tmp_path: Path,
) -> None:
    attack = await attack_over(V1)
    opening = {"comm_id": "ok", "target_name": "planted", "data": {"code": attack.code}}
    await attack.client.send("shell", "comm_open", opening)
    await barrier(attack.client)
    assert os.listdir(tmp_path) == ["marker"]
