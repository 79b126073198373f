import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def spoken_of(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.COMMENT}


@pytest.mark.parametrize(
    ("source", "subject"),
    [
        ("import gradio as gr\ngr.Markdown('# Swap faces in a film')", "face-swap"),
        ("import gradio\ngradio.Interface(f, a, b, title='Voice cloning demo')", "voice-clone"),
        ("import streamlit as st\nst.title('Lip sync for all')", "lip-sync"),
        ("title = 'Make a photo talk'\ngr.Markdown(title)", "animate-face"),
    ],
)
def test_a_page_says_what_it_does(source: str, subject: str) -> None:
    assert subject in spoken_of(source)


@pytest.mark.parametrize(
    "source",
    ["print('swap the faces')", "model.markdown('swap the faces')", "gr.Markdown(text)"],
)
def test_other_calls_are_no_pages(source: str) -> None:
    assert not spoken_of(source)
