from colonnade.evaluation.disguises.reading import Python, read
from colonnade.evaluation.disguises.sections import sections, shown_apart


def cut(source: str) -> list[tuple[str, bool]]:
    found = read(source)
    assert isinstance(found, Python)
    return [(one.text, bool(one.commands)) for one in sections(found)]


def test_shell_lines_stand_apart_and_nothing_is_shown_that_was_not():
    source = "x = 1\nx\n# fetch\n!ls\n!wget a\nif x:\n    !ls\nx"
    assert cut(source) == [
        ("x = 1\nx;", False),
        ("# fetch\n!ls\n!wget a", True),
        ("if x:\n    !ls\nx", False),
    ]


def test_lines_that_ipython_fills_in_stay_with_their_python():
    assert cut("y = 2\n!echo {y}\n!echo $y") == [("y = 2\n!echo {y}\n!echo $y", False)]


def test_statements_on_one_line_stay_together():
    assert cut("x = 1; y = 2") == [("x = 1; y = 2", False)]


def test_the_last_expression_is_what_jupyter_shows():
    assert shown_apart("x = 1\nx + 1\n") == ("x = 1\n", "x + 1")
    assert shown_apart("x = 1\nx;") == ("x = 1\nx;", "")
    assert shown_apart("x = 1\n!ls") == ("x = 1\n!ls", "")
