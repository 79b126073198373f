"""What is refused before it runs, and that everything that is not judged is."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from colonnade.sensors.process.gate import Gate
from colonnade.sensors.process.reading import Command
from colonnade.sensors.process.sensor import ProcessSensor
from colonnade.sensors.process.terms import ExecTerms, Reason, Refusal, Suspicion

from .conftest import Box, Watch
from .test_sensor import RACE

TERMS = ExecTerms(True, (("deepfakes", 0.9),), ("fallen",), 0.25)
SWAP = Suspicion("swap", "deepfakes", "conduct", 0.95)


@dataclass
class PlainJudge:
    """Finds one rule in commands that name it, after a while; counts how often it is asked."""

    suspicion: Suspicion = SWAP
    seconds: float = 0.0
    fails: bool = False
    asked: int = 0

    async def judge(self, words: Sequence[str]) -> tuple[Suspicion, ...]:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        if self.fails:
            raise RuntimeError("no rules")
        return (self.suspicion,) if self.suspicion.rule in " ".join(words) else ()


def command(*words: str, cut: bool = False) -> Command:
    return Command(f"/usr/bin/{words[0]}" if words else "", words, "/content", cut=cut)


async def test_a_command_that_a_rule_forbids_is_refused_and_others_run() -> None:
    gate = Gate(PlainJudge())
    refusal = await gate.decide(TERMS, command("python", "swap.py"))
    assert refusal == Refusal(Reason.RULE, "swap", "deepfakes")
    assert await gate.decide(TERMS, command("ls")) is None


async def test_a_verdict_is_kept() -> None:
    judge = PlainJudge()
    gate = Gate(judge)
    for _ in range(5):
        await gate.decide(TERMS, command("ls", "-l"))
    assert judge.asked == 1
    assert gate.decide_at_once(TERMS, command("ls", "-l")) == (True, None)


async def test_where_a_program_is_looked_for_is_judged_once_for_all_folders() -> None:
    judge = PlainJudge()
    gate = Gate(judge)
    for folder in ("/opt/layer/bin", "/usr/local/bin", "/usr/bin"):
        await gate.decide(TERMS, Command(f"{folder}/ls", ("ls",), "/content"))
    assert judge.asked == 1


async def test_a_program_that_gives_itself_another_name_is_judged_by_its_own() -> None:
    hidden = Command("/content/swap", ("ls", "-l"), "/content")
    refusal = await Gate(PlainJudge()).decide(TERMS, hidden)
    assert refusal == Refusal(Reason.RULE, "swap", "deepfakes")


@pytest.mark.parametrize(
    "suspicion",
    [
        replace(SWAP, axis="capability"),
        replace(SWAP, confidence=0.89),
        replace(SWAP, category="web-uis"),
    ],
)
async def test_what_does_not_forbid_lets_run(suspicion: Suspicion) -> None:
    assert await Gate(PlainJudge(suspicion)).decide(TERMS, command("swap")) is None


async def test_a_rule_that_has_fallen_back_forbids_nothing() -> None:
    judge = PlainJudge(replace(SWAP, rule="fallen"))
    assert await Gate(judge).decide(TERMS, command("fallen")) is None


async def test_what_is_judged_too_late_is_refused_and_known_the_next_time() -> None:
    gate = Gate(PlainJudge(seconds=0.4))
    assert await gate.decide(TERMS, command("ls")) == Refusal(Reason.LATE)
    await asyncio.sleep(0.3)
    assert await gate.decide(TERMS, command("ls")) is None


@pytest.mark.parametrize("judge", [None, PlainJudge(fails=True)])
async def test_without_a_judge_nothing_runs(judge: PlainJudge | None) -> None:
    assert await Gate(judge).decide(TERMS, command("ls")) == Refusal(Reason.UNJUDGED)


@pytest.mark.parametrize("unread", [command(), command("ls", cut=True)])
async def test_what_was_not_read_whole_does_not_run(unread: Command) -> None:
    assert await Gate(PlainJudge()).decide(TERMS, unread) == Refusal(Reason.UNJUDGED)


async def test_without_the_gate_nobody_is_asked() -> None:
    judge = PlainJudge()
    assert await Gate(judge).decide(ExecTerms(), command("swap")) is None
    assert judge.asked == 0


RUN = """
import subprocess
for words in (["/bin/echo", "fine"], ["/bin/echo", "swap"], ["/bin/echo", "fine"]):
    try:
        subprocess.call(words)
    except PermissionError:
        print("refused", flush=True)
