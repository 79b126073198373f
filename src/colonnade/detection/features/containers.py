"""Which image a container is made of: it brings a whole program, as a clone does.

To know another program that runs containers, add it to `RUNNERS`; another option before a value
with a slash in it, to `_BEFORE_VALUES`.
"""

import re

RUNNERS = frozenset(
    {"docker", "podman", "nerdctl", "udocker", "singularity", "apptainer", "buildah", "skopeo"}
)
_TAKING = frozenset({"pull", "run", "create", "exec", "shell", "copy", "from"})
_BEFORE_VALUES = frozenset(
    {"-v", "--volume", "-w", "--workdir", "--mount", "-e", "--env", "--env-file", "-f", "--file"}
    | {"-B", "--bind", "--device", "--name", "--network", "-u", "--user", "--entrypoint"}
)
_SCHEME = re.compile(r"^(?:docker|oras|library|shub)://")
_IMAGE = re.compile(
    r"(?P<registry>[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?/)?"
    r"(?P<name>[a-z0-9][\w.-]{0,80}(?:/[a-z0-9][\w.-]{0,80}){1,3})(?::[\w.-]{1,128})?(?:@sha256:\w+)?"
)
DEFAULT_REGISTRY = "docker.io/"
"""Where an image comes from whose name says no host (Docker's reference grammar)."""


def image_of(words: tuple[str, ...]) -> str:
    """The address of the image that `docker` and its like are told to take, or ''.

    Images without an owner, such as `postgres`, are those of the registry itself and say nothing.

    >>> image_of(("run", "--gpus", "all", "-v", "data/x:/x", "someone/some-tool:3.0", "start"))
    'https://docker.io/someone/some-tool'
    """
    taking = next((place for place, word in enumerate(words[:3]) if word in _TAKING), None)
    told = words[taking + 1 :] if taking is not None else ()
    for before, word in zip(("", *told), told, strict=False):
        found = _IMAGE.fullmatch(_SCHEME.sub("", word))
        if found and before not in _BEFORE_VALUES:
            return f"https://{found['registry'] or DEFAULT_REGISTRY}{found['name']}"
        if not (word.startswith("-") or before.startswith("-")):
            return ""  # An image without an owner: what follows is run in it.
    return ""
