"""Which environments are built before anybody is served."""

from pathlib import Path

import pytest

from colonnade.cli.environments import names_in_use
from colonnade.kit.errors import Invalid
from colonnade.kit.settings import read_settings
from colonnade.runtimes.environments import DEFAULT

CONFIGURATION = """
[environments.small]
requirements = ["numpy"]
[environments.unused]
requirements = ["numpy"]

[[runtimes.classes]]
name = "python3"
display_name = "Python 3"
environment = "small"
[[runtimes.classes]]
name = "large"
display_name = "Python 3 with everything"
[[runtimes.classes]]
name = "other"
display_name = "The small one again"
environment = "small"
"""


def test_every_environment_that_a_class_names_is_built_and_no_other(tmp_path: Path) -> None:
    assert names_in_use(read_settings(tmp_path)) == [DEFAULT]
    (tmp_path / "colonnade.toml").write_text(CONFIGURATION)
    assert names_in_use(read_settings(tmp_path)) == ["small", DEFAULT]


def test_a_class_whose_environment_there_is_not_is_told_before_anything_is_built(
    tmp_path: Path,
) -> None:
    unknown = CONFIGURATION.replace('environment = "small"', 'environment = "tiny"')
    (tmp_path / "colonnade.toml").write_text(unknown)
    with pytest.raises(Invalid, match="tiny"):
        names_in_use(read_settings(tmp_path))
