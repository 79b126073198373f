"""What an attacker's notebook does, by name: each floods one thing without end.

To add one: a cell that never ends by itself; what it starts must end with its runtime.
"""

PROCESSOR = """
import subprocess, sys
spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(16)]
spinning[0].wait()
"""
FORKS = """
import os, time
while True:
    try:
        if os.fork() == 0:
            time.sleep(0.05)
            os._exit(0)
    except OSError:
        pass
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
"""
MEMORY = """
import subprocess, sys
eat = "blocks = []\\nwhile True: blocks.append(b'x' * (1 << 20))"
first = "echo 1000 > /proc/self/oom_score_adj; exec python -c \\"$0\\""
while True:
    subprocess.run(["sh", "-c", first, eat])
"""
DISK = """
import os
block = os.urandom(1 << 20)
while True:
    try:
        with open("/content/big", "wb", 0) as file:
            while True:
                file.write(block)
                os.fdatasync(file.fileno())
    except OSError:
        os.remove("/content/big")
"""
INODES = """
import os
while True:
    count = 0
    try:
        while True:
            open(f"/content/f{count}", "w").close()
            count += 1
    except OSError:
        for number in range(count):
            os.remove(f"/content/f{number}")
"""
FILES = """
import os, subprocess, sys
hold = '''
import os, time
kept = []
while True:
    try:
        while True: kept.append(os.eventfd(0))
    except OSError:
        for one in kept: os.close(one)
        kept = []
'''
holding = [subprocess.Popen([sys.executable, "-c", hold]) for _ in range(16)]
holding[0].wait()
"""
OUTPUT = "while True: print('x' * 1000)"
LARGE_DISPLAYS = """
from IPython.display import display
while True: display({"text/plain": "x" * (30 << 20)}, raw=True)
"""
SMALL_DISPLAYS = """
from IPython.display import display
while True: display({"text/plain": "x"}, raw=True)
"""
EXECS = """
import os
while True:
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)
"""
CONNECTIONS = """
import socket
kept = []
while True:
    try:
        one = socket.create_connection(("127.0.0.1", 3128), 1)
        one.sendall(b"CONNECT 10.0.0.1:443 HTTP/1.1\\r\\n\\r\\n")
        kept.append(one)
    except OSError:
        pass
    if len(kept) > 200:
        for one in kept: one.close()
        kept = []
"""

ATTACKS = {
    "processor": PROCESSOR,
    "forks": FORKS,
    "memory": MEMORY,
    "disk": DISK,
    "inodes": INODES,
    "open files": FILES,
    "output": OUTPUT,
    "large displays": LARGE_DISPLAYS,
    "small displays": SMALL_DISPLAYS,
    "execs": EXECS,
    "connections to the proxy": CONNECTIONS,
}

READER = """
import asyncio, sys, aiohttp
async def main(address, token, frame):
    headers = {"Authorization": "token " + token}
    async with aiohttp.ClientSession(headers=headers) as http:
        async with http.ws_connect(address, max_msg_size=0, protocols=(PROTOCOL,)) as socket:
            await socket.send_bytes(bytes.fromhex(frame))
            async for _ in socket:
                pass
asyncio.run(main(*sys.argv[1:]))
"""
"""The attacker's client, in a process of its own so that its work does not weigh on what is
measured: sends one frame and takes whatever comes."""
