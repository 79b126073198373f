import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.normalise.fold import Folder, Function, Named, Namespace, Value
from colonnade.detection.normalise.fold.methods import substitute
from colonnade.detection.normalise.fold.statements import follow, parse
from colonnade.detection.normalise.fold.values import MAX_FOLDED, Scalar, weight_of

MODULES = (
    *("base64", "codecs", "zlib", "os", "string", "binascii", "importlib", "json", "itertools"),
    *("functools", "operator", "unicodedata", "array", "re", "struct"),
)


def fold(expression: str, **names: Value) -> Value | None:
    (statement, *_) = parse(expression).named_children
    before: dict[str, Value] = {"b64decode": Named("base64.b64decode"), **names}
    for module in MODULES:
        before.setdefault(module, Named(module))
    return Folder(Namespace(before)).fold(statement.named_children[0])


def after(source: str) -> dict[str, Value | None]:
    """What the names stand for once `source` was followed."""
    folder = Folder()
    follow(folder, parse(source))
    return folder.names.own


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
        ("''.join(chr(c ^ 7) for c in [102, 101])", "ab"),
        ("bytes(b ^ k for b, k in zip(b'ab', b'\\x01\\x01'))", b"`c"),
        ("bytes([b ^ 1 for b in b'ab'])", b"`c"),
        ("''.join(map(chr, [97, 98]))", "ab"),
        ("''.join(map(lambda c: chr(c + 1), [96, 97]))", "ab"),
        ("''.join([c for c in 'a-b-' if c != '-'])", "ab"),
        ("{'a': 'x', 'b': 'y'}['b']", "y"),
        ("{'a': 'x'}.get('b', 'y')", "y"),
        ("{c: c.upper() for c in 'ab'}['b']", "B"),
        ("'no'.translate(str.maketrans('no', 'ab'))", "ab"),
        ("[s for s in ['a', 'b']][-1]", "b"),
        ("'{0}{1}{x}'.format('a', 'b', x='c')", "abc"),
        ("'{0[1]}{1[k]}'.format(['x', 'a'], {'k': 'b'})", "ab"),
        ("'{k}b'.format_map({'k': 'a'})", "ab"),
        ("'a|b'.partition('|')[2]", "b"),
        ("'a|b|c'.rsplit('|', 1)[-1]", "c"),
        ("''.join(c for c in 'aBb' if c.islower())", "ab"),
        ("'a'.__add__('b')", "ab"),
        ("''.join(v for k, v in sorted([(2, 'b'), (1, 'a')]))", "ab"),
        ("''.join([*'ab', 'c'])", "abc"),
        ("eval(\"'a' + 'b'\")", "ab"),
        ("'\\N{LATIN SMALL LETTER A}b'", "ab"),
        ("string.printable[10:12]", "ab"),
        ("zlib.decompress(b'KL\\x02\\x00', -15)", b"ab"),
        ("'%s-%s' % ('a', 'b')", "a-b"),
        ("b'ab'.hex()", "6162"),
        ("string.ascii_lowercase[2] + string.digits[1]", "c1"),
        ("int('61', 16)", 97),
        ("chr(int('61', 16))", "a"),
        ("json.loads('[[1, 2]]')[0][1]", 2),
        ("'a' if 1 > 2 else 'b'", "b"),
        ("2 ** 10 // 3 % 7", 5),
        ("str(12) + str(b'x', 'utf8')", "12x"),
        ("(lambda s: s[::-1])('ba')", "ab"),
        ("'/'.join(['a', 'b']).split('/')[1]", "b"),
        ("os.path.join('a', 'b')", "a/b"),
        ("__import__('os').system", Named("os.system")),
        ("getattr(__import__('os'), 'sys' + 'tem')", Named("os.system")),
        ("importlib.import_module('o' + 's')", Named("os")),
        ("vars(os)['system']", Named("os.system")),
        ("os.__dict__['system']", Named("os.system")),
        ("globals()['ex' + 'ec']", Named("exec")),
        ("'{x}{y}'.format(**{'x': 'a', 'y': 'b'})", "ab"),
        ("struct.pack('2B', 97, 98).decode()", "ab"),
        ("re.sub('~', '', 'a~b')", "ab"),
        ("re.sub('\\|', '', 'a|b')", "ab"),
        ("bytes.fromhex('61006200').decode('utf-16-le')", "ab"),
        ("''.join('b' if c.islower() else 'a' for c in 'Xx')", "ab"),
        ("'%c%c' % (97, 98)", "ab"),
        ("format('a') + repr(1)", "a1"),
        ("getattr('-', 'join')(['a', 'b'])", "a-b"),
        ("getattr('axb', 'rep' + 'lace')('x', '')", "ab"),
        ("'%c' * 2 % (97, 98)", "ab"),
        ("'%(a)s%%%(c)02x' % {'a': 'b', 'c': 1}", "b%01"),
        ("(lambda *a: ''.join(chr(c) for c in a))(97, 98)", "ab"),
        ("bytes(a ^ b for a, b in zip(b'`c', itertools.cycle(b'\x01'))).decode()", "ab"),
        ("functools.reduce(lambda a, b: a + b, ['a', 'b'])", "ab"),
        ("operator.attrgetter('system')(os)", Named("os.system")),
        ("operator.itemgetter('b')({'b': 'c'})", "c"),
        ("functools.partial(os.system)", Named("os.system")),
        ("''.join(itertools.chain('a', ['b']))", "ab"),
        ("unicodedata.normalize('NFKC', '\uff41b')", "ab"),
        ("array.array('B', [97, 98]).tobytes().decode()", "ab"),
        ("[(c := c + 'b') for c in 'aa'][1]", "ab"),
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
        "2 ** 99999",
        "1 << 99999",
        "'a'.join(['b' * 200000, 'c' * 200000])",
        "'a'.replace('a', 'b' * 200000).replace('b', 'c' * 200000)",
        "[x for x in unknown]",
        "[f(x) for x in 'ab']",
        "(lambda f: f(f))(lambda f: f(f))",
        "[[y for y in range(9999)] for x in range(9999)]",
        "[chr(x % 9) for x in range(9999) for y in range(9999)]",
        "[chr(x % 9) for x in unknown]",
        "''.join(itertools.cycle('ab'))",
        "zip(unknown, itertools.cycle('ab'))",
        "operator.methodcaller('a b')(os)",
        "re.sub('a+', '', 'aab')",
    ],
)
def test_what_is_unknown_or_too_large_does_not(expression: str):
    assert fold(expression) is None


