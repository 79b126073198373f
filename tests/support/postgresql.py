"""A PostgreSQL server of Debian's, for tests alone: in a folder of its own, reached by a socket."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

SERVER_USER = "postgres"
"""PostgreSQL refuses to run as root; Debian's package makes this user."""
OPTIONS = "-c listen_addresses='' -c fsync=off -c max_connections=200"


def programs() -> Path | None:
    """The folder of the newest server's programs, None where none is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    return found[-1].parent if found else None


def _version(program: Path) -> int:
    return int(program.parts[-3])


@dataclass
class PostgreSQL:
    """A server that runs; each test takes a database of its own."""

    folder: Path
    programs: Path
    user: str | None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def fresh(self, template: str = "template1") -> str:
        """The address of a new database, made like `template`."""
        name = f"test{next(self._numbers)}"
        self.run("createdb", "-T", template, name)
        return self.address(name)

    def address(self, name: str) -> str:
        """A database's address, as an operator writes it."""
        return f"postgresql://{SERVER_USER}@/{name}?host={self.folder}"

    def run(self, program: str, *words: str) -> None:
        """Run one of PostgreSQL's programs against this server, or on its files."""
        environment = {**os.environ, "PGHOST": str(self.folder), "PGUSER": SERVER_USER}
        subprocess.run(
            [self.programs / program, *words],
            check=True,
            user=self.user,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A running server; everything of it is gone afterwards."""
    found = programs()
    assert found, "PostgreSQL is not installed; bin/setup --tests installs it"
    user = SERVER_USER if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if user:
        shutil.chown(folder, user)
    server = PostgreSQL(folder, found, user)
    cluster, log = str(folder / "cluster"), str(folder / "log")
    try:
        server.run("initdb", "-N", "-A", "trust", "-U", SERVER_USER, "-D", cluster)
        server.run(
            "pg_ctl", "-w", "-D", cluster, "-l", log, "-o", f"-k {folder} {OPTIONS}", "start"
        )
        try:
            yield server
        finally:
            server.run("pg_ctl", "-w", "-m", "immediate", "-D", cluster, "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
