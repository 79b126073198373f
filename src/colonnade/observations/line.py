"""Observations as lines of a file: one JSON object each, as recordings have them.

`replay` reads what a host wrote, of this version or an earlier one; to change the form, raise the
observation's version and read the old one here.
"""

from pydantic import TypeAdapter, ValidationError

from colonnade.observations.observation import Observation

VERSION = 1
MAX_LINE_BYTES = 2 << 20
_FORM = TypeAdapter(Observation)


def line_of(observation: Observation) -> bytes:
    """The observation as a line, with its end."""
    return _FORM.dump_json(observation) + b"\n"


def observation_of(line: bytes) -> Observation:
    """The observation of a line. Raises ValueError saying what is wrong with it."""
    if len(line) > MAX_LINE_BYTES:
        raise ValueError(f"longer than {MAX_LINE_BYTES >> 20} MiB")
    try:
        observation = _FORM.validate_json(line)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{place}: {first['msg']}" if place else first["msg"]) from problem
    if observation.version != VERSION:
        raise ValueError(f"version {observation.version} is not known here")
    if observation.time.tzinfo is None:
        raise ValueError("time: it has no time zone")
    return observation
