"""What arguments say by their names, and options that a function hands on."""

from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def seen(source: str) -> set[tuple[Kind, str]]:
    return {(one.kind, one.value) for one in extract(source)}


def test_options_count_through_whatever_function_they_go() -> None:
    found = seen('work("speak", "--text", line, "--reference_audio", voice)')
    assert {(Kind.OPTION, "--text"), (Kind.OPTION, "--reference-audio")} <= found
    assert (Kind.ROLE, "voice") in found


def test_what_a_parser_is_told_to_look_for_is_not_given() -> None:
    source = 'parser.add_argument("-s", "--source_image", default="a.png")'
    assert Kind.OPTION not in {kind for kind, _ in seen(source)}


def test_a_name_tells_the_part_by_keyword_or_by_itself() -> None:
    assert {(Kind.ROLE, "driver"), (Kind.NAME, "driving_video")} <= seen("f(driving_video=x)")
    assert (Kind.ROLE, "driver") in seen("f(driving_video)")


def test_keys_of_what_is_sent_tell_parts_too() -> None:
    sent = "requests.post(a, files={'face': b, 'video': c})"
    assert (Kind.MEDIA, "face+video") in seen(sent)
    assert (Kind.MEDIA, "still+driver") in seen("run(m, input={'image': a, 'driving_video': b})")


def test_the_body_of_ones_own_function_says_what_a_picture_and_a_sound_are_for() -> None:
    shown = "def page(image, audio):\n    show(image)\n    play(audio)\n"
    call = "page('a.png', 'b.wav')\npage(image_path, audio_path)"
    assert Kind.MEDIA not in {kind for kind, _ in seen(shown + call)}
    assert (Kind.MEDIA, "still-file+audio-file") in seen(call)
    assert (Kind.MEDIA, "still+audio") in seen(call)


def test_a_program_in_the_body_is_given_both_all_the_same() -> None:
    speaks = "def page(a, b):\n    os.system(f'python go.py {a} {b}')\n"
    assert (Kind.MEDIA, "still-file+audio-file") in seen(speaks + "page('a.png', 'b.wav')")


def test_what_moves_files_gives_them_no_part() -> None:
    assert Kind.ROLE not in {kind for kind, _ in seen("copy_file(audio_source, audio_target)")}


@given(st.text(alphabet="f(\"--a', =b)*\n", max_size=60))
def test_any_call_can_be_read(text: str) -> None:
    seen(f"go({text})")
