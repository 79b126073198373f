"""A whole platform as an operator would start it: `colonnade serve` in a process of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

COLONNADE = Path(sys.executable).with_name("colonnade")


@dataclass
class Platform:
    """A data folder, and the control plane that serves it while `process` runs."""

    data: Path
    environment: dict[str, str]
    options: list[str] = field(default_factory=list[str])
    process: subprocess.Popen[bytes] | None = None
    address: str = ""
    link: str = ""
    log: Path = Path()

    def start(self, timeout_seconds: float = 120) -> None:
        """Start the control plane and wait for its line `ready:`."""
        self.log = self.data.parent / "serve.log"
        said = self.data.parent / "serve.out"
        port = self.address.rsplit(":", 1)[-1].split("/")[0] or "0"
        with self.log.open("a") as log, said.open("w") as out:
            self.process = subprocess.Popen(
                [COLONNADE, "serve", "--port", port, "--data", self.data, *self.options],
                stdout=out,
                stderr=log,
                env=self.environment,
            )
        self._await_ready(said, timeout_seconds)

    def _await_ready(self, said: Path, timeout_seconds: float) -> None:
        assert self.process
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            text = said.read_text()
            if ready := re.search(r"^ready: (\S+)\n", text, re.M):
                self.address = ready[1].rstrip("/")
                if link := re.search(r"https?://\S+token=\S+", text):
                    self.link = link.group()
                return
            time.sleep(0.02)
        raise AssertionError(f"not ready in time; its log ends: {self.log.read_text()[-3000:]}")

    def kill(self) -> None:
        """End the control plane as a crash would: SIGKILL, no good-byes."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the control plane as an operator would: SIGINT."""
        self._end(signal.SIGINT)

    def _end(self, number: int) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(timeout=20)

    def command(self, *words: str) -> str:
        """Run `colonnade WORDS… --data DATA` and give what it printed."""
        done = subprocess.run(
            [COLONNADE, *words, "--data", str(self.data)],
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def token(self, name: str) -> str:
        """A fresh API token of the person `name`."""
        return self.command("token", "create", name).splitlines()[-1]

    def host_pid(self) -> int | None:
        """The host process's id, as it wrote it down."""
        file = self.data / "host" / "host.lock"
        words = file.read_text() if file.exists() else ""
        return int(words) if words else None

    def kill_host(self) -> None:
        """End the host as a crash would; its sandboxes die with it."""
        pid = self.host_pid()
        assert pid
        os.kill(pid, signal.SIGKILL)

    def stop_host(self) -> None:
        """End the host and with it every sandbox."""
        pid = self.host_pid()
        if pid is None:
            return
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            return
        for _ in range(600):
            if not Path(f"/proc/{pid}").exists():
                return
            time.sleep(0.05)
        raise AssertionError(f"the host {pid} did not end")


@contextmanager
def platform(
    folder: Path, environments: Path, configuration: str = "", options: list[str] | None = None
) -> Iterator[Platform]:
    """A started platform with its data in `folder`; ends the control plane and the host."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    (data / "colonnade.toml").write_text(configuration)
    environment = {**os.environ, "COLONNADE_ENVIRONMENTS": str(environments)}
    running = Platform(data, environment, options or [])
    try:
        running.start()
        yield running
    finally:
        running.stop()
        running.stop_host()
