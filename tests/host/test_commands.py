"""Commands judged by real processes, and on a real host before they run."""

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from colonnade.detection.rulebook import load_rules
from colonnade.host.sensing import command_examiner
from colonnade.host.sensing.commands import Commands
from colonnade.kit.errors import Unavailable
from colonnade.kit.ids import new_id
from colonnade.kit.settings import Settings
from colonnade.runtimes.engine import LaunchSpec, Limits, Observed
from colonnade.runtimes.local import LocalEngine
from colonnade.sensors.process.terms import ExecTerms
from support.exec_rules import REFUSED, write_rules

from .conftest import ENVIRONMENT, end_host, make_area, open_kernel

TERMS = ExecTerms(True, (("deepfakes", 0.9),), (), 5.0)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return write_rules(tmp_path / "rules")


@pytest.mark.parametrize(
    "words",
    [
        ["python", "main.py", REFUSED],
        ["/bin/sh", "-c", f"cd /content && python main.py {REFUSED}"],
        ["env", "A=1", "nice", "python", "main.py", REFUSED],
    ],
)
def test_a_command_is_read_as_a_shell_reads_it(rules: Path, words: list[str]) -> None:
    answer = command_examiner.answer(load_rules(rules), {"words": words})
    assert answer == {
        "suspicions": [["test-conduct", "deepfakes", "conduct", 0.99]],
        "problem": "",
    }


def test_what_cannot_be_examined_is_a_problem(rules: Path) -> None:
    answer = command_examiner.answer(load_rules(rules), {"words": ["echo", "(" * 20_000]})
    assert answer["problem"]


async def test_processes_judge_and_one_that_dies_is_replaced(rules: Path) -> None:
    commands = Commands(rules)
    try:
        await commands.ready()
        (found,) = await commands.judge(["python", "main.py", REFUSED])
        assert (found.rule, found.category) == ("test-conduct", "deepfakes")
        assert await commands.judge(["ls", "-l"]) == ()
        with pytest.raises(Unavailable):
            await commands.judge(["echo", "(" * 20_000])
        assert await commands.judge(["ls"]) == ()
    finally:
        await commands.close()


async def test_what_takes_too_long_is_not_judged(rules: Path) -> None:
    commands = Commands(rules, seconds=0.0)
    try:
        with pytest.raises(Unavailable):
            await commands.judge(["ls"])
    finally:
        await commands.close()


async def test_without_rules_nobody_is_ready(tmp_path: Path) -> None:
    commands = Commands(tmp_path)
    with pytest.raises(Unavailable):
        await commands.ready()


USE = f"""
import json, subprocess
import numpy
seen = {{}}
seen["ls"] = subprocess.run(["ls", "/"], capture_output=True).returncode
seen["pip"] = subprocess.run(["pip", "--version"], capture_output=True).returncode
seen["git"] = subprocess.run(["git", "--version"], capture_output=True).returncode
for words in (["python", "main.py", "{REFUSED}"], ["sh", "-c", "echo {REFUSED}"]):
    try:
        seen[words[0]] = subprocess.run(words).returncode
    except PermissionError:
        seen[words[0]] = "refused"
print(json.dumps(seen))
"""


@pytest.mark.sandbox
async def test_with_the_gate_a_runtime_starts_and_works_and_is_refused_what_a_rule_forbids(
    tmp_path: Path, rules: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    sections = {"policy": {"rules": str(rules)}}
    (data / "colonnade.toml").write_text(f'[policy]\nrules = "{rules}"\n')
    engine = LocalEngine(Settings(data=data, sections=sections))
    id = new_id()
    try:
        await engine.launch(LaunchSpec(id, Limits(cpus=2), ENVIRONMENT, exec_gate=TERMS))
        await engine.claim(id, "ada", make_area(data, "ada"))
        async with aiohttp.ClientSession(connector=engine.connector(id)) as session:
            kernel = await open_kernel(session)
            seen = json.loads(await kernel.run(USE))
        assert seen == {"ls": 0, "pip": 0, "git": 0, "python": "refused", "sh": "refused"}
        refused: list[str] = []
        async with asyncio.timeout(10):
            async for event in engine.events():
                if isinstance(event, Observed) and event.observation.kind == "exec-refused":
                    refused.append(str(event.observation.attributes["command"]))
                if len(refused) == 2:
                    break
        assert refused[0] == f"python main.py {REFUSED}"
    finally:
        await engine.stop(id)
        await engine.close()
        await asyncio.to_thread(end_host, data)
