from pathlib import Path

import pytest

from colonnade.enforcement.service import build_enforcement
from colonnade.kit.database import Database
from colonnade.kit.errors import Invalid
from colonnade.kit.settings import Settings
from colonnade.kit.shipped import shipped
from support.judged_notebooks import Shelf


def built(database: Database, data: Path, **sections: dict[str, object]):
    settings = Settings(data=data, base_url="/base", sections=sections)
    return build_enforcement(settings, settings.origins(1), database, Shelf())


async def test_the_shipped_policy_and_rules_are_the_default(database: Database, tmp_path: Path):
    assert built(database, tmp_path).book.current.version == 4


async def test_a_policy_of_ones_own_takes_its_place(database: Database, tmp_path: Path):
    text = (shipped("policies") / "default.yaml").read_text("utf-8")
    (tmp_path / "mine.yaml").write_text(text.replace("version: 4", "version: 7", 1))
    policy: dict[str, object] = {"file": str(tmp_path / "mine.yaml")}
    assert built(database, tmp_path, policy=policy).book.current.version == 7


@pytest.mark.parametrize(
    "sections",
    [
        {"policy": {"file": "/nowhere.yaml"}},
        {"policy": {"fil": "x"}},
        {"enforcement": {"workers": 0}},
        {"enforcement": {"budget_seconds": 60}},
        {"enforcement": {"stop_grace_seconds": -1}},
        {"enforcement": {"kept_days": 0}},
        {"enforcement": {"kept_bytes": "much"}},
    ],
)
async def test_wrong_settings_are_named_at_the_start(
    database: Database, tmp_path: Path, sections: dict[str, dict[str, object]]
):
    with pytest.raises(Invalid):
        built(database, tmp_path, **sections)
