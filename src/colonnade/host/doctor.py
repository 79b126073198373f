"""What `colonnade doctor` prints: what this machine can enforce, and what would raise it.

The survey moves the process that makes it into namespaces of its own, so it is made by a child:
`python -m colonnade.host.doctor DATA`, which prints the tier as JSON.
"""

import subprocess
import sys
import textwrap
from pathlib import Path

from colonnade.host.ground import survey
from colonnade.kit.errors import Unavailable
from colonnade.kit.settings import Settings
from colonnade.runtimes import wire
from colonnade.runtimes.engine import Tier, TierLine

_WIDTH = 100
_INDENT = " " * 22
_SURVEY_SECONDS = 60


def examine(settings: Settings) -> Tier:
    """What this machine can enforce, found out by trying. Raises Unavailable when it cannot be."""
    wire.HostFolder(settings.data).close()
    command = [sys.executable, "-m", "colonnade.host.doctor", str(settings.data)]
    unsafe = ["--unsafe-no-sandbox"] if settings.unsafe_no_sandbox else []
    done = subprocess.run(
        [*command, *unsafe], capture_output=True, timeout=_SURVEY_SECONDS, check=False
    )
    if done.returncode:
        text = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise Unavailable(f"This machine could not be examined: {' '.join(text)}")
    return wire.TIER.validate_json(done.stdout)


def as_json(tier: Tier) -> str:
    """The same for programs: `sound`, and `lines` of name, level, detail and remedy."""
    return wire.TIER.dump_json(tier, indent=2).decode()


def describe(tier: Tier) -> str:
    """The tier in words, a paragraph for each line."""
    verdict = (
        "Sound: notebooks of people who are not trusted can run here."
        if tier.sound
        else "Not sound: notebooks are not run here, unless --unsafe-no-sandbox says so."
    )
    return "\n".join([*(_paragraph(line) for line in tier.lines), "", verdict, ""])


def _paragraph(line: TierLine) -> str:
    texts = [f"{line.name:<12} {line.level:<8} {line.detail}"]
    if line.remedy:
        texts.append(f"{_INDENT}to raise it: {line.remedy}")
    wrapped = (
        textwrap.fill(text, _WIDTH, subsequent_indent=_INDENT, break_on_hyphens=False)
        for text in texts
    )
    return "\n".join(wrapped)


if __name__ == "__main__":
    found = survey(Path(sys.argv[1]), unsafe="--unsafe-no-sandbox" in sys.argv)
    found.close()
    sys.stdout.buffer.write(wire.TIER.dump_json(found.tier))
