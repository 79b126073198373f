import pytest
import tree_sitter_python
from tree_sitter import Language, Parser

from colonnade.detection.normalise.fold import Folder, Value

PARSER = Parser(Language(tree_sitter_python.language()))


def fold(expression: str, **names: Value) -> Value | None:
    root = PARSER.parse(expression.encode()).root_node
    modules = {"b64decode": "base64.b64decode"}
    return Folder(dict(names), modules).fold(root.named_children[0].named_children[0])


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a' + 'b'", "ab"),
        ("'a' 'b'", "ab"),
        ("'ab' * 2", "abab"),
        ("f'{x}-{y}'", "1-{y}"),
        ("'%s!' % x", "1!"),
        ("'{}!'.format(x)", "1!"),
        ("'abc'[::-1]", "cba"),
        ("'abc'[1]", "b"),
        ("'-'.join(['a', 'b'])", "a-b"),
        ("'axb'.replace('x', '')", "ab"),
        ("chr(97) + chr(98)", "ab"),
        ("b64decode('YWI=').decode()", "ab"),
        ("bytes.fromhex('6162').decode()", "ab"),
        ("bytes([97, 98]).decode('ascii')", "ab"),
        ("codecs.decode('no', 'rot13')", "ab"),
        ("'n' + unknown", "n"),
        ("('a')", "a"),
        ("r'\\d'", "\\d"),
        ("'\\x61'", "a"),
    ],
)
def test_constants_fold(expression: str, value: Value):
    assert fold(expression, x="1") == value


@pytest.mark.parametrize(
    "expression",
    [
        "unknown",
        "f(1)",
        "'a' * 10**9",
        "'a' * 999999999",
        "'a'[9]",
        "x.y",
        "1 / 0",
    ],
)
def test_what_is_unknown_or_too_large_does_not(expression: str):
    assert fold(expression) is None


def test_a_decompression_bomb_stays_within_its_budget():
    import zlib

    bomb = zlib.compress(b"0" * 50_000_000)
    value = fold(f"zlib.decompress({bomb!r})")
    assert value is None or (isinstance(value, bytes) and len(value) <= 1 << 18)