def test_a_long_text_of_few_letters_is_worked_out_letter_by_letter():
    """Each letter once: thirty thousand of them would take a hundred thousand steps."""
    codes = [ord(one) + 3 for one in "a sentence of few letters " * 1200]
    whole = "a sentence of few letters " * 1200
    assert fold(f"''.join(chr(c - 3) for c in {codes})") == whole
    source = f"x = ''\nfor c in {codes}:\n    x += chr(c - 3)"
    assert after(source)["x"] == whole


def test_a_sum_that_depends_on_itself_is_followed_round_by_round():
    assert after("x = 'a'\nfor c in 'bc':\n    x += x[-1] + c")["x"] == "aabbc"


@pytest.mark.parametrize("module", ["zlib", "bz2", "lzma"])
def test_a_decompression_bomb_stays_within_its_budget(module: str):
    bomb = __import__(module).compress(b"0" * 50_000_000)
    value = fold(f"{module}.decompress({bomb!r})", bz2=Named("bz2"), lzma=Named("lzma"))
    assert value is None or (isinstance(value, bytes) and len(value) <= MAX_FOLDED)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("x = ''\nfor c in [97, 98]:\n    x += chr(c)", "ab"),
        ("x = []\nfor c in 'ab':\n    x.append(c * 2)\nx = ''.join(x)", "aabb"),
        ("a = b = 'c'\nx = a + b", "cc"),
        ("a, b = 'c', 'd'\nx = a + b", "cd"),
        ("x = ''\nfor i, c in enumerate('ab'):\n    x += c * (i + 1)", "abb"),
        ("x, k = '', 3\nfor c in b'bc':\n    x += chr(c ^ k)\n    k = k ^ 3", "ac"),
        ("x, i = '', 0\nwhile i < 3:\n    x += 'a'\n    i += 1", "aaa"),
        ("def f(s, n=1):\n    return ''.join(c * n for c in s)\nx = f('a', 2)", "aa"),
        ("def f(s):\n    t = ''\n    for c in s:\n        t += c\n    return t\nx = f('ab')", "ab"),
        ("def f(s):\n    if s == 'a':\n        return 'b'\n    return 'c'\nx = f('d')", "c"),
        ("import os\nos.environ['A'] = 'b'\nx = os.environ['A'] + os.getenv('B', 'c')", "bc"),
        ("x = 'a'\nif unknown:\n    x = 'b'", "b"),
        ("x = '====ab'\nfor i in range(4):\n    x = x[1:]", "ab"),
        ("x = ''\nfor c in 'abc':\n    if c == 'b':\n        break\n    x += c", "a"),
    ],
)
def test_statements_are_followed(source: str, value: Value):
    assert after(source)["x"] == value


def test_a_loop_that_is_not_known_leaves_nothing_known():
    assert after("x = 'a'\nfor c in unknown:\n    x += c")["x"] is None


