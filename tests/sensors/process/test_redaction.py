"""Secrets go from a command line, whatever their form, and what tells what runs stays."""

import base64
import shlex
import string
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from colonnade.sensors.process.redaction import HIDDEN, redact, redact_text

SEEDS = st.integers(0, 2**64).map(Random)
"""Keys are drawn evenly, and not as hypothesis draws, which likes what is short and simple."""
LETTERS = string.ascii_letters + string.digits
LOUD = SEEDS.map(lambda random: "".join(random.choices(LETTERS, k=random.randint(24, 60))))
HEX = SEEDS.map(lambda random: random.randbytes(random.randint(16, 32)).hex())
BASE64 = SEEDS.map(lambda random: base64.b64encode(random.randbytes(30)).decode())
QUIET = st.text(string.ascii_lowercase, min_size=4, max_size=12).filter(lambda text: text != "none")
"""A password like a word: only its place gives it away."""


def shown(*words: str) -> str:
    return shlex.join(redact(words))


NAMED = (
    "--password {}",
    "--password={}",
    "--db-password={}",
    "--token {}",
    "--hf_token={}",
    "--hf-token {}",
    "--api-key={}",
    "--apiKey {}",
    "--api_key {}",
    "--access-key={}",
    "--client-secret {}",
    "--passphrase {}",
    "env WANDB_API_KEY={} python",
    "env HF_TOKEN={} python",
    "env PGPASSWORD={} psql",
    "curl -H 'Authorization: Bearer {}' https://lab.example",
    "curl -H 'authorization: token {}' https://lab.example",
    "curl -H 'X-Api-Key: {}' https://lab.example",
    "curl -H 'Cookie: a=b; session={}' https://lab.example",
    "curl -u ada:{} https://lab.example",
    "git clone https://ada:{}@lab.example/code.git",
    "git clone https://{}@lab.example/code.git",
    "curl 'https://lab.example/x?token={}&page=2'",
    "curl 'https://lab.example/x?page=2&signature={}'",
    "python -c 'login(token=\"{}\")'",
    "python -c \"api_key = '{}'\"",
    "mysql -p{} -u ada",
    "sshpass -p {} ssh lab",
    "psql postgresql://ada:{}@db/x",
)


@pytest.mark.parametrize("form", NAMED)
@given(secret=st.one_of(QUIET, LOUD, HEX))
def test_a_secret_that_is_named_goes(form: str, secret: str) -> None:
    if secret in form:
        return
    assert secret not in shown(*shlex.split(form.format(secret)))


@given(secret=st.one_of(LOUD, HEX, BASE64))
@example(secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
@example(secret="/7alrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
def test_what_looks_drawn_at_random_goes_wherever_it_stands(secret: str) -> None:
    for words in (["login", secret], ["login", f"--x={secret}"]):
        assert secret not in shown(*words)


@given(secret=st.one_of(LOUD, HEX))
def test_a_part_of_a_path_that_looks_random_goes_and_the_path_stays(secret: str) -> None:
    assert shown(f"/opt/{secret}/x.py") == f"'/opt/{HIDDEN}/x.py'"


@pytest.mark.parametrize(
    "secret",
    [
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz",
        "hf_abcdefghijklmnopqrstuvwxyzabcdefgh",
        "sk-proj-abcdefghijklmnopqrst",
        "AKIAIOSFODNN7EXAMPLE",
        "xoxb-123456789012-abcdefgh",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_a_key_of_a_known_form_goes(secret: str) -> None:
    assert secret not in shown("tool", "login", secret)
    assert secret not in redact_text(f"echo {secret} > key")


@pytest.mark.parametrize(
    "line",
    [
        "/opt/layer/bin/python main.py train --training-data-src-dir /content/workspace/data_src",
        "python -m ipykernel_launcher -f /run/jupyter/kernel.json",
        "./helper -o stratum+tcp://pool.example:3333 -a rx/0 --cpu-max-threads-hint=100",
        "ffmpeg -i data_dst.mp4 -r 25 /content/workspace/data_dst/%5d.png",
        "pip install insightface==0.7.3 onnxruntime-gpu --extra-index-url https://lab.example/x",
        "git clone https://github.com/someone/DeepFaceLab_Linux_Colab-2024.git workspace",
        "wget https://huggingface.co/someone/models-128/resolve/main/inswapper_128_fp16.onnx",
        "python train.py --model SAEHD --resolution 256x256 --batch-size 16 --tokenizer bert",
        "python generate.py --max-tokens=512 --author=ada --no-auth-check",
        "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 /content/MyDrive/Project1/run_face_swap.sh",
        "gcc -O2 -std=c11 -I/usr/include/python3.11 -o build/temp.linux-x86_64-cpython-311/a.o",
        "python -c 'import torch; print(torch.cuda.is_available())'",
        "",
    ],
)
def test_ordinary_command_lines_stay_as_they_are(line: str) -> None:
    assert shown(*shlex.split(line)) == shlex.join(shlex.split(line))


WALLET = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SVSJWBC"


def test_a_wallet_that_is_a_user_stays() -> None:
    assert WALLET in shown("./helper", "-o", "pool.example:3333", "-u", f"{WALLET}.rig", "-p", "x")
    assert WALLET not in shown("curl", "-u", WALLET)


@given(st.lists(st.text(max_size=80), max_size=8))
def test_any_words_are_survived_and_none_is_added(words: list[str]) -> None:
    kept = redact(words)
    assert len(kept) == len(words)
    again = redact(kept)
    assert all(HIDDEN in two or one == two for one, two in zip(kept, again, strict=True))
