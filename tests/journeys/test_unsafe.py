"""Without a sandbox it refuses to start, unless one local person says so, and then it shows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.kernels import api, text_of
from support.serving import COLONNADE, platform

pytestmark = pytest.mark.sandbox


def serve(data: Path, environment: Path, *words: str, **variables: str) -> str:
    """What `colonnade serve` says on standard error when it does not start."""
    done = subprocess.run(
        [COLONNADE, "serve", "--port", "0", "--data", data, *words],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "COLONNADE_ENVIRONMENTS": str(environment.parent), **variables},
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "ready:" not in done.stdout
    assert "Traceback" not in done.stderr
    subprocess.run([COLONNADE, "host", "--stop", "--data", data], check=True, capture_output=True)
    return done.stderr


def test_it_refuses_to_start_where_no_sandbox_can_be_and_says_what_to_install(
    tmp_path: Path, environment: Path
) -> None:
    said = serve(tmp_path / "data", environment, PATH=str(Path(sys.executable).parent))
    assert "bubblewrap is not installed" in said
    assert "apt install bubblewrap" in said


def test_without_a_sandbox_it_serves_this_machine_only(tmp_path: Path, environment: Path) -> None:
    options = ("--unsafe-no-sandbox", "--host", "0.0.0.0")
    assert "this machine only" in serve(tmp_path / "data", environment, *options)


async def test_one_local_person_may_work_without_a_sandbox_and_every_page_says_so(
    tmp_path: Path, environment: Path
) -> None:
    with platform(tmp_path, environment.parent, options=["--unsafe-no-sandbox"]) as unsafe:
        async with api(unsafe.address, unsafe.token("admin")) as client:
            kernel = await client.start_kernel()
            async with client.kernel(kernel) as socket:
                assert text_of(await socket.run("print(6 * 7)")) == "42\n"
            _, listed = await client.call("GET", "/api/v1/runtimes")
            assert listed["tier"]["unsafe"] is True
        unsafe.command("user", "add", "colleague")
        unsafe.stop()
        assert "for one person" in serve(unsafe.data, environment, "--unsafe-no-sandbox")