def test_a_list_that_grows_is_a_new_one():
    own = after("x = ['a']\ny = x\nx.append('b')")
    assert (own["x"], own["y"]) == (["a", "b"], ["a"])


def test_a_function_is_kept_as_its_source():
    assert after("def f(x):\n    return x")["f"] == Function("f", "def f(x):\n    return x")


@pytest.mark.parametrize(
    "source",
    [
        "while True:\n    x = 'a'",
        "x = 'a'\nwhile True:\n    x += x",
        "x = ['a']\nfor i in range(9999):\n    x = [x, x]",
        "x = ['a']\nfor i in range(9999):\n    x.extend(x)",
        "def f(x):\n    return f(x)\nx = f('a')",
        "x = 3\nfor i in range(9999):\n    x = x * x",
        "def f(a):\n    return g(a)\ndef g(a):\n    return f(a) + f(a)\nx = f('a')",
        "x = '{:>999999999}'.format('a')",
        "x = '%999999999s' % 'a'",
        "x = ''.join('a' * 200000 for i in range(20000))",
    ],
)
def test_what_grows_without_end_stops(source: str):
    folder = Folder()
    follow(folder, parse(source))
    assert weight_of(folder.names.own.get("x") or "") <= 1 << 18


def test_names_that_are_looked_up_are_remembered():
    names = Namespace({"a": "b"})
    assert Folder(names).fold(parse("a + c").named_children[0].named_children[0]) == "b"
    assert names.read >= {"a", "c"}


PIECES = ["'a'", "x", "+", "*", "(", ")", "[", "]", "{", "}", ":", "chr", "for c in", "if", "99"]
MORE = ["b'c'", ".join", ".decode", "f'{x}'", ",", "=", "lambda s:", "\n", "  ", "x +=", "%"]


@given(st.lists(st.sampled_from([*PIECES, *MORE]), max_size=40))
def test_any_mixture_is_followed(pieces: list[str]):
    folder = Folder()
    follow(folder, parse(" ".join(pieces)))


@given(st.binary(max_size=200))
def test_zlib_of_anything_folds(data: bytes):
    assert fold(f"zlib.decompress({zlib.compress(data)!r})") == data


def test_a_loop_that_goes_to_its_end_leaves_what_it_built():
    source = "s = ''\ni = 0\nwhile i < 3:\n    s += 'abc'[i]\n    i += 1\n"
    assert after(source)["s"] == "abc"
    assert after("s = ''\nwhile unknown:\n    s += 'a'\n")["s"] is None


def test_places_of_dictionaries_and_lists_are_filled():
    assert after("d = {}\nd['a'] = 'x'\nd['b'] = unknown\n")["d"] == {"a": "x"}
    assert after("d = {'a': 'x'}\nd['a'] = unknown\n")["d"] == {}
    assert after("d = ['x', 'y']\nd[-1] = 'z'\n")["d"] == ["x", "z"]
    assert after("d = ['x']\nd[unknown] = 'z'\n")["d"] is None


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("class C:\n    a = 'a'\n    b = 'b'\nx = C.a + C.b", "ab"),
        ("class C:\n    a = 'c'\nclass D:\n    a = 'ab'\nx = D.a", "ab"),
        ("import types\nn = types.SimpleNamespace(a='a', b='b')\nx = n.a + n.b", "ab"),
        ("def f():\n    'ab'\nx = f.__doc__", "ab"),
        ("def f():\n    yield 'a'\n    yield 'b'\nx = ''.join(f())", "ab"),
        ("import string\nx = string.Template('$a${b}').substitute(a='a', b='b')", "ab"),
        ("import string\nx = string.Template('$a$b').safe_substitute({'a': 'a', 'b': 'b'})", "ab"),
        ("x = ''.join(map('ba'.__getitem__, [1, 0]))", "ab"),
        ("x = __import__('urllib.parse').parse.unquote('%61%62')", "ab"),
        ("def f(n):\n    for i in n:\n        yield i\nx = f('ab')", None),
        ("def f():\n    return 'ab'\nx = f.__doc__", None),
        ("class C:\n    a = read()\nx = C.a", None),
    ],
)
def test_what_is_held_elsewhere_is_known(source: str, value: str | None):
    folder = Folder()
    for statement in parse(source).named_children:
        if statement.type == "class_definition":
            body = statement.child_by_field_name("body")
            for one in body.named_children if body is not None else []:
                follow(folder, one)
        follow(folder, statement)
    assert folder.names.get("x") == value


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=30), max_size=5), st.text(max_size=50))
def test_any_template_is_filled_within_its_budget(given: dict[str, str], text: str):
    filled = substitute(text, dict[Scalar, Value](given.items()))
    assert filled is None or len(filled) <= MAX_FOLDED
