"""Small questions to nodes of a syntax tree."""

from collections.abc import Iterable, Iterator

from tree_sitter import Node

MAX_WRITTEN_OUT = 400
"""Nodes of an expression that is looked through."""


def source_of(node: Node) -> str:
    """The text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def operator_of(node: Node) -> str:
    """The operator that a binary or augmented expression is made with, or ''."""
    operator = node.child_by_field_name("operator")
    return source_of(operator) if operator is not None else ""


def parts_of(node: Node) -> list[Node]:
    """The named children, comments left out."""
    return [child for child in node.named_children if child.type != "comment"]


def arguments_of(call: Node) -> list[Node]:
    """The argument nodes of a call, keyword arguments included; a lone generator counts as one."""
    holder = call.child_by_field_name("arguments")
    if holder is None:
        return []
    return [holder] if holder.type == "generator_expression" else parts_of(holder)


def keywords_of(call: Node) -> Iterator[tuple[str, Node]]:
    """Name and value of each keyword argument."""
    for argument in arguments_of(call):
        if argument.type == "keyword_argument":
            name = argument.child_by_field_name("name")
            value = argument.child_by_field_name("value")
            if name is not None and value is not None:
                yield source_of(name), value


def is_written_out(node: Node) -> bool:
    """Whether an expression is made of texts and numbers alone: no piece of it is unknown."""
    waiting = [node]
    for _ in range(MAX_WRITTEN_OUT):
        if not waiting:
            return True
        one = waiting.pop()
        if one.type == "identifier" and one.text != b"chr":
            return False
        waiting.extend(one.named_children)
    return False


def plain_of(arguments: Iterable[Node]) -> list[Node]:
    """What is given as a text or a name, be it by keyword."""
    values = (one.child_by_field_name("value") or one for one in arguments)
    return [one for one in values if one.type in {"string", "identifier"}]


def imports_of(node: Node) -> Iterator[tuple[str, str]]:
    """(local name, dotted name) of each import."""
    module = node.child_by_field_name("module_name")
    prefix = f"{source_of(module)}." if module is not None else ""
    for child in node.children_by_field_name("name"):
        if child.type == "aliased_import":
            name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
            if name is not None and alias is not None:
                yield source_of(alias), prefix + source_of(name)
        elif prefix:
            yield source_of(child), prefix + source_of(child)
        else:
            yield source_of(child).split(".", 1)[0], source_of(child).split(".", 1)[0]
            if "." in source_of(child):
                yield "", source_of(child)
    if module is not None and any(child.type == "wildcard_import" for child in node.children):
        yield "", source_of(module)
