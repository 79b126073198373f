"""Only a listening TCP socket is taken for a runtime's listener."""

import os
import socket

import pytest

from colonnade.host.egress import handover
from colonnade.kit.errors import Unavailable
from colonnade.runtimes.egress.terms import EgressTerms, Mode

from .harness import listening


async def test_a_listener_comes_across() -> None:
    mine, theirs = handover.pair()
    listener, port = listening()
    with theirs, listener:
        socket.send_fds(theirs, [b"listener"], [listener.fileno()])
        with await handover.receive_listener(mine) as received:
            assert received.getsockname()[1] == port
            assert not received.get_inheritable()


async def test_what_is_no_listener_is_refused() -> None:
    connected, other = socket.socketpair()
    read, write = os.pipe()
    for descriptor in (connected.fileno(), read):
        mine, theirs = handover.pair()
        with theirs:
            socket.send_fds(theirs, [b"listener"], [descriptor])
            with pytest.raises(Unavailable):
                await handover.receive_listener(mine)
    for descriptor in (read, write):
        os.close(descriptor)
    connected.close()
    other.close()


async def test_a_runtime_that_dies_before_is_noticed() -> None:
    mine, theirs = handover.pair()
    theirs.close()
    with pytest.raises(Unavailable):
        await handover.receive_listener(mine)


def test_programs_are_led_to_the_proxy_and_loopback_stays_direct() -> None:
    assert handover.variables(EgressTerms()) == {}
    terms = EgressTerms(Mode.OPEN, variables=(("HF_ENDPOINT", "https://hf.lab.example"),))
    found = handover.variables(terms, "/run/ca.pem")
    assert found["https_proxy"] == found["HTTPS_PROXY"] == "http://127.0.0.1:3128"
    assert "127.0.0.1" in found["no_proxy"].split(",")
    assert found["PIP_CERT"] == "/run/ca.pem"
    assert found["HF_ENDPOINT"] == "https://hf.lab.example"
