import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind

WALLET = "R9xyz2ABCDEFGHJKLMNPQRSTUVWXYZabcd"


def kinds(source: str) -> set[Kind]:
    return {feature.kind for feature in extract(source)} & {Kind.POOL, Kind.WALLET}


@pytest.mark.parametrize(
    "command",
    [
        f"!./tool -l pool.example.io:9999 -u {WALLET}.worker1 -p x",
        f"!./tool --url=eth.example.io:2020 --user={WALLET}",
        f"!./tool -o a.example.io:3333 -w {WALLET}/rig",
        f"!./tool -o ssl://mining.example.io:443 -u KAS:{WALLET}.rig",
    ],
)
def test_a_pool_beside_a_wallet_is_seen_without_its_protocol(command: str):
    assert kinds(command) == {Kind.POOL, Kind.WALLET}


def test_a_pool_on_its_usual_port_needs_no_wallet():
    assert kinds("!./tool -o pool.example.io:3333 -u someone.rig -p x") == {Kind.POOL}


@pytest.mark.parametrize(
    "command",
    [
        "!psql -h db.pooler.example.io:6543 -u someone",
        "!curl -u someone:secret http://pool.example.io:3333/api",
        "!nc pool.example.io:3333",
        "!tool --user AVeryLongNameWithoutAnyFigures --host a.example.io:9999",
        "!rsync -u notes.txt b.example.io:backup",
    ],
)
def test_hosts_and_users_of_other_services_are_not_taken_for_it(command: str):
    assert not kinds(command)
