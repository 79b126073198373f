from pathlib import Path

import pytest

from colonnade.detection.similarity.bank import COMMON_FILE, default_bank, load_bank
from colonnade.detection.similarity.fingerprint import KEPT_OF_CODE
from colonnade.kit.errors import Invalid
from colonnade.kit.shipped import shipped

ROLES = {"face-swap", "re-enactment", "lip-sync", "voice-clone"}


def test_the_shipped_fingerprints_cover_every_role_and_name_their_source():
    bank = default_bank()
    fakes = [one.source for one in bank.fingerprints if one.source.category == "deepfakes"]
    assert {one.role for one in fakes} == ROLES
    assert len({one.family for one in fakes}) >= 30
    assert all(one.source.licence and one.source.repository for one in bank.fingerprints)
    assert bank.common.projects > 80


def test_the_shipped_fingerprints_are_hashes_and_small():
    files = list(shipped("fingerprints").glob("*.json"))
    assert sum(file.stat().st_size for file in files) < 1 << 20
    fakes = [one for one in default_bank().fingerprints if one.source.category == "deepfakes"]
    assert all(len(one.code.hashes) == KEPT_OF_CODE for one in fakes)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"schema_version": 2}', "\udcff"])
def test_a_file_that_is_no_fingerprint_is_named(tmp_path: Path, text: str):
    (tmp_path / "bad.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Invalid, match=r"bad\.json"):
        load_bank(tmp_path)


def test_a_folder_without_the_common_hashes_is_none(tmp_path: Path):
    with pytest.raises(Invalid, match=COMMON_FILE):
        load_bank(tmp_path)
