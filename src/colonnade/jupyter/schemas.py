"""What clients send about sessions and kernels, checked."""

from dataclasses import dataclass
from typing import Any, cast

from colonnade.jupyter.bodies import text_at
from colonnade.kit.errors import Invalid

DEFAULT_SPEC = "python3"
"""The name by which every stock client asks for the default class."""


@dataclass(frozen=True)
class SessionWish:
    """A session to open. `kernel_id` is '' unless a kernel of the person's is to be used."""

    path: str
    name: str
    type: str
    kernel_name: str
    kernel_id: str


@dataclass(frozen=True)
class SessionChange:
    """What is to be different about a session; None stays as it is."""

    path: str | None
    name: str | None
    type: str | None
    kernel_name: str | None
    kernel_id: str | None


def session_wish(model: dict[str, Any]) -> SessionWish:
    """From the body of POST /api/sessions. Raises Invalid when path or type are missing."""
    model = _modern(model)
    path, kind = _path_at(model), text_at(model, "type", 64)
    if not path or not kind:
        raise Invalid("'path' and 'type' are needed to open a session.")
    kernel = _object_at(model, "kernel")
    return SessionWish(
        path=path,
        name=text_at(model, "name") or "",
        type=kind,
        kernel_name=text_at(kernel, "name", 128) or DEFAULT_SPEC,
        kernel_id=text_at(kernel, "id", 64) or "",
    )


def session_change(model: dict[str, Any]) -> SessionChange:
    """From the body of PATCH /api/sessions/{id}. Raises Invalid."""
    model = _modern(model)
    kernel = _object_at(model, "kernel")
    return SessionChange(
        path=_path_at(model),
        name=text_at(model, "name"),
        type=text_at(model, "type", 64),
        kernel_name=text_at(kernel, "name", 128),
        kernel_id=text_at(kernel, "id", 64),
    )


def kernel_wish(model: dict[str, Any]) -> tuple[str, str]:
    """(name of the kernelspec, path) from the body of POST /api/kernels. Raises Invalid."""
    return text_at(model, "name", 128) or DEFAULT_SPEC, _path_at(model) or ""


def _path_at(model: dict[str, Any]) -> str | None:
    path = text_at(model, "path")
    return None if path is None else path.lstrip("/")


def _object_at(model: dict[str, Any], key: str) -> dict[str, Any]:
    value = model.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Invalid(f"'{key}' must be an object.")
    return cast("dict[str, Any]", value)


def _modern(model: dict[str, Any]) -> dict[str, Any]:
    """The same with the deprecated `notebook` object, which old clients still send, resolved."""
    notebook = _object_at(model, "notebook")
    path = notebook.get("path") or notebook.get("name")
    return {**model, "type": "notebook", "path": path} if path else model
