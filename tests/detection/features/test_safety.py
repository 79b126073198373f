import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def removed(source: str) -> set[str]:
    return {feature.value for feature in extract(source) if feature.kind is Kind.SAFETY}


@pytest.mark.parametrize(
    ("source", "how"),
    [
        ("!python run.py --skip-nsfw", "option"),
        ("DISABLE_NSFW_CHECK = True", "switch"),
        ("pipe.safety_checker = None", "switch"),
        ("check_nsfw = False", "switch"),
        ("pipe.safety_checker = lambda images, **k: (images, False)", "stubbed"),
        ("nsfw_threshold = 999", "threshold"),
        ("import os\nos.environ['DISABLE_NSFW_CHECK'] = '1'", "switch"),
        ("%env DISABLE_NSFW_CHECK=1", "switch"),
        ("!DISABLE_NSFW_CHECK=1 python run.py", "switch"),
        ("!export SKIP_NSFW=true && python run.py", "switch"),
        ("!sed -i 's/nsfw_detected = True/x/' a.py", "patched"),
        ("text = text.replace('if nsfw:', 'if False:')", "patched"),
        ("!rm tool/predicter.py", "deleted"),
        ("def is_nsfw(image):\n    return False", "stubbed"),
        ("module.predict_frame = lambda frame: False", "stubbed"),
    ],
)
def test_a_check_that_is_taken_away_is_seen(source: str, how: str):
    assert how in removed(source)


@pytest.mark.parametrize(
    "source",
    [
        "nsfw_threshold = 0.8",
        "score = nsfw_model(image)",
        "def is_nsfw(image):\n    return model(image) > 0.5",
        "safety = True",
        "posts = search('cats', nsfw=False)",
        "Pipe.from_pretrained('a/b', safety_checker=None)",
        "%env DISABLE_NSFW_CHECK=0",
        "import os\nos.environ['NSFW_MODEL'] = 'a'",
        "!sed -i 's/a/b/' config.yaml",
        "total = 999",
    ],
)
def test_a_check_that_is_used_is_not(source: str):
    assert removed(source) == set()
