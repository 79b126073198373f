"""The gate before a real jupyter_server with real kernels, through real sockets."""

import asyncio

import aiohttp
import pytest

from colonnade.gate.protocol.message import MAX_MESSAGE_BYTES
from colonnade.gate.protocol.wire import form_of

from .conftest import Connect
from .harness import OTHER, RUNTIME_ID, V1, Client, JupyterServer, Served, of_type, texts


async def test_a_cell_runs_and_its_output_comes_back(
    connect: Connect, served: Served, subprotocol: str | None
) -> None:
    client = await connect(subprotocol)
    assert texts(await client.run("print(6 * 7)")) == "42\n"
    assert served.runtimes.touched == [RUNTIME_ID]
    asked = served.judge.asked[0]
    assert (asked.notebook_path, asked.channel, asked.source) == (
        "Notes.ipynb",
        "cell",
        "print(6 * 7)",
    )


async def test_a_notebook_is_judged_where_it_lies_now(connect: Connect, served: Served) -> None:
    # JupyterLab starts a kernel under a made-up path, connects, and only then names the notebook.
    client = await connect()
    served.runtimes.path = "Renamed.ipynb"
    await client.run("1")
    assert served.judge.asked[-1].notebook_path == "Renamed.ipynb"


async def test_run_all_stops_at_a_refused_cell(connect: Connect, subprotocol: str | None) -> None:
    client = await connect(subprotocol)
    first = await client.execute("import time; time.sleep(0.5); print('slept')")
    second = await client.execute("print('EVIL')")
    third = await client.execute("print('after')")
    assert texts(await client.until_idle(first)) == "slept\n"
    [error] = of_type(await client.until_idle(second), "error")
    assert error.content["ename"] == "RefusedByPolicy"
    assert error.content["traceback"] == ["Clause 1, rule EVIL", "line 1: here"]
    after = await client.until_idle(third)
    assert texts(after) == ""
    assert of_type(after, "execute_reply")[0].content == {"status": "aborted"}
    assert texts(await client.run("print('again')")) == "again\n"


async def test_nothing_runs_behind_a_refused_first_cell(connect: Connect) -> None:
    client = await connect()
    ids = [await client.execute(code) for code in ("'EVIL'", "x = 1", "x = 2")]
    for msg_id in ids:
        await client.until_idle(msg_id)
    [result] = of_type(await client.run("'x' in globals()"), "execute_result")
    assert result.content["data"]["text/plain"] == "False"


async def test_a_refusal_leaves_no_trace_in_the_kernel(connect: Connect) -> None:
    client = await connect()
    await client.run("before = set(dir())")
    await client.run("'EVIL'")
    assert (
        texts(await client.run("print([n for n in set(dir()) - before if n[0] != '_'])"))
        == "['before']\n"
    )


async def test_a_refusal_is_readable_when_common_names_are_taken(connect: Connect) -> None:
    client = await connect()
    await client.run("type = str = list = None")
    [error] = of_type(await client.run("'EVIL'"), "error")
    assert error.content["traceback"][0] == "Clause 1, rule EVIL"


async def test_a_notice_comes_with_the_cells_output(
    connect: Connect, subprotocol: str | None
) -> None:
    client = await connect(subprotocol)
    seen = await client.run("print('NOTE')")
    assert texts(seen) == "NOTE\n"
    assert texts(seen, "stderr") == "Clause 1, rule NOTE\nline 1: here"


async def test_a_judge_that_fails_is_not_allow(connect: Connect) -> None:
    client = await connect()
    [error] = of_type(await client.run("print('FAIL')"), "error")
    assert "could not judge" in error.content["traceback"][0]


async def test_interrupts_pass_a_cell_that_is_judged_for_long(
    connect: Connect, served: Served
) -> None:
    client = await connect()
    waiting = await client.execute("'WAIT'")
    info = await client.send("shell", "kernel_info_request", {})
    assert of_type(await client.until_idle(info), "kernel_info_reply")
    interrupt = await client.send("control", "interrupt_request", {})
    assert of_type(await client.until_idle(interrupt), "interrupt_reply")
    served.judge.go_on.set()
    assert of_type(await client.until_idle(waiting), "execute_result")


async def test_what_ran_before_is_known_after_a_reconnect(connect: Connect, served: Served) -> None:
    client = await connect(session="one")
    await client.run("a = 1")
    await client.run("'EVIL'")
    await client.socket.close()
    again = await connect(session="two")
    await again.run("b = 2")
    assert served.judge.asked[-1].earlier == ("a = 1",)


