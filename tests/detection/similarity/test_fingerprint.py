import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from colonnade.detection.similarity.fingerprint import Sample
from colonnade.detection.similarity.shingles import HASH_BYTES

HASHES = st.frozensets(st.binary(min_size=HASH_BYTES, max_size=HASH_BYTES))


@given(HASHES)
def test_hashes_survive_being_written_down(hashes: frozenset[bytes]):
    sample = Sample(size=len(hashes), hashes=hashes)
    assert Sample.model_validate_json(sample.model_dump_json()) == sample
    assert sample.sketch().hashes == hashes


@pytest.mark.parametrize("packed", ["????", "AAAA", 5])
def test_what_is_no_packed_hash_is_refused(packed: object):
    with pytest.raises(ValidationError):
        Sample.model_validate_json(json.dumps({"size": 1, "hashes": packed}))
