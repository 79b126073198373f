"""The bench's own client against a real jupyter_server."""

from pathlib import Path

import pytest

from bench.measurements.throughput import DISPLAYS, SHOW
from bench.plain import plain_server


@pytest.mark.deep
@pytest.mark.parametrize("over", ["unix", "tcp"])
async def test_a_plain_server_without_bounds_loses_nothing(
    over: str, short_folder: Path, environment: Path
) -> None:
    async with plain_server(environment, short_folder, over) as server, server.kernel() as channel:
        assert (await channel.execute("1 + 1")).first_result_seconds > 0
        assert (await channel.execute(SHOW)).displays == DISPLAYS
