import base64
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.normalise.pipes import printed

FILES = {"a.b64": "YWI="}


@pytest.mark.parametrize(
    ("words", "given_text", "output"),
    [
        (["echo", "-n", "a", "b"], None, "a b"),
        (["echo", "-e", r"\x61b"], None, "ab"),
        (["printf", r"%s\x62", "a"], None, "ab"),
        (["base64", "-d"], "YWI=", "ab"),
        (["base64", "-d", "a.b64"], None, "ab"),
        (["base64"], "ab", None),
        (["base64", "-d"], "no base", None),
        (["xxd", "-r", "-p"], "6162", "ab"),
        (["gzip", "-dc"], gzip.compress(b"ab", mtime=0).decode("latin-1"), "ab"),
        (["gzip"], "ab", None),
        (["rev"], "ba", "ab"),
        (["tr", "A-Za-z", "N-ZA-Mn-za-m"], "no", "ab"),
        (["tr", "-d", "x"], "axb", "ab"),
        (["openssl", "base64", "-d"], "YWI=", "ab"),
        (["cat"], "ab", "ab"),
        (["cat", "a.b64"], None, "YWI="),
        (["curl", "x"], None, None),
        (["python3", "-c", "print('a' + 'b')"], None, "ab"),
        (["python", "-c", "a = 'a'; print(a, 'b')\nprint('c')"], None, "a b\nc"),
        (["python", "-c", "print(read())"], None, None),
        ([], "ab", "ab"),
    ],
)
def test_what_is_printed_is_known(words: list[str], given_text: str | None, output: str | None):
    assert printed(words, given_text, FILES.get) == output


@given(st.text(alphabet="print('a')+=;\n ", max_size=80))
def test_any_program_may_be_asked_what_it_prints(source: str):
    assert printed(["python", "-c", source], None, FILES.get) != ""


@given(st.text(max_size=200))
def test_any_text_comes_back_from_base64(text: str):
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode()
    assert printed(["base64", "-d"], encoded, FILES.get) == text.encode("utf-8", "replace").decode()


@given(st.lists(st.text(max_size=20), max_size=5), st.text(max_size=50))
def test_any_words_are_answered(words: list[str], text: str):
    printed(words, text, FILES.get)


@given(st.text(max_size=200))
def test_what_is_no_text_on_the_way_is_kept_for_the_next_filter(text: str):
    data = text.encode("utf-8", "replace")
    encoded = base64.b64encode(gzip.compress(data)).decode()
    packed = printed(["base64", "-d"], encoded, FILES.get)
    assert printed(["gunzip"], packed, FILES.get) == printed(
        ["base64", "-d"], base64.b64encode(data).decode(), FILES.get
    )


def test_what_is_not_compressed_is_not_known():
    for program in ("gunzip", "zcat", "bunzip2"):
        assert printed([program], "00", FILES.get) is None
    assert printed(["gzip", "-d"], "no archive", FILES.get) is None
