import pytest
from pydantic import ValidationError

from colonnade.policy import Ladder, load_book


def test_a_ladder_must_rise():
    with pytest.raises(ValidationError, match="must rise"):
        Ladder(notice=0.9, hold=0.5, refuse=0.95)


def test_a_category_may_have_a_ladder_of_its_own():
    policy = load_book().current
    own = Ladder(notice=0.1, hold=0.2, refuse=0.3)
    category = policy.categories[0].model_copy(update={"ladder": own})
    assert policy.ladder_of(category) == own
    assert policy.ladder_of(policy.categories[1]) == policy.ladder
    assert policy.category("unknown") is None


def test_the_text_for_people_says_what_stays_allowed():
    deepfakes = load_book().current.category("deepfakes")
    assert deepfakes is not None
    for word in ("face recognition", "detecting", "anonymising", "public data", "stock voices"):
        assert word in deepfakes.allowed
