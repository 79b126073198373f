"""What of the standard library gives functions or endless series: `partial`, `attrgetter`, `cycle`.

A function that is made so is held as a lambda of the notebook's own, so that its call is read like
any other. To know another maker, say here which lambda it amounts to.
"""

from colonnade.detection.normalise.fold.functions import FUNCTIONS, Arguments
from colonnade.detection.normalise.fold.values import Endless, Function, Named, Value, items_of

MAX_GIVEN_CHARACTERS = 4000
"""Of the arguments that a made function is given beforehand."""


def _partial(arguments: Arguments) -> Value | None:
    """`partial(f, a)`; without arguments it is `f`, since keywords are not told apart."""
    called, *given = arguments
    if not given:
        return called
    return _lambda(called.dotted, given) if isinstance(called, Named) else None


def _method_caller(arguments: Arguments) -> Value | None:
    """`methodcaller('system', 'ls')`: `lambda it: it.system('ls')`."""
    name, *given = arguments
    written = _written(given)
    if not isinstance(name, str) or not name.isidentifier() or written is None:
        return None
    return Function("", f"lambda it: it.{name}({written})")


def _attribute_getter(arguments: Arguments) -> Value | None:
    path = arguments[0]
    known = isinstance(path, str) and all(one.isidentifier() for one in path.split("."))
    return Function("", f"lambda it: it.{path}") if known else None


def _item_getter(arguments: Arguments) -> Value | None:
    written = _written(arguments[:1])
    return Function("", f"lambda it: it[{written}]") if written else None


def _lambda(dotted: str, given: list[Value]) -> Value | None:
    written = _written(given)
    return Function("", f"lambda *more: {dotted}({written}, *more)") if written else None


def _written(values: list[Value]) -> str | None:
    """Values as they would stand between brackets; None for what cannot be written out."""
    if not all(isinstance(one, str | bytes | int) for one in values):
        return None
    written = ", ".join(map(repr, values))
    return written if len(written) <= MAX_GIVEN_CHARACTERS else None


def _cycle(arguments: Arguments) -> Value | None:
    items = items_of(arguments[0])
    return Endless(tuple(items)) if items else None


def _chain(arguments: Arguments) -> Value | None:
    chained: list[Value] = []
    for one in arguments:
        items = items_of(one)
        if items is None:
            return None
        chained.extend(items)
    return chained


def _zip(arguments: Arguments) -> Value | None:
    """`zip`, in which an endless series lasts as long as the others."""
    columns = {place: items_of(one) for place, one in enumerate(arguments)}
    ended = {place: items for place, items in columns.items() if items is not None}
    rounds = min(map(len, ended.values()), default=0)
    for place, one in enumerate(arguments):
        if isinstance(one, Endless):
            ended[place] = [one.items[number % len(one.items)] for number in range(rounds)]
    if len(ended) < len(arguments):
        return None
    return [list(row) for row in zip(*(ended[place] for place in columns), strict=False)]


FUNCTIONS.update(
    {
        "functools.partial": _partial,
        "operator.methodcaller": _method_caller,
        "operator.attrgetter": _attribute_getter,
        "operator.itemgetter": _item_getter,
        "itertools.cycle": _cycle,
        "itertools.chain": _chain,
        "zip": _zip,
    }
)
