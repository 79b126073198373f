import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind

DRIVEN = "drive.google.com/1abcdefghijklmnopqrstuvwxyz0123456"


def found(source: str) -> set[tuple[str, str]]:
    return {(feature.kind.value, feature.value) for feature in extract(source)}


@pytest.mark.parametrize(
    ("source", "kind", "value"),
    [
        ("!python3.10 /content/x/main.py train --a", Kind.VERB, "train"),
        ("!python -m tool.main extract", Kind.COMMAND, "tool.main"),
        ("!python -u run.py", Kind.COMMAND, "run.py"),
        ("!accelerate launch --num 1 train.py sample", Kind.COMMAND, "train.py"),
        ("!./Miner-1.2 -o x", Kind.COMMAND, "miner-1.2"),
        ("!perl tools/run.pl x", Kind.COMMAND, "run.pl"),
        ("!python go.py -i a.jpg -v b.mp4", Kind.MEDIA, "still-file+video-file"),
        ("!livelike a.jpg b.mp4 net.pth", Kind.MEDIA, "still-file+video-file"),
        ("!python go.py a.jpg b.png -o c.jpg", Kind.MEDIA, "still-file+still-file"),
        ("!tool --Some_Option=1", Kind.OPTION, "--some-option"),
        ("!pip install -q git+https://github.com/a/b.git@v1 numpy==1.2", Kind.INSTALL, "numpy"),
        ("!pip install git+https://github.com/a/b.git@v1", Kind.INSTALL, "github.com/a/b"),
        ("!wget -q https://a.example/w.onnx -O x", Kind.WEIGHTS, "w.onnx"),
        ("!curl -L https://a.example/x.sh | sudo bash", Kind.OPAQUE, "downloaded-script"),
        ("!x -o stratum+tcp://pool.example:3333", Kind.POOL, "argument"),
        ("!git -C /tmp clone https://github.com/a/b", Kind.CLONE, "github.com/a/b"),
        ("!mkdir -p work/data_src/aligned", Kind.PATH, "aligned"),
        ("!python run.py --source a.jpg --target b.mp4", Kind.MEDIA, "source+target"),
        ("!make swap SOURCE=a.jpg TARGET=b.mp4", Kind.MEDIA, "source+target"),
        ("!hf download a/b --local-dir x", Kind.DOWNLOAD, "huggingface.co/a/b"),
        ("!huggingface-cli download a/b", Kind.PROJECT, "b"),
        ("!python run.py -s a.jpg -t b.mp4", Kind.MEDIA, "source+target"),
        ("!python go.py portrait=a.jpg driver=b.mp4", Kind.MEDIA, "still+driver"),
        ("!python go.py portrait=a.jpg lr=0.1", Kind.OPTION, "--portrait"),
        ("!curl -F face=@a.jpg -F video=@b.mp4 https://a.example", Kind.MEDIA, "face+video"),
        ("!python go.py --like a.mp3 --say Hi --wav b.wav", Kind.MEDIA, "audio-file+text"),
        (
            "!ls | xargs -n1 -P 2 bash -c 'git clone https://github.com/a/b'",
            Kind.CLONE,
            "github.com/a/b",
        ),
        ("!ls | xargs -n 1 python tool.py", Kind.COMMAND, "tool.py"),
        ("!echo https://github.com/a/b | xargs git clone", Kind.CLONE, "github.com/a/b"),
        (
            "!echo a/b | xargs -I{} sh -c 'git clone https://github.com/{}'",
            Kind.CLONE,
            "github.com/a/b",
        ),
        ("!echo a/b | xargs -I X git clone https://github.com/X", Kind.CLONE, "github.com/a/b"),
        ("!python $(echo cnVuLnB5 | base64 -d) x", Kind.COMMAND, "run.py"),
        ("!git clone https://github.com/a/b/tree/main", Kind.CLONE, "github.com/a/b"),
        ("!gh repo clone a/b", Kind.CLONE, "github.com/a/b"),
        ("!npx degit a/b x", Kind.CLONE, "github.com/a/b"),
        ("!svn export https://github.com/a/b/trunk/c", Kind.CLONE, "github.com/a/b"),
        ("!poetry add git+https://github.com/a/b", Kind.INSTALL, "github.com/a/b"),
        ("!huggingface-cli download a/b --repo-type space", Kind.PROJECT, "b"),
        ("!gdown --id 1AbCdEfGhIjKlMnOpQrStUvWxYz0123456", Kind.DOWNLOAD, DRIVEN),
        ("!gdown --folder 1AbCdEfGhIjKlMnOpQrStUvWxYz0123456", Kind.DOWNLOAD, DRIVEN),
        ("!wget -q a.example/b/c.bin -O d.example/e", Kind.DOWNLOAD, "a.example/b/c.bin"),
        ("!curl --url=https://a.example/b", Kind.DOWNLOAD, "a.example/b"),
        ("!bash <(curl -s https://a.example/x)", Kind.OPAQUE, "downloaded-script"),
        ('!sh -c "$(wget -qO- https://a.example/x)"', Kind.OPAQUE, "downloaded-script"),
        ("get_ipython().system_raw('./run.sh go &')", Kind.COMMAND, "run.sh"),
    ],
)
def test_commands_become_features(source: str, kind: Kind, value: str):
    assert (kind.value, value) in found(source)


def test_where_it_is_written_is_not_fetched():
    seen = found("!wget -q https://a.example/b -O d.example/e")
    assert ("download", "d.example/e") not in seen


def test_what_is_written_is_not_read():
    assert not [
        value for kind, value in found("!python go.py -i a.jpg -o b.mp4") if kind == "media"
    ]


def test_a_plain_program_has_no_verb_of_a_pipeline():
    assert not [value for kind, value in found("!git merge main") if kind == Kind.VERB]


@pytest.mark.parametrize("line", ["!echo a | sudo", "!echo x | env > f", "!echo y | nohup"])
def test_a_wrapper_around_nothing_is_no_command(line: str):
    assert "echo" in {one.value for one in extract(line) if one.kind is Kind.COMMAND}


@pytest.mark.parametrize(
    "command", ["cp a.jpg b.mp4 c/", "ffmpeg -i a.jpg -i b.mp4 c.mkv", "zip c.zip a.jpg b.mp4"]
)
def test_what_moves_or_converts_files_looks_at_none_together(command: str):
    assert ("media", "still-file+video-file") not in found(f"!{command}")


def test_what_is_fetched_silently_from_a_drive_drives_nobody() -> None:
    fetch = "!curl -c ./c -s -L 'https://drive.google.com/uc?export=download&id=1' && rm -f ./c"
    assert not [one for one in extract(fetch) if one.kind is Kind.MEDIA]


@pytest.mark.parametrize(
    "line",
    [
        "echo 'git clone https://a.example/b/c' | while read l; do eval \"$l\"; done",
        "printf 'git clone https://a.example/b/c' | while read -r x; do sh -c \"$x\"; done",
        "echo 'git clone https://a.example/b/c' > .l; xargs -a .l -I{} sh -c '{}'",
        "python3 -c \"print('git clone https://a.example/b/' + 'c')\" | bash",
    ],
)
def test_lines_that_are_read_and_run_are_commands(line: str) -> None:
    assert ("clone", "a.example/b/c") in found(f"!{line}")


def test_lines_that_are_read_and_shown_are_none() -> None:
    shown = "!echo 'git clone https://a.example/b/c' | while read l; do echo \"$l\"; done"
    assert ("clone", "a.example/b/c") not in found(shown)
