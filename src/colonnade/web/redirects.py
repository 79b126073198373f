"""Where a person may be sent after signing in: inside this application, nowhere else. Pure."""

from urllib.parse import unquote, urlsplit

LONGEST = 2000
_ROUNDS = 3


def safe_target(target: str, base_url: str) -> str:
    """`target` if it is a plain path below `base_url`, else `base_url` itself.

    Rejected are other hosts in every spelling that a browser may understand as one (two slashes,
    any backslash, both percent-encoded up to three times over), schemes, control characters,
    climbing (`..`), and the sign-in pages themselves, which would go round in circles.
    """
    if len(target) > LONGEST or not target.startswith(base_url):
        return base_url
    seen = target
    for _ in range(_ROUNDS):
        if not _is_plain_path(seen):
            return base_url
        seen = unquote(seen)
    rest = target.removeprefix(base_url)
    return base_url if rest.startswith(("sign-in", "sign-out", "welcome")) else target


def _is_plain_path(text: str) -> bool:
    if any(character < " " or character in "\x7f\\" for character in text):
        return False
    path, _, _ = text.partition("?")
    if not path.startswith("/") or path.startswith("//") or ".." in path.split("/"):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc
