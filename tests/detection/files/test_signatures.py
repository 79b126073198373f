import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.files.signatures import check_signatures, signature_features
from colonnade.detection.files.source import Source
from colonnade.policy import load_book

ALL = (
    b"stratum+tcp:// mining.subscribe mining.authorize donate-level nicehash rx/0 "
    b'"pools": [ "donate-level": 1, "algo": 2 12:piece lengthi6:pieces20: Model Summary = '
    b"Current iteration: ==  face_type: ==  ae_dims: [face_detector]\nface_swapper_model = "
    b"AADBlk5. AADBlk6. face_encoder_blocks. audio_encoder. face_decoder_blocks. kp_detector "
    b"dense_motion_network. enc_p.emb_phone. emb_g.weight encoder decoder_a decoder_b face_in_a "
)


def names(data: bytes) -> list[str]:
    return [one.value for one in signature_features(Source.of_bytes(data))]


def test_each_signature_keeps_its_word_and_states_what_it_must():
    categories = frozenset(category.id for category in load_book().current.categories)
    assert check_signatures(categories) == []


def test_a_category_that_the_policy_lacks_is_named():
    assert any("no category 'cryptomining'" in one for one in check_signatures(frozenset()))


@pytest.mark.parametrize(
    "head", [b"", b"#!/bin/sh\n", b'{"cells": [], "nbformat": 4, "x": "', b"<html>"]
)
def test_a_text_that_quotes_everything_bears_nothing(head: bytes):
    assert names(head + ALL) == []


def test_a_file_bears_a_signature_once():
    assert names(b"\x7fELF" + ALL * 3) == ["miner-program"]


@given(st.binary(max_size=400))
def test_any_bytes_are_looked_at(data: bytes):
    assert isinstance(names(data), list)
