from colonnade.enforcement.verdict import Outcome, digest


def test_only_the_two_mild_steps_run():
    assert [step for step in Outcome if step.runs] == [Outcome.ALLOW, Outcome.NOTICE]


def test_lone_surrogates_have_a_digest_of_their_own():
    assert digest("\ud800") != digest("\ud801")
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