async def test_output_of_a_lost_connection_is_replayed(connect: Connect) -> None:
    client = await connect(session="same")
    msg_id = await client.execute("import time; time.sleep(1); print('while away')")
    await client.until(msg_id, lambda seen: of_type(seen, "execute_input"))
    await client.socket.close()
    again = await connect(session="same")
    assert texts(await again.until_idle(msg_id)) == "while away\n"


async def test_several_clients_share_a_kernel(connect: Connect) -> None:
    one, two = await connect(V1, "one"), await connect(None, "two")
    await one.run("shared = 5")
    msg_id = await two.execute("print(shared)")
    assert texts(await two.until_idle(msg_id)) == "5\n"
    assert texts(await one.until_idle(msg_id, reply=False)) == "5\n"


async def test_a_restart_leaves_the_socket_working(
    connect: Connect, jupyter_server: JupyterServer, kernel_id: str
) -> None:
    client = await connect()
    await client.run("a = 1")
    refused = await client.execute("'EVIL'")
    await client.until_idle(refused)
    await jupyter_server.ask("POST", f"/api/kernels/{kernel_id}/restart")
    await client.until_heard()
    [result] = of_type(await client.run("'a' in globals()"), "execute_result")
    assert result.content["data"]["text/plain"] == "False"


async def test_input_is_answered_and_a_refused_answer_ends_it(connect: Connect) -> None:
    client = await connect()
    cell = await client.execute("print(input())")
    await client.until(cell, lambda seen: of_type(seen, "input_request"))
    await client.send("stdin", "input_reply", {"value": "hello there", "status": "ok"})
    assert texts(await client.until_idle(cell)) == "hello there\n"
    cell = await client.execute("exec(input())")
    await client.until(cell, lambda seen: of_type(seen, "input_request"))
    await client.send("stdin", "input_reply", {"value": "print('EVIL')", "status": "ok"})
    seen = await client.until_idle(cell)
    assert of_type(seen, "error")[0].content["ename"] == "EOFError"
    assert texts(seen, "stderr").startswith("Clause 1")


async def test_debugger_and_subshells_are_not_offered(connect: Connect) -> None:
    client = await connect()
    msg_id = await client.send("shell", "kernel_info_request", {})
    [reply] = of_type(await client.until_idle(msg_id), "kernel_info_reply")
    assert not {"debugger", "kernel subshells"} & set(reply.content["supported_features"])


async def test_four_thousand_displays_lose_nothing(connect: Connect) -> None:
    client = await connect()
    msg_id = await client.execute(
        "from IPython.display import display\nfor i in range(4000): display(i)\nprint('all shown')"
    )
    displays, last = 0, b""
    async with asyncio.timeout(60):
        while b"all shown" not in last or b"execute_input" in last:
            last = await client.socket.receive_bytes()
            displays += b'"display_data"' in last
    assert displays == 4000
    await client.until_idle(msg_id, reply=False)


async def test_a_slow_reader_loses_nothing_and_does_not_grow_the_gate(connect: Connect) -> None:
    client = await connect()
    msg_id = await client.execute("for i in range(60): print('x' * 1_000_000, flush=True)")
    # The client reads nothing until the kernel is certainly done writing to its own queue.
    await asyncio.sleep(1)
    seen = await client.until_idle(msg_id)
    assert len(texts(seen)) == 60 * 1_000_001


async def test_a_large_buffer_reaches_the_kernel(connect: Connect, subprotocol: str | None) -> None:
    client = await connect(subprotocol)
    await client.run(
        "got = []\n"
        "def opened(comm, message):\n"
        "    comm.on_msg(lambda m: got.append(len(m['buffers'][0])))\n"
        "get_ipython().kernel.comm_manager.register_target('t', opened)"
    )
    await client.send("shell", "comm_open", {"comm_id": "c", "target_name": "t", "data": {}})
    content = {"comm_id": "c", "data": {"value": 1}}
    msg_id = await client.send("shell", "comm_msg", content, (b"\0" * 30_000_000,))
    await client.until_idle(msg_id, reply=False)
    assert texts(await client.run("print(got)")) == "[30000000]\n"


async def test_a_malformed_frame_closes_its_own_socket_only(
    connect: Connect, served: Served, subprotocol: str | None
) -> None:
    bad, good = await connect(subprotocol, "bad"), await connect(subprotocol, "good")
    await bad.send_frame(b"\xff" * 8)
    code, reason = await bad.closed()
    assert code == 1002
    assert "impossible number" in reason
    assert texts(await good.run("print(1)")) == "1\n"
    assert served.count("other", "other", "malformed") == 1


