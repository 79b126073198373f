from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.literal import read_text


def found(text: str) -> set[tuple[Kind, str]]:
    collector = Collector()
    read_text(collector, text, 1)
    return {(feature.kind, feature.value) for feature in collector.features()}


def test_folders_of_an_address_are_not_paths():
    assert not [value for kind, value in found("https://a.example/b/c_d") if kind is Kind.PATH]


def test_a_wallet_is_known_by_its_form_alone():
    assert (Kind.WALLET, "literal") in found("0x52908400098527886E0F7030069857D2E4169EE7")
    assert (Kind.WALLET, "literal") not in found("0x5290840009852788")


@given(st.text(max_size=5000))
def test_any_text_is_read(text: str):
    found(text)
