"""The nodes of some Python that matter, by what they are, in one walk over the syntax tree.

A query of tree-sitter says the same more shortly, and takes quadratic time on a deep tree: 32 s
for `x = a[0][0]…` with 100,000 of them, where this takes 0.1 s (measured 2026-11, tree-sitter
0.26). On ordinary cells it takes some 0.01 ms more. To see another type of node, name it in
`_KINDS`.
"""

from tree_sitter import Node, TreeCursor

from colonnade.detection.limits import MAX_NODES, Unscannable

_KINDS = {
    "import_statement": "import",
    "import_from_statement": "import",
    "assignment": "assignment",
    "augmented_assignment": "augmented",
    "call": "call",
    "string": "string",
    "concatenated_string": "string",
    "function_definition": "function",
    "identifier": "name",
    "binary_operator": "binary",
    "subscript": "subscript",
    "for_statement": "loop",
    "while_statement": "loop",
    "list_comprehension": "comprehension",
    "generator_expression": "comprehension",
    "set_comprehension": "comprehension",
    "named_expression": "walrus",
    "as_pattern": "alias",
    "comment": "comment",
}
_SOMETIMES = frozenset({"name", "subscript"})
_NAMING = frozenset({"parameters", "class_definition", "pattern_list"})
"""What may hold a name that is given something."""
_TEXTS = frozenset({"string", "concatenated_string", "parenthesized_expression"})
"""What is read as a text when it is sliced: `'abc'[::-1]`."""


def nodes_in(root: Node) -> dict[str, list[Node]]:
    """Nodes by kind, each kind in the order of the source.

    A `name` is one that is given something: a class, a parameter, a part of `a, b = …`. A
    `docstring` is a text that stands alone; it is among the `string`s too.
    Raises Unscannable above `MAX_NODES`.
    """
    found: dict[str, list[Node]] = {}
    cursor, above, count = root.walk(), [""], 0
    while node := cursor.node:
        kind = _KINDS.get(node.type)
        if kind == "name" and above[-1] not in _NAMING:
            kind = None  # Most names are only used.
        if kind is not None and (kind not in _SOMETIMES or _matters(kind, node, cursor, above)):
            found.setdefault(kind, []).append(node)
            if kind == "string" and above[-1] == "expression_statement":
                found.setdefault("docstring", []).append(node)
            count += 1
            if count > MAX_NODES:
                raise Unscannable(f"it is made of more than {MAX_NODES} parts")
        if cursor.goto_first_child():
            above.append(node.type)
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return found
            above.pop()
    return found


def lines_of(node: Node) -> tuple[int, int]:
    """First and last line of a node, from 1."""
    return node.start_point.row + 1, node.end_point.row + 1


def _matters(kind: str, node: Node, cursor: TreeCursor, above: list[str]) -> bool:
    """Whether a node of a kind that only counts in some places stands in such a one."""
    if kind == "name":
        holder = above[-1]
        if holder == "class_definition":
            return cursor.field_name == "name"
        return holder == "parameters" or above[-2] == "assignment"
    value = node.child_by_field_name("value")
    return value is not None and value.type in _TEXTS
