"""Where a person may be sent: inside, in every spelling."""

from urllib.parse import quote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.web.redirects import safe_target

HOME = "http://127.0.0.1:8888"


@pytest.mark.parametrize(
    "target",
    [
        "",
        "lab",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "/%2fevil.example",
        "/%2Fevil.example",
        "/%252fevil.example",
        "/%5cevil.example",
        "/%09/evil.example",
        "/\t/evil.example",
        "/\r\nLocation: x",
        "/a/../../x",
        "/%2e%2e/x",
        "/sign-in",
        "/sign-out",
        "/" + "x" * 3000,
    ],
)
def test_what_might_lead_elsewhere_leads_home(target: str) -> None:
    assert safe_target(target, "/") == "/"


@pytest.mark.parametrize(
    "target", ["/", "/lab/tree/My%20notes/a.ipynb", "/policy?x=1&y=//z", "/lab/tree/100%25.ipynb"]
)
def test_a_place_inside_is_kept(target: str) -> None:
    assert safe_target(target, "/") == target


def test_another_application_on_the_host_is_elsewhere() -> None:
    assert safe_target("/other", "/notes/") == "/notes/"
    assert safe_target("/notes/lab", "/notes/") == "/notes/lab"


@given(
    st.lists(
        st.sampled_from(["/", "\\", "%2f", "%5c", "%25", "..", ":", "@", "evil.example", "?", "#"])
        | st.text(max_size=3),
        max_size=8,
    )
)
def test_no_browser_leaves_the_application(pieces: list[str]) -> None:
    target = safe_target("/" + "".join(pieces), "/")
    for seen in (target, target.replace("\\", "/"), target.replace("\t", "").replace("\n", "")):
        reached = urlsplit(urljoin(HOME, seen))
        assert (reached.scheme, reached.netloc) == ("http", "127.0.0.1:8888")


@given(st.text(max_size=30))
def test_any_path_quoted_properly_is_kept_or_led_home(name: str) -> None:
    target = f"/lab/tree/{quote(name)}"
    assert safe_target(target, "/") in {target, "/"}
