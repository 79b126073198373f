"""Files of ours that hold one JSON document each, read in a pydantic form."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from colonnade.kit.errors import Invalid

Form = TypeVar("Form", bound=BaseModel)


def read_form(file: Path, form: type[Form], remedy: str) -> Form:
    """What the file holds. Raises Invalid naming the file, what is wrong and the `remedy`."""
    try:
        return form.model_validate_json(file.read_bytes())
    except OSError as problem:
        raise Invalid(f"{file}: {problem.strerror}.", remedy) from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise Invalid(f"{file}: {place}: {first['msg']}.", remedy) from problem
