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


def test_what_moves_files_gives_them_no_part() -> None:
    assert Kind.ROLE not in {kind for kind, _ in seen("copy_file(audio_source, audio_target)")}


@given(st.text(alphabet="f(\"--a', =b)*\n", max_size=60))
def test_any_call_can_be_read(text: str) -> None:
    seen(f"go({text})")
