"""What is drawn at random: a name, a number, a person who does not exist.

To know another library that makes up people, add its calls to `CHANCE`.
"""

import re
from functools import lru_cache

MAX_SOURCE = 6000
CHANCE = re.compile(
    r"random|urandom|randint|randrange|choice|secrets|[Ff]aker|uuid|names\.get_|\bget_(?:(?:first|last|full)_name|email|birthdate|phone_number)\(|fake\.\w+\(|\bf\.name\("
    r"|\.(?:first_name|last_name|free_email|safe_email|ascii_email|phone_number|postcode|cpf)\(\)"
)
_PAUSED = re.compile(r"sleep\((?:[^()\n]|\([^()\n]{0,60}\)){0,80}\)|\buniform\(")
"""How long somebody waits is drawn as well, and says nothing."""


@lru_cache(1024)
def draws(source: str) -> bool:
    """Whether a function draws something, and not only how long it waits."""
    return bool(CHANCE.search(_PAUSED.sub("", source[:MAX_SOURCE])))
