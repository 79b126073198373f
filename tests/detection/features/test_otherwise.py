"""Programs in other languages that only send, and those that talk with somebody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def sends(file: str, text: str) -> bool:
    source = f"%%writefile {file}\n{text}"
    return (Kind.REPEATED, "packet") in {(one.kind, one.value) for one in extract(source)}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            "a.c",
            "#include <sys/socket.h>\nint main(int n, char **a) {\n  char b[1400];\n"
            "  while (1) { sendto(sd, b, sizeof b, 0, to, sizeof to); }\n}",
        ),
        (
            "a.rs",
            "use std::net::UdpSocket;\nfn main() {\n  let s = UdpSocket::bind(x).unwrap();\n"
            "  loop { for p in [80, 443] { let _ = s.send_to(&b, (t, p)); } }\n}",
        ),
        (
            "a.go",
            "package main\nfunc main() {\n  for i := 0; i < 500; i++ {\n    go func() {\n"
            "      for { http.Get(os.Args[1]) }\n    }()\n  }\n}",
        ),
        (
            "a.js",
            "const h = require('http2');\nconst c = h.connect(process.argv[2]);\n"
            "setInterval(() => { const r = c.request({':path': '/'}); r.end(); }, 1);",
        ),
    ],
)
def test_what_sends_without_end_floods(file: str, text: str) -> None:
    assert sends(file, text)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            "echo.c",
            "#include <sys/socket.h>\nint main() {\n  while (1) { n = recvfrom(sd, b, 9, f, l);\n"
            "    sendto(sd, b, n, 0, f, l); }\n}",
        ),
        (
            "sensor.c",
            "#include <unistd.h>\nint main() {\n  while (1) { sendto(sd, b, 8, 0, to, l);\n"
            "    usleep(50000); }\n}",
        ),
        (
            "page.html",
            "<script>setInterval(() => { fetch('/state').then(r => show(r)); }, 1000);</script>"
            "<style>p { color: red; padding: 1px; margin: 1px; }</style>",
        ),
        (
            "watch.js",
            "const axios = require('axios');\nsetInterval(async () => {\n"
            "  const r = await fetch(page); console.log(await r.json());\n}, 1000);",
        ),
        (
            "sum.c",
            "#include <stdio.h>\nint main() {\n  for (;;) { if (i++ > 100) break; n += i; }\n"
            '  printf("%d and some more words", n);\n}',
        ),
    ],
)
def test_what_answers_waits_or_computes_does_not(file: str, text: str) -> None:
    assert not sends(file, text)


@given(st.text(alphabet="#include main(){} while(1)sendto;", max_size=200))
def test_any_program_can_be_read(text: str) -> None:
    sends("a.c", text)
