import time

from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.literal import is_encoded, point_at, read_text


def found(text: str) -> set[tuple[Kind, str]]:
    collector = Collector()
    read_text(collector, text, 1)
    return {(feature.kind, feature.value) for feature in collector.features()}


def test_folders_of_an_address_are_not_paths():
    assert not [value for kind, value in found("https://a.example/b/c_d") if kind is Kind.PATH]


def test_a_wallet_is_known_by_its_form_alone():
    assert (Kind.WALLET, "literal") in found("0x52908400098527886E0F7030069857D2E4169EE7")
    assert (Kind.WALLET, "literal") not in found("0x5290840009852788")


def test_a_piece_of_base64_is_no_word():
    assert is_encoded("cmugDGhlIHRyYWluaW5nIGRhdGEgaXMgc3RvcmVkCiAgInRlc")
    assert not is_encoded("Qwen3TTSModelForConditionalGeneration")
    assert not is_encoded("stable_diffusion_inpainting_2")
    assert not is_encoded("aB1cD2")


def test_the_archive_of_a_whole_tree_is_a_clone():
    collector = Collector()
    point_at(collector, Kind.DOWNLOAD, "https://github.com/example/tool/archive/HEAD.zip", 1)
    assert (Kind.CLONE, "github.com/example/tool") in {
        (one.kind, one.value) for one in collector.features()
    }


def test_twenty_thousand_letters_without_a_path_take_milliseconds():
    start = time.process_time()
    found("a" * 20_000 + " x/y_z")
    assert time.process_time() - start < 0.5


@given(st.text(max_size=5000))
def test_any_text_is_read(text: str):
    found(text)
