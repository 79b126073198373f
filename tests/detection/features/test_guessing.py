"""What counts as guessing, and what is a check."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def guessed(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.GUESS}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            "for w in open(f):\n    if md5(w.encode()).hexdigest() == wanted:\n        print(w)",
            "hash",
        ),
        (
            "for c in itertools.product(letters, repeat=5):\n    g = ''.join(c)\n"
            "    h = hashlib.sha1(g.encode()).hexdigest()\n    if wanted == h:\n        print(g)",
            "hash",
        ),
        (
            "for palabra in lista:\n    if crypt.crypt(palabra, sal) == clave:\n        break",
            "hash",
        ),
        ("for w in words:\n    if bcrypt.checkpw(w, stored):\n        print(w)", "hash"),
        ("for w in open(f):\n    z.extractall(pwd=w.strip())", "lock"),
        (
            "def fits(z, p):\n    try:\n        z.extractall(pwd=p)\n    except OSError:\n"
            "        return False\nfor i in range(10000):\n    fits(z, str(i))",
            "lock",
        ),
        ("for p in words:\n    c.connect(host, username='root', password=p)", "login"),
        ("for p in words:\n    requests.post(page, data={'user': 'a', 'password': p})", "login"),
        ("for i in range(9999):\n    requests.post(page, data={'otp': str(i)})", "login"),
        (
            "for u, p in product(users, words):\n"
            "    requests.post(page, data={'log': u, 'pwd': p})",
            "login",
        ),
        (
            "for n in range(365):\n    day = dates[n]\n"
            "    d.find_element(By.ID, 'pass').send_keys(day)",
            "login",
        ),
        (
            "with open('rockyou.txt') as f:\n    for w in f:\n"
            "        h = hashlib.md5(w.strip()).hexdigest()\n        if h in left: print(w)",
            "hash",
        ),
        (
            "while True:\n    k = secrets.token_bytes(32)\n"
            "    pub = coincurve.PublicKey.from_valid_secret(k).format()\n"
            "    a = sha3.keccak_256(pub).hexdigest()[-40:]\n    if a in rich: keep(k)",
            "key",
        ),
        ("while n < 9999:\n    n += 1\n    requests.post(page, data={'pin': n})", "login"),
        (
            "for i, w in enumerate(words):\n"
            "    s.post(page, data={'user': me, 'enc_password': f'#{time()}:{w}'})",
            "login",
        ),
        (
            "for line in open('list.txt'):\n    mail, pw = line.split(':', 1)\n"
            "    imap.login(mail, pw)",
            "login",
        ),
        (
            "for w in open('words.txt'):\n    k = hashlib.pbkdf2_hmac('sha256', w, salt, 9)\n"
            "    try:\n        AES.new(k).decrypt(box)\n    except ValueError:\n        continue",
            "lock",
        ),
        (
            "while not q.empty():\n    m = q.get()\n"
            "    if subprocess.call(['7z', 't', '-p' + m, 'a.7z']) == 0:\n        print(m)",
            "lock",
        ),
        ("%%bash\nwhile read p; do\n  open.sh $p && break\ndone < rockyou.txt", "lock"),
        (
            '%%bash\nwhile read -r pw; do\n  curl -d "pwd=$pw" a.example | grep in && break\n'
            "done < list.txt",
            "lock",
        ),
        (
            "for w in open(f):\n    o = getoutput(f'curl -s -u admin:{w} a.example')\n"
            "    if '401' not in o:\n        print(w)",
            "lock",
        ),
        (
            "def draw():\n    return ''.join(random.choices(letters, k=9))\n"
            "while True:\n    c = draw()\n"
            "    if requests.get(f'{shop}/giftcard/{c}').ok:\n        print(c)",
            "code",
        ),
        ("while True:\n    k = Key()\n    if k.address in known:\n        print(k)", "key"),
        ("a = wallet.PublicKey().ToAddress()\nif a in known:\n    print(a)", "address"),
    ],
)
def test_one_candidate_after_another_is_a_guess(source: str, value: str):
    assert value in guessed(source)


@pytest.mark.parametrize(
    "source",
    [
        "for n in range(10**8):\n    h = sha256(str(n)).hexdigest()\n    if h[:4] == '0000': break",
        "for n in range(10**8):\n    if sha256(b + n).hexdigest().startswith('000'): break",
        "for f, one in sums.items():\n    if md5(open(f).read()).hexdigest() == one: n += 1",
        "for line in lines:\n    name, mark = line.split(':')\n    table[name] = mark",
        "%%bash\nwhile read f; do\n  gzip $f || break\ndone < files.txt",
        "for i in range(9):\n    c = random.choice(codes)\n    requests.get(f'{shop}/codes/{c}')",
        "for f in files:\n    if subprocess.call(['7z', 'x', f]) == 0:\n        print(f)",
        "%%bash\nwhile read word; do\n  grep $word a.txt && echo $word\ndone < list.txt",
        "for a in pages:\n    if getoutput(f'curl -s -u me:{key} {a}'):\n        print(a)",
        "for line in open(f):\n    name, pw = line.split(',')\n    pikepdf.open(name, password=pw)",
        "for i in range(3):\n    fetch()\n    if md5(open(f).read()).hexdigest() == one: break",
        "for f in files:\n    h = md5(f).hexdigest()\n    if h in seen: print(f)\n    seen[h] = f",
        "while True:\n    p = input()\n    if sha256(p).hexdigest() == stored: break",
        "while True:\n    p = input()\n    requests.post(page, data={'user': me, 'password': p})",
        "for w in words:\n    table[w] = hashlib.md5(w.encode()).hexdigest()",
        "for f in files:\n    pikepdf.open(f, password='2023')",
        "for i in range(9):\n    post(page, json={'username': f'u{i}', 'password': f'p{i}'})",
        "for one in tokens:\n    print(f.decrypt(one))",
        "def q(s):\n    return connect(host, password='x').run(s)\nfor s in lines:\n    q(s)",
        "for code in codes:\n    requests.post(page, json={'code': code})",
        "for w in words:\n    h = md5(w).hexdigest()\n    if h == done: continue\n    run(w)",
        "for f in file_list:\n    if md5(open(f).read()).hexdigest() == wanted: print(f)",
        "for a in holders:\n    n += 1\n    if a.address in known: print(a)",
        "mine = Account.create()\nprint(mine.address)",
        "secret = md5(b'hund').hexdigest()\nfor c in product(letters, repeat=4):\n"
        "    if hashlib.md5(''.join(c)).hexdigest() == secret:\n        break",
    ],
)
def test_a_check_is_none(source: str):
    assert guessed(source) == set()


@given(st.text(alphabet="for in:while Tu()=.md5hexdigest\n 1'\"pwd", max_size=300))
def test_any_loop_can_be_read(body: str):
    assert guessed("for word in words:\n    " + body.replace("\n", "\n    ")) is not None


NUMBERS = (
    "left = set(pd.read_csv('a.csv').md5)\ndef run(h):\n    for i in range({rounds}):\n"
    "        d = hashlib.md5((h + str(i)).encode()).hexdigest()\n"
    "        if d in {among}:\n            found.append(d)"
)


def test_the_hash_of_every_number_among_those_of_a_file_is_a_guess_at_all_of_them():
    assert guessed(NUMBERS.format(rounds=10_000, among="left")) >= {"hash", "numbers"}
    assert "numbers" not in guessed(NUMBERS.format(rounds=99, among="left"))
    assert "numbers" not in guessed(NUMBERS.format(rounds=10_000, among="other"))


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("./calc -m 1000 -a 0 in.txt lists/rockyou.txt", True),
        ("./calc -m1000 -a3 home.hc22000", True),
        ("./calc -a 0 -m 0 in.txt words -r best.rule", True),
        ("git commit -a -m rockyou", False),
        ("python -m tool -a rockyou.txt", False),
        ("ls -a && ./train -m big rockyou.txt", False),
        ("./train -m big -a more words.txt", False),
    ],
)
def test_a_program_is_told_what_to_attack(command: str, told: bool):
    assert ("told" in guessed(f"!{command}")) == told


def test_a_program_is_told_in_whose_name_and_a_list() -> None:
    def told(line: str) -> set[str]:
        return {one.value for one in extract(line) if one.kind is Kind.GUESS}

    assert told("!guess -u somebody -w lists/passwords.txt") == {"login"}
    assert told("!python try.py --user=x --username somebody --words /usr/share/wordlist.txt")
    assert not told("!sort -u passwords.txt")
    assert not told("!python strength.py --data rockyou.txt")
    assert not told("!wc -l rockyou.txt")
    assert not told("!grep -l secret passwords.txt")
    assert not told("!wget --user me -O rockyou.txt https://lists.example/rockyou.txt")
