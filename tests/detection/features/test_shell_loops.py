"""What a shell does again and again, and what it only fetches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def repeated(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.REPEATED}


def test_a_shell_repeats_as_well():
    assert repeated("%%bash\nwhile true; do curl -s https://a.example > /dev/null & done") == {
        "request"
    }
    counted = "%%bash\nfor ((i=0;i<9000;i++)); do curl -s https://a.example{} & done"
    assert repeated(counted.format("")) == {"request"}
    assert repeated(counted.format("/$i")) == set()
    told = (
        "%%bash\nfor i in $(seq 1 200); do\n  curl -s -X POST https://a.example/\n  echo $i\ndone"
    )
    assert repeated(told) == {"request"}
    assert repeated("!for i in {1..900}; do wget https://a.example/$i.zip; done") == set()
    assert repeated("!while true; do curl -s localhost:80 && break; sleep 1; done") == set()


@pytest.mark.parametrize(
    "line",
    [
        "!seq 1 90000 | xargs -P 90 -I{} curl -s -o /dev/null https://a.example/",
        "!seq 90000 | parallel -j 90 curl -s -d 'n={}' https://a.example/book",
        "!yes | xargs -P 64 -n1 curl -s -o /dev/null https://a.example/",
        "%%bash\nseq 1 90000 | xargs -P 90 -I{} curl -s \\\n  -d 'n={}' https://a.example/book",
    ],
)
def test_a_shell_asks_for_each_of_very_many_numbers(line: str):
    assert repeated(line) == {"request"}


@pytest.mark.parametrize(
    "line",
    [
        "!seq 1 90000 | xargs -P 9 -I{} curl -s -o /dev/null http://localhost:80/",
        "!seq 1 90000 | xargs -P 9 -I{} wget -q https://a.example/{}.png",
        "!seq 1 20 | xargs -P 9 -I{} curl -s -d '{}' https://a.example/book",
        "!seq 1 90000 | xargs -P 9 -I{} curl -s https://a.example/ 2>/dev/null >> said.txt",
        "!seq 1 90000 | xargs -P 9 -I{} curl -s https://a.example/ 2> /dev/null >> said.txt",
        "!cat pages.txt | xargs -P 9 -n1 curl -s -o /dev/null",
    ],
)
def test_a_shell_fetches_many_files(line: str):
    assert repeated(line) == set()


@given(st.text(alphabet="seq xargsyf10 |{}.-/(;<)dn\n\\", max_size=300))
def test_any_line_can_be_read(text: str):
    assert repeated("%%bash\nseq 1 90000 | xargs curl " + text) is not None
