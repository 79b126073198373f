"""Rules over processes for tests of the exec gate, in a folder of their own."""

from pathlib import Path

REFUSED = "swapper"
"""The word that makes a command one that may not run."""

_RULE = """
id: {id}
version: 1
category: {category}
axis: {axis}
scope: process
confidence: {confidence}
title: A program swaps faces in a test of the exec gate
rationale: >
  It is there for tests, and looks for one word that nothing else says.
false_alarms: >
  None that a test would meet.
benign_if: It is a test.
condition:
  word: {word}
examples:
  fires:
    - title: The word stands there
      features:
        - word: {word}
  stays_silent:
    - title: It does not
      features:
        - word: other
"""


def write_rules(folder: Path) -> Path:
    """One rule that refuses, and three that may not, for want of axis, confidence or category."""
    folder.mkdir()
    folder.chmod(0o755)
    for id, category, axis, confidence, word in (
        ("test-conduct", "deepfakes", "conduct", 0.99, REFUSED),
        ("test-capability", "deepfakes", "capability", 0.99, "capable"),
        ("test-unsure", "deepfakes", "conduct", 0.5, "unsure"),
        ("test-disabled", "web-uis", "conduct", 0.99, "webui"),
    ):
        text = _RULE.format(id=id, category=category, axis=axis, confidence=confidence, word=word)
        (folder / f"{id}.yaml").write_text(text)
    return folder