"""


@pytest.mark.sandbox
async def test_in_a_sandbox_a_refused_program_gets_no_permission(box: Box, watch: Watch) -> None:
    watch.sensor = ProcessSensor(watch.seen.append, PlainJudge())
    task = asyncio.create_task(watch.sensor.watch())
    ran = await box.run(RUN, TERMS)
    task.cancel()
    assert ran.printed == "fine\nrefused\nfine\n"
    assert watch.commands() == ["/bin/echo fine", "/bin/echo fine"]
    (refused,) = [one for one in watch.seen if one.kind == "exec-refused"]
    assert refused.attributes["command"] == "/bin/echo swap"
    assert refused.attributes["rule"] == "swap"
    assert refused.attributes["category"] == "deepfakes"
    assert refused.attributes["reason"] == "rule"


@pytest.mark.sandbox
@pytest.mark.parametrize(("judge", "reason"), [(None, "unjudged"), (PlainJudge(seconds=5), "late")])
async def test_in_a_sandbox_nothing_runs_without_a_judge_or_before_a_late_one(
    box: Box, watch: Watch, judge: PlainJudge | None, reason: str
) -> None:
    watch.sensor = ProcessSensor(watch.seen.append, judge)
    task = asyncio.create_task(watch.sensor.watch())
    ran = await box.run(RUN, TERMS)
    task.cancel()
    assert ran.printed == "refused\n" * 3
    assert {one.attributes["reason"] for one in watch.seen} == {reason}


@pytest.mark.sandbox
async def test_a_handler_that_fails_refuses_where_there_is_a_gate(
    box: Box, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Gate, terms: ExecTerms, asked: Command) -> tuple[bool, Refusal | None]:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(Gate, "decide_at_once", fail)
    assert (await box.run(RUN, TERMS)).printed == "refused\n" * 3
    assert set(watch.gaps()) == {"exec-unread"}


FLIP = """
import ctypes, os, threading
libc = ctypes.CDLL(None)
shown = ctypes.create_string_buffer(b"swap")
name = ctypes.create_string_buffer(b"echo")
words = (ctypes.c_void_p * 3)(ctypes.addressof(name), ctypes.addressof(shown), None)
none = (ctypes.c_void_p * 1)(None)
def change():
    while True:
        shown[3] = b"m"
        shown[3] = b"p"
for _ in range(40):
    if os.fork() == 0:
        threading.Thread(target=change, daemon=True).start()
        libc.execve(b"/bin/echo", words, none)
        os._exit(0)
    os.wait()
"""


@pytest.mark.sandbox
async def test_words_that_change_while_they_are_judged_are_refused(box: Box, watch: Watch) -> None:
    watch.sensor = ProcessSensor(watch.seen.append, PlainJudge(seconds=0.005))
    task = asyncio.create_task(watch.sensor.watch())
    await box.run(FLIP, TERMS)
    task.cancel()
    reasons = {one.attributes["reason"] for one in watch.seen if one.kind == "exec-refused"}
    assert "rule" in reasons


TURN = """
import ctypes, errno, threading, time
libc = ctypes.CDLL(None, use_errno=True)
shown = ctypes.create_string_buffer(b"harmless")
name = ctypes.create_string_buffer(b"echo")
words = (ctypes.c_void_p * 3)(ctypes.addressof(name), ctypes.addressof(shown), None)
none = (ctypes.c_void_p * 1)(None)
def change():
    time.sleep(1)
    shown.value = b"swap"
threading.Thread(target=change).start()
print(libc.execve(b"/bin/echo", words, none), errno.errorcode[ctypes.get_errno()])
"""


@pytest.mark.sandbox
async def test_words_that_are_others_once_they_are_judged_are_refused(
    box: Box, watch: Watch
) -> None:
    watch.sensor = ProcessSensor(watch.seen.append, PlainJudge(seconds=2))
    task = asyncio.create_task(watch.sensor.watch())
    ran = await box.run(TURN, replace(TERMS, deadline_seconds=10))
    task.cancel()
    assert ran.printed == "-1 EACCES\n"
    (refused,) = watch.seen
    assert (refused.kind, refused.attributes["reason"]) == ("exec-refused", "unjudged")


@pytest.mark.sandbox
async def test_words_that_change_behind_a_known_verdict_are_told(box: Box, watch: Watch) -> None:
    watch.sensor = ProcessSensor(watch.seen.append, PlainJudge())
    task = asyncio.create_task(watch.sensor.watch())
    known = (
        "import subprocess\n"
        "for time in ('1.55', '1.56'): subprocess.call(['sleep', time], executable='/bin/sleep')\n"
    )
    for _ in range(6):  # On a busy machine, the second thread may not run at the right moment.
        await box.run(known + RACE, TERMS)
        if watch.gaps():
            break
    task.cancel()
    assert "exec-refused" not in {one.kind for one in watch.seen}
    assert set(watch.gaps()) == {"argument-race"}
