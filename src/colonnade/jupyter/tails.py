"""The tail of an address as a route's parameter: everything that is left, line breaks too.

Starlette's own `{name:path}` stops at a line break: 'a%0A' would be served as 'a', which is another
file. Routes of this room write `tail("name")` in its place.
"""

from starlette.convertors import PathConvertor, register_url_convertor


class _Tail(PathConvertor):
    regex = r"[\s\S]*"


register_url_convertor("tail", _Tail())


def tail(name: str) -> str:
    """The parameter `name`, to be put at the end of a route's path or before a fixed part."""
    return f"{{{name}:tail}}"
