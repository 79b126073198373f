import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.comments import read_comment, read_prose
from colonnade.detection.features.feature import Collector, Kind


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("# swap the faces of two people", "face-swap"),
        ("# Замена лица", "face-swap"),
        ("# Смена лиц", "face-swap"),
        ("# 换脸", "face-swap"),
        ("# 换脸教程", "face-swap"),
        ("# troca de rostos", "face-swap"),
        ("# Lip-sync a video", "lip-sync"),
        ("# SMS Bomber v3", "flooding"),
        ("# 短信轰炸机", "flooding"),
        ("# mass report bot", "flooding"),
        ("# RVC easy GUI", "voice-clone"),
        ("# Make an AI song cover", "voice-clone"),
        ("# clone your voice", "voice-clone"),
        ("# 声音克隆", "voice-clone"),
        ("# Make anyone's voice say anything", "voice-clone"),
        ("# Speak your text in somebody else’s voice", "voice-clone"),
        ("# The voice to imitate", "voice-clone"),
        ("# Озвучка голосом любого человека", "voice-clone"),
        ("# NSFW is fine", "nudity"),
        ("# real or fake?", "detection"),
        ("# homework 3", "course"),
        ("#视频换脸", "face-swap"),
        ("# 一键AI换脸", "face-swap"),
        ("# put your face on anybody", "face-swap"),
        ("# animate any still portrait", "animate-face"),
        ("# Talking avatars", "animate-face"),
        ("# dub your own video", "lip-sync"),
        ("# Singing voice conversion", "voice-clone"),
        ("# 克隆任意声音 克隆声音", "voice-clone"),
        ("# Exchange the two faces", "face-swap"),
        ("# Intercambio de caras en video", "face-swap"),
        ("# Zamiana twarzy", "face-swap"),
        ("# Faire parler et bouger un portrait", "animate-face"),
        ("# Synchronisation labiale", "lip-sync"),
        ("# Clonare la tua voce: clona la voce", "voice-clone"),
        ("# protect the privacy of passers-by", "anonymise"),
        (
            "# [![x](y)](https://colab.research.google.com/github/a/b/blob/main/Voice_Cloning.ipynb)",
            "voice-clone",
        ),
        ("# See [swap faces](https://a.example/x)", "face-swap"),
    ],
)
def test_a_comment_speaks_of_something(text: str, subject: str):
    assert (Kind.COMMENT, subject) in {(one.kind, one.value) for one in extract(text)}


def test_a_disclaimer_about_privacy_hides_nothing():
    assert not any(one.value == "anonymise" for one in extract("# Respect the privacy of others"))


def test_another_notebook_that_is_linked_says_nothing_about_this_one():
    linked = "# https://github.com/a/b/blob/main/Voice_Cloning.ipynb"
    assert not any(one.kind is Kind.COMMENT for one in extract(linked))


def test_other_words_are_not_taken_for_it():
    collector = Collector()
    read_comment(collector, "swap two variables, surface, voice of reason, denuded", 1)
    read_comment(collector, "do not publish anyone's voice, hear everybody's voice", 2)
    assert collector.features() == ()


@pytest.mark.parametrize(
    "text",
    [
        "# deepfake detection",
        "# A Deepfake Detector",
        "# detect deepfakes",
        "# detecting deep fakes",
        "# face swap detection",
        "# 换脸检测",
        "# Deepfake **detection** baseline",
        "# Lip-sync forgery detector",
    ],
)
def test_who_detects_fakes_is_not_said_to_make_them(text: str):
    said = {one.value for one in extract(text) if one.kind is Kind.COMMENT}
    assert said == {"detection"}


def test_who_avoids_detection_is_not_said_to_detect():
    said = {one.value for one in extract("# evade deepfake detection")}
    assert "forbidden" in said
    assert "detection" not in said


@pytest.mark.parametrize(
    "text",
    [
        "# from https://a.example/face-swap/lip-sync",
        "# github.com/example/voice-cloning",
        "[![Face swap](https://a.example/b.svg)](docs/face-swap.md)",
        '<img alt="face swap" src="voice-clone.png">',
        "# 克隆仓库",
        "# 人脸检测",
        "# CSTR VCTK Corpus: English Multi-speaker Corpus for CSTR Voice Cloning Toolkit",
    ],
)
def test_addresses_badges_and_pictures_say_nothing(text: str):
    collector = Collector()
    read_comment(collector, text, 1)
    assert Kind.COMMENT not in {one.kind for one in collector.features()}


def test_prose_keeps_its_lines_and_links():
    collector = Collector()
    read_prose(collector, "# Title\n\nSee [this](https://github.com/a/b.git).\nLip sync")
    found = [(one.kind, one.value, one.line) for one in collector.features()]
    assert found == [(Kind.LINK, "github.com/a/b", 3), (Kind.COMMENT, "lip-sync", 4)]


@given(st.text(max_size=3000))
def test_any_prose_is_read(text: str):
    read_prose(Collector(), text)


def test_a_command_that_was_taken_out_says_nothing() -> None:
    assert not [
        one
        for one in extract("# !ipykernel install --name=faceswap\nx = 1")
        if one.kind is Kind.COMMENT
    ]
    assert [one for one in extract("# a faceswap!\nx = 1") if one.kind is Kind.COMMENT]


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        ("input('Enter the message you want to spam: ')", True),
        ("print(f'{n} bots joined')", True),
        ("name = input('victim name: ')", True),
        ("print('flooding', target)", True),
        ("print('Сколько раз спамить?')", True),
        ("print('spam' if model.predict(x) else 'ham')", False),
        ("input('Enter the victim of the story: ')", False),
        ("print('River floods by year')", False),
        ("log('flooding')", False),
    ],
)
def test_what_somebody_is_told_may_speak_of_flooding(said: str, is_told: bool):
    found = {one.value for one in extract(said) if one.kind is Kind.COMMENT}
    assert ("flooding" in found) is is_told
