"""What programs in other languages show of what they do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind

GO = 'package main\nimport ("bufio"; "crypto/sha256"; "fmt"; "net/http"; "os")\n'
C = "#include <stdio.h>\n#include <sys/socket.h>\n#include <string.h>\n"
FILL = "// " + "one two three " * 15 + "\n"


def seen(source: str) -> set[tuple[Kind, str]]:
    kinds = {Kind.POOL, Kind.GUESS}
    return {(one.kind, one.value) for one in extract(source) if one.kind in kinds}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "m.go",
            f'{GO}{FILL}r, _ := http.Get(node + "/getwork?to=" + who)\n'
            'http.Post(node+"/submitwork", "text/plain", found)',
        ),
        (
            "M.java",
            f'class M {{ public static void main(String[] a) {{\n{FILL}new URL(a[0] + "/getWork");'
            'send("submitShare", n); } }',
        ),
        (
            "m.js",
            f"const net = require('net');\n{FILL}const s = net.connect(port, host);\n"
            "if (m.method === 'mining.notify') s.write(line('mining.submit', [user, found]));",
        ),
    ],
)
def test_who_asks_for_work_and_hands_it_in_mines(name: str, text: str):
    assert (Kind.POOL, "program") in seen(f"%%writefile {name}\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        f"{C}{FILL}int try_pw(const char *ip, const char *pw) {{ return connect(s, a, n); }}\n"
        "while (fgets(pw, 64, list)) if (try_pw(ip, pw)) puts(pw);",
        f"{GO}{FILL}for lines.Scan() {{ pass := lines.Text()\n"
        'c.Auth = ssh.Password(pass)\nssh.Dial("tcp", host, c) }',
        f'{FILL}fn main() {{ for word in list {{ let s = TcpStream::connect("a.example:1");\n'
        "if try_login(s, word) { return; } } }",
    ],
)
@pytest.mark.parametrize("kept", ["%%writefile b\n{}", "open('b', 'w').write({!r})"])
def test_who_tries_the_words_of_a_list_on_a_log_in_guesses(text: str, kept: str):
    assert (Kind.GUESS, "login") in seen(kept.format(text))


@pytest.mark.parametrize(
    "text",
    [
        f'{C}{FILL}fgets(pass, 64, stdin); connect(s, a, n); send(s, pass, 64, 0); printf("in");',
        f"{GO}{FILL}for lines.Scan() {{ word := lines.Text(); seen[word]++ }}\nhttp.Get(page)",
        f'{GO}{FILL}http.Get("http://localhost:9332/getwork"); http.Post(node+"/submitwork", b)',
        f"const app = require('express')();\n{FILL}app.post('/in', (q, r) => check(q.password));\n"
        "fetch('https://api.example/rain')",
        f"{C}{FILL}while (fgets(word, 64, list)) if (check(word)) n++;\nconnect(s, a, 16);",
        "#include <stdio.h>\nfor word in words: connect(word), try_login(word)",
    ],
)
def test_other_programs_are_not_meant(text: str):
    assert not seen(f"%%writefile a.txt\n{text}")


@given(st.text(alphabet="#include <fgets(pass, try_login:=\n", max_size=400))
def test_anything_can_stand_in_a_file(text: str):
    extract(f"%%writefile a.c\n#include connect({text}")


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
            "use std::net::UdpSocket;\nfn main() {\n"
            "  let s = UdpSocket::bind('0.0.0.0:0').unwrap();\n"
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
            "own.c",
            '#include <sys/socket.h>\nint main() {\n  to.sin_addr = inet_addr("192.168.1.9");\n'
            "  while (1) { sendto(sd, b, sizeof b, 0, to, sizeof to); }\n}",
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
def test_any_loop_of_a_program_can_be_read(text: str) -> None:
    sends("a.c", text)
