"""Whoever dies below the host is waited for, whatever the machine's first process does."""

import subprocess
import sys

ORPHAN = """
import asyncio, os, sys, time
from pathlib import Path
from colonnade.host import orphans

def state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()[:2]
    except FileNotFoundError:
        return None

async def main():
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        if (grandchild := os.fork()) == 0:
            time.sleep(0.2)
            os._exit(0)
        os.write(writing, str(grandchild).encode())
        os._exit(0)
    os.waitpid(child, 0)
    orphan = int(os.read(reading, 20))
    while (seen := state(orphan))[0] != "Z":
        await asyncio.sleep(0.01)
    assert seen[1] == str(os.getpid()), seen
    burying = asyncio.create_task(orphans.bury(0.05))
    async with asyncio.timeout(20):
        while state(orphan):
            await asyncio.sleep(0.01)
        # What this program started itself keeps its exit code.
        own = await asyncio.create_subprocess_exec(sys.executable, "-c", "raise SystemExit(7)")
        assert await own.wait() == 7
    burying.cancel()
    print("buried")

orphans.adopt()
asyncio.run(main())
"""


def test_an_orphan_comes_to_the_host_and_is_waited_for() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ORPHAN], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "buried\n", done.stderr
