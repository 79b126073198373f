import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.normalise.shell import commands, unwrap
from colonnade.detection.normalise.variables import LINE_BREAK, assigned, expand


def words(text: str, **constants: str) -> list[tuple[str, ...]]:
    return [unwrap(command.words) for command in commands(text, constants)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("${x}", "Some/Tool"),
        ("${x:5}", "Tool"),
        ("${x:5:2}", "To"),
        ("${x,,}", "some/tool"),
        ("${x^^}", "SOME/TOOL"),
        ("${x/Some/Other}", "Other/Tool"),
        ("${x//o/0}", "S0me/T00l"),
        ("${x##*/}", "Tool"),
        ("${x#*o}", "me/Tool"),
        ("${x%/*}", "Some"),
        ("${x%%o*}", "S"),
        ("${y:-git}", "git"),
        ("${x:-git}", "Some/Tool"),
        ("${x:+git}", "git"),
        ("${!name}", "Some/Tool"),
        ("${y,,}", "${y,,}"),
        ("${!y}", "${!y}"),
    ],
)
def test_an_expansion_is_worked_out(written: str, expected: str):
    assert expand(written, {"x": "Some/Tool", "name": "x"}, {}) == expected


@pytest.mark.parametrize(
    "text",
    [
        "for u in a.example; do get $u; done",
        "read p u <<< 'get a.example'; $p $u",
        'set -- get a.example; "$@"',
        "set -- a.example; get $1",
        'f() { get "$@"; }; f a.example',
        'function f() {\n  get "${1}"\n}\nf a.example',
        "{get,a.example}",
        "get${IFS}a.example",
        "g=g; g+=et; $g a.example",
        "printf -v g %s get; $g a.example",
        "x=Z2V0IGEuZXhhbXBsZQ==; y=$(echo $x | base64 -d); $y",
        "g$()et a.example",
        "$(which get) a.example",
        "CODE=$(cat <<'E'\nget a.example\nE\n)\n$CODE",
        "read -r CODE <<E\nget a.example\nE\n$CODE",
    ],
)
def test_what_a_text_gives_its_variables_is_known(text: str):
    assert ("get", "a.example") in words(text)


def test_a_loop_s_variable_is_each_of_its_words_and_within_a_longer_word_the_first():
    assert ("get", "a", "b") in words("for u in a b; do get $u; done")
    assert ("get", "x/a.zip") in words("for u in a b; do get x/$u.zip; done")


def test_a_loop_over_what_is_not_known_leaves_its_variable_as_it_is():
    assert ("get", "$u") in words("for u in $(seq 9); do get $u; done")


def test_a_function_that_calls_itself_ends():
    assert len(words('f() { f "$@" "$@"; }; f a')) < 10


def test_a_value_of_several_lines_stays_on_the_line_where_it_is_used():
    first, second = commands('run -c "$x"\nls', {"x": "a\nb"})
    assert first.words == ("run", "-c", "a\nb")
    assert (first.end_line, second.line) == (1, 2)


@given(st.text(alphabet="xy ${}!:/#%,^-@*()=;<\n\"'", max_size=60))
def test_any_text_is_expanded_and_keeps_its_lines(text: str):
    own = assigned(text, {}, {"x": "a\nb"}, str)
    expanded = expand(text, own, {"x": "a\nb"})
    assert expanded.count("\n") <= text.count("\n")
    assert LINE_BREAK not in text or LINE_BREAK in expanded
