"""What a loop does, and what is another thing in each of its rounds."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Node

from colonnade.detection.features.loop import Loop
from colonnade.detection.features.loops import MAX_NODES, loop_of
from colonnade.detection.features.reached import own_functions, reached_functions
from colonnade.detection.normalise.fold import Folder, Namespace
from colonnade.detection.normalise.fold.statements import define, parse


def loops_in(source: str, folder: Folder) -> Iterator[Loop]:
    nodes: list[Node] = [parse(source)]
    while nodes:
        node = nodes.pop(0)
        if node.type == "function_definition":
            define(folder, node)
        if node.type in {"for_statement", "while_statement"}:
            yield loop_of(folder, node)
        nodes.extend(node.named_children)


def first_loop(source: str, folder: Folder | None = None) -> Loop:
    return next(loops_in(source, folder or Folder(Namespace({}))))


def test_what_follows_the_variable_differs():
    loop = first_loop(
        "for row in rows:\n    text = f'Dear {row}'\n    more = text + '!'\n    x = 1"
    )
    assert {"row", "text", "more"} <= loop.varied
    assert "x" not in loop.varied


def test_what_comes_in_differs_and_what_is_drawn_is_known_as_such():
    loop = first_loop("while True:\n    frame = camera.read()\n    key = random.randint(1, 9)")
    assert "frame" in loop.varied
    assert loop.by_chance == {"key"}


def test_what_somebody_types_is_known_as_such():
    assert first_loop("while True:\n    p = input()").asked == {"p"}


def test_rounds_are_counted_where_they_are_known():
    assert first_loop("for i in range(20):\n    f(i)").rounds == 20
    assert first_loop("for i in range(5, 20):\n    f(i)").rounds == 15
    assert first_loop("for i in range(n):\n    f(i)").rounds is None
    assert first_loop("for i in rows:\n    f(i)").rounds is None


def test_a_loop_without_end_is_known():
    assert first_loop("while True:\n    f()").is_endless
    assert not first_loop("while x:\n    f()").is_endless


def test_the_notebooks_own_functions_are_part_of_it():
    folder = Folder(Namespace({}))
    source = "def send():\n    post(page)\nfor i in range(9):\n    send()"
    loop = first_loop(source, folder)
    assert [one.name for one in own_functions(folder, loop)] == ["send"]
    assert "post(page)" in loop.text


def test_what_is_asked_before_a_call_guards_it():
    loop = first_loop("for one in many:\n    if one.x:\n        f()\n    if dry_run:\n        g()")
    assert [loop.is_guarded(call) for call in loop.calls] == [True, False]


def test_only_so_many_nodes_are_looked_at():
    assert first_loop("for i in a:\n" + "    f(i)\n" * 5000).nodes <= MAX_NODES


@given(st.text(alphabet="abfor inwhle:()=.\n 1'\"", max_size=200))
def test_any_body_can_be_read(body: str):
    found = list(loops_in("while True:\n    pass\n    " + body, Folder(Namespace({}))))
    assert all(0 < one.nodes <= MAX_NODES for one in found)


def test_what_a_generator_reads_is_not_read_in_the_rounds():
    folder = Folder(Namespace({}))
    source = "def rows():\n    yield read()\ndef act(x):\n    press(x)\n"
    *_, loop = loops_in(source + "for x in rows():\n    act(x)", folder)
    assert "press(x)" in loop.text
    assert "yield" not in loop.text


def test_what_ones_own_function_draws_is_drawn():
    folder = Folder(Namespace({}))
    source = (
        "def person():\n    return {'name': fake.first_name()}\n"
        "def page(u):\n    time.sleep(random.uniform(1, 2))\n    return get(u)\n"
        "for i in range(9):\n    p, q = person(), page(u)\n    for key in p:\n        send(key)"
    )
    loop = next(one for one in loops_in(source, folder) if one.rounds == 9)
    assert {"person", "p", "key"} <= loop.by_chance
    assert "page" not in loop.by_chance


def test_what_both_branches_do_is_guarded_by_none():
    loop = first_loop(
        "for x in xs:\n    if x % 2:\n        send(x, a)\n    else:\n        send(x, b)"
    )
    assert not any(loop.is_guarded(one) for one in loop.calls)
    loop = first_loop("for x in xs:\n    if x % 2:\n        send(x, a)\n    else:\n        skip(x)")
    assert all(loop.is_guarded(one) for one in loop.calls)


@pytest.mark.parametrize(
    ("body", "may_end"),
    [
        ("if n == 50:\n        break\n    n = n + 1", False),
        ("n += 1\n    if n > limit:\n        return", False),
        ("for x in xs:\n        if x:\n            break", False),
        ("if found(page):\n        break", True),
        ("if answer == 'no':\n        break", True),
        ("return page", True),
    ],
)
def test_a_count_that_is_reached_is_no_end_that_comes_of_what_happens(body: str, may_end: bool):
    assert first_loop(f"while True:\n    {body}").may_end is may_end


def test_what_a_called_function_returns_ends_no_loop():
    folder = Folder(Namespace({}))
    source = "def ask():\n    return get(page)\nwhile True:\n    ask()"
    *_, loop = loops_in(source, folder)
    assert "return" in loop.text
    assert not loop.may_end


@pytest.mark.parametrize(
    ("head", "endless"),
    [
        ("while run is True", True),
        ("while run", True),
        ("while other", False),
        ("while run < 3", False),
    ],
)
def test_a_name_that_stays_true_never_ends(head: str, endless: bool):
    folder = Folder(Namespace({"run": True}))
    assert first_loop(f"{head}:\n    send()", folder).is_endless is endless
    assert not first_loop(f"{head}:\n    run = send()", folder).is_endless


def test_functions_that_functions_call_are_reached():
    folder = Folder(Namespace({}))
    source = (
        "def a():\n    b()\ndef b():\n    Thread(target=c).start()\ndef c():\n    a()\n"
        "def gives():\n    return read()\ndef unused():\n    pass\nfor x in gives():\n    a()"
    )
    *_, loop = loops_in(source, folder)
    assert [one.name for one in reached_functions(folder, loop)] == ["a", "b", "c"]
