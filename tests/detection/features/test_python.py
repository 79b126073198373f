import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


@pytest.mark.parametrize(
    ("source", "kind", "value"),
    [
        ("import a.b as c\nc.d()", Kind.CALL, "a.b.d"),
        ("from a import b as c\nc()", Kind.CALL, "a.b"),
        ("import numpy as np\nnp.zeros(1)", Kind.CALL, "numpy.zeros"),
        ("from a.b import *", Kind.IMPORT, "a.b"),
        ("driving_video = read()", Kind.NAME, "driving_video"),
        ("def make(source_image): pass", Kind.NAME, "source_image"),
        ("tts.speak(speaker_wav='x.wav')", Kind.NAME, "speaker_wav"),
        ("load('models/inswapper_128.onnx')", Kind.WEIGHTS, "inswapper_128.onnx"),
        ("p = 'work/data_src'", Kind.PATH, "data_src"),
        ("p = 'dri' + 'ving'", Kind.PATH, "driving"),
        ("p = chr(97) + chr(98) + 'c'", Kind.PATH, "abc"),
        ("p = '%s%s' % ('dri', 'ving')", Kind.PATH, "driving"),
        ("p = getattr('', 'join')(['dri', 'ving'])", Kind.PATH, "driving"),
        ("p = (lambda *a: ''.join(a))('dri', 'ving')", Kind.PATH, "driving"),
        ("import requests\nrequests.get('https://a.example/b')", Kind.DOWNLOAD, "a.example/b"),
        (
            "import requests as r\ns = r.Session()\ns.get('https://a.example/b')",
            Kind.DOWNLOAD,
            "a.example/b",
        ),
        (
            "import httpx\nwith httpx.Client() as c:\n    c.get('https://a.example/b')",
            Kind.DOWNLOAD,
            "a.example/b",
        ),
        ("import fsspec\nfsspec.open('https://a.example/b')", Kind.DOWNLOAD, "a.example/b"),
        ("import gradio as gr\ngr.load('spaces/a/b')", Kind.DOWNLOAD, "huggingface.co/spaces/a/b"),
        (
            "from transformers import pipeline\npipeline('x', model='a/b')",
            Kind.DOWNLOAD,
            "huggingface.co/a/b",
        ),
        (
            "import pip\npip.main(['install', 'git+https://github.com/a/b'])",
            Kind.INSTALL,
            "github.com/a/b",
        ),
        (
            "import pygit2\npygit2.clone_repository('https://github.com/a/b', 'x')",
            Kind.CLONE,
            "github.com/a/b",
        ),
        (
            "import subprocess\nsubprocess.run(args=['git', 'clone', 'https://github.com/a/b'])",
            Kind.CLONE,
            "github.com/a/b",
        ),
        ("import os\nos.system(unlock('abc'))", Kind.OPAQUE, "command"),
        (
            "import os\ns = ''\ni = 0\nwhile i < 2:\n    s += 'ls'[i]\n    i += 1\nos.system(s)",
            Kind.COMMAND,
            "ls",
        ),
        ("%run https://a.example/b.py", Kind.DOWNLOAD, "a.example/b.py"),
        ("Repo.clone_from('https://github.com/a/b', 'x')", Kind.CLONE, "github.com/a/b"),
        ("run(source_image, driving_video)", Kind.MEDIA, "still+driver"),
        ("x = 'magnet:?xt=urn:btih:0'", Kind.MAGNET, "literal"),
        ("import subprocess\nsubprocess.run(['python', 'a.py', 'merge'])", Kind.VERB, "merge"),
        ("import subprocess\nsubprocess.run(args=['python', 'a.py', 'go'])", Kind.VERB, "go"),
        ("def sh(c):\n    Popen(args=c, shell=True)\nsh('chmod +x a')", Kind.COMMAND, "chmod"),
        (
            "import subprocess\nc = ['python', 'a.py', 'merge', x]\nsubprocess.run(c)",
            Kind.VERB,
            "merge",
        ),
        ("import shlex\nPopen(shlex.split('python a.py merge'))", Kind.VERB, "merge"),
    ],
)
def test_python_becomes_features(source: str, kind: Kind, value: str):
    assert (kind, value) in {(feature.kind, feature.value) for feature in extract(source)}


@pytest.mark.parametrize(
    ("rounds", "flood"), [("range(9999999)", True), ("range(0, n)", True), ("range(20)", False)]
)
def test_a_loop_that_sends_very_often_is_seen(rounds: str, flood: bool):
    source = (
        f"import requests\nn = 500000\nfor i in {rounds}:\n    x = i\n    requests.post(u, json=x)"
    )
    found = [(one.value, one.line, one.end_line) for one in extract(source) if one.kind == "flood"]
    assert found == ([("requests.post", 3, 5)] if flood else [])


@pytest.mark.parametrize(
    "source",
    [
        "import sys, runpy\nsys.argv = ['x.py', {}]\nrunpy.run_path('x.py')",
        "import sys, runpy\nsys.argv[1:] = [{}]\nrunpy.run_path('x.py', run_name='__main__')",
        "from sys import argv\nimport runpy\nargv[:] = ['', {}]\nrunpy.run_module('tool.x')",
    ],
)
def test_a_program_run_within_this_one_is_read_with_its_arguments(source: str):
    seen = {
        (one.kind, one.value) for one in extract(source.format("'--source', 'a', '--target', 'b'"))
    }
    assert (Kind.MEDIA, "source+target") in seen
    assert seen & {(Kind.COMMAND, "x.py"), (Kind.COMMAND, "tool.x")}


def test_texts_within_a_sum_that_is_not_known_are_read():
    found = extract("film = net.run(None, {'kp_source': a, 'kp_driving': b})[0] * 255 + x")
    assert {"kp_source", "kp_driving"} <= {one.value for one in found if one.kind is Kind.PATH}
    found = extract("film = (net.run(None, {'kp_' + 'source': a})[0] - 1) * 255 + x")
    assert "kp_source" in {one.value for one in found if one.kind is Kind.PATH}


def test_names_that_are_assigned_together_are_seen():
    found = extract("source_face, (x, y) = pick(photo)\nlatents, marks = reduce(talk)")
    names = {one.value for one in found if one.kind is Kind.NAME}
    assert {"source_face", "latents", "marks"} <= names


def test_a_piece_of_a_sum_is_no_word():
    assert not [one for one in extract("p = 'driving' + unknown") if one.kind is Kind.PATH]


def test_what_one_method_keeps_in_the_object_another_goes_on_with() -> None:
    source = (
        "class Tool:\n    where = '/work'\n    def __init__(self):\n"
        "        self.url = 'https://a.example/b/' + 'c'\n"
        "    def get(self):\n        os.system(f'git clone {self.url} {self.where}/d')"
    )
    assert "a.example/b/c" in {one.value for one in extract(source) if one.kind is Kind.CLONE}


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    def __init__(self):\n        self.a = 'git clone '\n"
        "        self.b = 'https://a.example/b/c'\n"
        "    def go(self):\n        return self.a + self.b\nos.system(A().go())",
        "class A:\n    what = 'git clone '\n    def go(self, where):\n"
        "        return self.what + where\n"
        "class B:\n    what = 'ls'\nos.system(A().go('https://a.example/b/c'))",
    ],
)
def test_what_a_method_puts_together_is_known(source: str) -> None:
    assert "a.example/b/c" in {one.value for one in extract(source) if one.kind is Kind.CLONE}
