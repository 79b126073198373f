import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.features.roles import files_read, is_voice, pairs, parts_of, speaks_like


@pytest.mark.parametrize(
    ("names", "pair"),
    [
        (["--source", "--target"], "source+target"),
        (["--face", "--audio"], "face+audio"),
        (["source_image", "driving_video", "generator"], "still+driver"),
        (["--driven-audio", "--source-image"], "still+driver"),
        (["source", "drive_video"], "still+driver"),
        (["-source", "--drive"], "still+driver"),
        (["sourceFace", "targetVideo"], "source+target"),
        (["--foto", "--voz"], "still+audio"),
        (["--visage", "--film"], "face+video"),
        (["--identity", "--footage"], "face+video"),
    ],
)
def test_unequal_inputs_are_a_pair(names: list[str], pair: str):
    assert pair in pairs(names)


@pytest.mark.parametrize(
    "names",
    [
        ["--source-lang", "--target-lang"],
        ["source_domain", "target_domain"],
        ["target_face"],
        ["source", "drive_folder"],
        ["--source", "my_drive"],
        ["x", "y"],
        ["--input", "--output"],
        ["source_table", "target_table"],
        ["image", "sound"],
        ["imagen", "voz"],
    ],
)
def test_other_matters_are_none(names: list[str]):
    assert pairs(names) == []


@pytest.mark.parametrize(
    ("words", "media"),
    [
        ("-i a.jpg -v b.mp4 -o c.mp4", {"still", "video"}),
        ("portrait=a.jpg out=c.mp4", {"still"}),
        ("--img=a.jpg --save_path=c.mp4", {"still"}),
        ("--foto a.jpg --salida c.mp4", {"still"}),
    ],
)
def test_what_is_written_is_not_read_however_its_option_is_given(words: str, media: set[str]):
    assert set(files_read(words.split())) == media


@pytest.mark.parametrize(
    "words",
    ["--like a.mp3 --words Hello --wav b.wav", "sample=a.wav text=Hello out=b.wav"],
)
def test_a_recording_a_text_and_a_new_sound_are_an_imitation(words: str):
    given = [f"--{one}" if "=" in one else one for one in words.split()]
    assert speaks_like(given)


@pytest.mark.parametrize(
    "words",
    [
        "--audio a.wav --text a.txt --out a.json",
        "--text Hello --out b.wav",
        "--text Hello --music calm.mp3 --out b.wav",
        "--input a.wav --output b.wav",
    ],
)
def test_speech_that_is_measured_or_spoken_by_a_stock_voice_is_none(words: str):
    assert not speaks_like(words.split())


@given(st.lists(st.text()))
def test_any_words_are_looked_at(words: list[str]):
    files_read(words)
    speaks_like(words)


@given(st.lists(st.text()))
def test_any_names_are_looked_at(names: list[str]):
    pairs(names)
    for name in names:
        parts_of(name)


@pytest.mark.parametrize("name", ["ref_audio", "REF_AUDIO", "refAudio", "SPEAKER_WAV"])
def test_names_are_split_into_words_however_they_are_written(name: str):
    assert is_voice(name)
