import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def found(source: str) -> list[tuple[str, str]]:
    return [(feature.kind.value, feature.value) for feature in extract(source)]


@pytest.mark.parametrize(
    ("field", "form"),
    [
        ("a = '' #@param {type: \"string\"}", "string a"),
        ("a = 3 # @param {type:'slider', min: 1}", "slider a"),
        ("a = 'x' #@param ['x', 'y']", "dropdown a"),
        ('  a = True #@param {type:"boolean"}', "boolean a"),
        ("a = b #@param", "string a"),
    ],
)
def test_a_form_field_has_a_kind_and_a_name(field: str, form: str):
    assert (Kind.FORM, form) in found(field)


def test_choices_are_listed():
    choices = [value for kind, value in found("m = 'SAEHD' #@param ['SAEHD', 'Quick96']")]
    assert {"saehd", "quick96"} <= set(choices)


def test_fields_that_ask_for_unequal_media_are_a_pair():
    source = "source_image = 'a.png' #@param\nn = 1 #@param\ntarget_video = '' #@param"
    assert {("asked", "source+target"), ("input", "form-still"), ("input", "form-video")} <= set(
        found(source)
    )


def test_a_comment_that_is_no_field_is_none():
    assert not [one for one in found("# @param x the image\ndef f(x): pass") if one[0] == "form"]


def test_a_field_that_names_a_voice_asks_for_no_recording():
    assert ("input", "form-audio") not in found("voice = 'lj' #@param {type:\"string\"}")
    assert ("input", "form-audio") in found("voice = '' #@param {type:\"string\"}")
    assert ("input", "form-audio") in found("voice = 'her.wav' #@param {type:\"string\"}")
