import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract, extract_after
from colonnade.detection.features.feature import Kind
from colonnade.detection.features.voices import is_ready_made


def found(source: str) -> set[tuple[Kind, str]]:
    return {(feature.kind, feature.value) for feature in extract(source)}


READY = (Kind.ROLE, "ready-voice")


@pytest.mark.parametrize(
    "path",
    [
        "demo/voices/en-Alice_woman.wav",
        "./asset/zero_shot_prompt.wav",
        "src/speaker/infer/examples/basic/reference.mp3",
        "/usr/lib/python3.12/site-packages/speaker/lj.flac",
    ],
)
def test_what_lies_where_a_package_keeps_its_samples_is_ready_made(path: str):
    assert is_ready_made(path)
    assert READY in found(f"speak(text, speaker_wav={path!r})")
    assert READY in found(f"!python speak.py --text Hello --like {path}")


@pytest.mark.parametrize(
    "path",
    [
        "mayor.wav",
        "recordings/mayor.wav",
        "/content/drive/MyDrive/examples/mayor.wav",
        "demo/faces/mayor.png",
        "demo.wav",
    ],
)
def test_what_somebody_keeps_elsewhere_is_not(path: str):
    assert not is_ready_made(path)
    assert READY not in found(f"speak(text, speaker_wav={path!r})")


@given(st.text(max_size=80))
def test_any_text_may_be_a_path(path: str):
    is_ready_made(path)


@pytest.mark.parametrize("call", ["load_voice('lj')", "audio.load_voice(name)", "load_voice(NAME)"])
def test_a_voice_that_is_loaded_by_its_name_alone_is_ready_made(call: str):
    assert READY in found(f"name = NAME = 'lj'\n{call}")


@pytest.mark.parametrize(
    "call",
    ["load_voice('lj', extra_voice_dirs=['mine'])", "load_voice(path)", "load_voice('a.wav')"],
)
def test_a_voice_that_is_loaded_from_somewhere_is_not(call: str):
    assert READY not in found(call)


def test_a_sample_that_came_along_is_nothing_that_comes_in():
    assert (Kind.INPUT, "audio-path") not in found("clip = 'assets/sample.wav'")
    assert (Kind.INPUT, "audio-path") in found("clip = 'mayor.wav'")


def test_a_recording_that_is_known_to_be_none_is_not_given():
    before = {"REF_AUDIO": ""}
    used = "speak(text, REF_AUDIO)"
    empty = {(one.kind, one.value) for one in extract_after(used, before=before).features}
    assert (Kind.NAME, "ref_audio") not in empty
    assert (Kind.NAME, "ref_audio") in found(used)


def test_a_field_for_a_recording_that_stands_empty_is_filled_in_by_somebody():
    asked = "ref_audio = '' #@param {type:'string'}\nspeak(text, ref_audio)"
    assert (Kind.MEDIA, "voice+text") in found(asked)
    assert (Kind.MEDIA, "voice+text") not in found(asked.replace(" #@param {type:'string'}", ""))