async def test_a_depth_bomb_is_answered_or_closes_the_socket(connect: Connect) -> None:
    client = await connect(None)
    await client.send_frame("[" * 1_000_000)
    assert (await client.closed())[0] == 1009


async def test_an_enormous_message_closes_with_its_own_code(connect: Connect) -> None:
    client = await connect()
    await client.send_frame(b"\0" * (MAX_MESSAGE_BYTES + 1))
    assert (await client.closed())[0] == 1009


async def test_an_enormous_cell_is_answered_in_the_cell(connect: Connect) -> None:
    client = await connect()
    seen = await client.run("#" + "x" * (5 << 20))
    assert "exceeds 4 MB" in of_type(seen, "execute_reply")[0].content["evalue"]


async def status_of(served: Served, http: aiohttp.ClientSession, path: str) -> int:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await http.ws_connect(f"ws://{served.address}{path}")
    return caught.value.status


async def test_what_is_not_there_and_what_is_anothers_are_alike(
    served: Served, http: aiohttp.ClientSession, kernel_id: str
) -> None:
    assert await status_of(served, http, "/api/kernels/unknown/channels") == 404
    assert await status_of(served, http, "/api/kernels/../channels") in {403, 404}
    assert await status_of(served, http, "/terminals/websocket/none") == 404
    assert await status_of(served, http, f"/terminals/websocket/{RUNTIME_ID[:8]}-9") == 404
    served.identity = OTHER
    assert await status_of(served, http, f"/api/kernels/{kernel_id}/channels") == 404
    assert await status_of(served, http, f"/terminals/websocket/{RUNTIME_ID[:8]}-1") == 404


@pytest.mark.parametrize("session", ["a b", "x" * 129, "%0d%0a", "a%26kernel=1", "é"])
async def test_a_session_id_is_plain(
    served: Served, http: aiohttp.ClientSession, kernel_id: str, session: str
) -> None:
    path = f"/api/kernels/{kernel_id}/channels?session_id={session}"
    assert await status_of(served, http, path) == 400


async def test_a_runtime_without_an_answer_is_said_before_the_socket_opens(
    served: Served, http: aiohttp.ClientSession, kernel_id: str
) -> None:
    await served.runtimes.close()
    served.runtimes._http = aiohttp.ClientSession(
        connector=aiohttp.UnixConnector("/nowhere/at/all.sock")
    )
    assert await status_of(served, http, f"/api/kernels/{kernel_id}/channels") == 503


async def test_signing_out_closes_the_socket(connect: Connect, served: Served) -> None:
    client = await connect()
    served.revocations.dead.set()
    code, reason = await client.closed()
    assert code == 4401
    assert "signed out" in reason


async def test_the_end_of_a_runtime_closes_the_socket_with_its_reason(
    connect: Connect, served: Served
) -> None:
    client = await connect()
    served.runtimes.ended.set()
    assert await client.closed() == (4410, "The runtime has ended. It was out of memory.")


async def test_a_broken_connection_closes_the_socket(connect: Connect, served: Served) -> None:
    client = await connect()
    for connection in list(served.runtimes.http(RUNTIME_ID).connector._acquired):  # pyright: ignore
        connection.transport.abort()
    code, reason = await client.closed()
    assert code == 1011
    assert "Reconnect" in reason


async def test_a_kernel_that_was_shut_down_closes_nothing_of_others(
    connect: Connect, served: Served, http: aiohttp.ClientSession
) -> None:
    one = await connect(session="one")
    other_id = await served.runtimes.server.start_kernel()
    socket = await http.ws_connect(
        f"ws://{served.address}/api/kernels/{other_id}/channels?session_id=o", protocols=(V1,)
    )
    other = Client(socket, form_of(V1))
    await other.run("1")
    await served.runtimes.server.end_kernel(other_id)
    assert texts(await one.run("print(1)")) == "1\n"
    await socket.close()


async def test_operators_see_counts(connect: Connect, served: Served) -> None:
    client = await connect()
    await client.run("1")
    await client.run("'EVIL'")
    assert served.count("shell", "execute_request", "allow") == 1
    assert served.count("shell", "execute_request", "refuse") == 1
    open_sockets = served.registry.get_sample_value("colonnade_gate_sockets", {"kind": "kernel"})
    assert open_sockets == 1
