"""What counts as guessing at a log-in, and what is logging in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind

TRY = "def work(p):\n    return requests.post(page, json={'user': 'admin', 'password': p}).ok\n"


def guesses_login(source: str) -> bool:
    return any(one.kind is Kind.GUESS and one.value == "login" for one in extract(source))


@pytest.mark.parametrize(
    "source",
    [
        "def attempt(u, p):\n    s = requests.Session()\n    t = token(s.get(page).text)\n"
        "    return s.post(page, data={'_token': t, 'roll': u, 'password': p}).ok\n"
        "for u in ids:\n    for p in dates():\n        if attempt(u, p):\n            print(u, p)",
        TRY + "for w in words:\n    pool.submit(work, w)",
        TRY + "for w in words:\n    threading.Thread(target=work, args=(w,)).start()",
        TRY + "list(pool.map(work, words))",
        "class Tries:\n    def one(self, p):\n        f = FTP(self.host)\n"
        "        f.login('admin', p)\n    def go(self):\n        for w in open(a):\n"
        "            self.one(w.strip())",
        "async def one(s, p):\n    async with s.post(page, data=json.dumps({'pwd': p})) as r:\n"
        "        return r.status\nasync def go():\n    for p in open(f):\n        await one(s, p)",
    ],
)
def test_a_function_that_is_given_one_secret_after_another_guesses(source: str):
    assert guesses_login(source)


@pytest.mark.parametrize(
    "sent",
    [
        "body = f'log=admin&pwd={w}&in=1'\n    requests.post(page, data=body)",
        "requests.post(page, data='user=admin&pass=' + w)",
        "requests.post(page, data='pwd=%s' % w)",
        "requests.get(f'{page}?name=admin&password={w}')",
        "d = {'email': 'a@b.example', 'pass': w}\n    requests.post(page, json=d)",
        "form['password'] = w\n    requests.post(page, data=form)",
        "requests.get(page, auth=('admin', w))",
        "requests.get(page, auth=HTTPDigestAuth('admin', w))",
        "psycopg2.connect(f'host=a.example user=postgres password={w}')",
        "site.wp.getUsersBlogs('admin', w)",
        'post(page, content=\'{"query": "login(password: \\\\"%s\\\\")"}\' % w)',
        "firebase.sign_in_with_email_and_password(mail, w)",
    ],
)
def test_a_secret_is_seen_however_it_is_sent(sent: str):
    assert guesses_login(f"for w in lines:\n    {sent}")
    assert not guesses_login(f"w = lines[0]\nif w:\n    {sent}")


@pytest.mark.parametrize("numbers", ["range(1000)", "product(figures, repeat=6)", "open('a.txt')"])
@pytest.mark.parametrize("code", ["pin", "otp", "verification_code"])
def test_very_many_codes_that_are_handed_in_are_guesses(numbers: str, code: str):
    sent = f"requests.post(page, data={{'user': 'admin', '{code}': w}})"
    assert guesses_login(f"for w in {numbers}:\n    {sent}")
    assert not guesses_login(f"for w in (4, 17, 22, 23, 24, 25):\n    {sent}")
    assert not guesses_login(f"for w in rows:\n    {sent}")
    assert not guesses_login(f"for w in {numbers}:\n    requests.get(page, params={{'{code}': w}})")


@pytest.mark.parametrize("field", ["bypass", "lowpass", "n_pass", "compass", "p", "pinned"])
def test_other_fields_are_no_secrets(field: str):
    assert not guesses_login(
        f"for i in range(1000):\n    requests.post(page, json={{'{field}': i}})"
    )
    assert not guesses_login(f"for i in range(1000):\n    requests.get(f'{{page}}?{field}={{i}}')")


def test_a_letter_is_a_secret_where_words_of_a_list_are_sent():
    assert guesses_login("for c in candidates(n):\n    s.post(page, data={'u': n, 'p': c})")


@pytest.mark.parametrize(
    "filled",
    [
        "page.fill('#password', w)",
        "page.locator('#pwd').type(w)",
        "d.find_element('name', 'password').send_keys(w)",
        "b['pass'] = w\n    b.submit()",
    ],
)
def test_a_form_is_filled_in_with_one_secret_after_another(filled: str):
    assert guesses_login(f"for w in open('a.txt'):\n    {filled}")
    assert not guesses_login(f"for w in rows:\n    {filled}")
    assert not guesses_login(f"for w in open('a.txt'):\n    page.fill('#user', w)\n    {filled}")


def test_one_secret_is_tried_on_many_before_the_next():
    spray = "        app.acquire_token_by_username_password(u, p, scopes=['a'])\n        sleep(2)"
    assert guesses_login(f"for p in seasons:\n    for u in users:\n{spray}")


def test_many_log_ins_in_one_request_are_guesses():
    body = (
        "def body(chunk):\n    calls = ''.join(f'<string>{p}</string>' for p in chunk)\n"
        "    return '<methodName>system.multicall</methodName>' + calls\n"
    )
    send = "for i in range(0, len(w), 50):\n    requests.post(page, data=body(w[i:i + 50]))"
    assert guesses_login(body + send)


@pytest.mark.parametrize(
    "source",
    [
        "for u, p in [('ann', 'a'), ('bob', 'b')]:\n"
        "    requests.post(page, json={'username': u, 'password': p})",
        "def login(u, p):\n    return requests.post(page, json={'user': u, 'password': p})\n"
        "for u in users:\n    login(u, 'secret')",
        "def login(u, p):\n    return known.get(u) == p\nfor p in words:\n    login('admin', p)",
        "def make(i):\n    requests.post(page, json={'username': f'u{i}', 'password': f'p{i}'})\n"
        "for i in range(100):\n    make(i)",
        "for p in words:\n    requests.post('http://localhost:5000/in', json={'password': p})",
        "for p in ('', 'a', 'b', 'c', 'd', 'e'):\n    client.post('/join', json={'password': p})",
        "for _ in range(10):\n    psycopg2.connect(f'host=a.example password={password}')",
        "for host in hosts:\n    ssh.connect(host, username='root', password=known[host])",
        "for c in settings:\n    connect(host=c['host'], user=c['user'], password=c['password'])",
        "for u in users:\n    new = ''.join(random.choices(letters, k=12))\n"
        "    requests.put(f'{page}/users/{u}', auth=(me, key), json={'password': new})",
        "for page in range(99):\n    requests.get(f'{base}?pass={token}&page={page}')",
        "for p in ('wrong', 'right'):\n    requests.post(page, data={'user': me, 'password': p})",
    ],
)
def test_logging_in_is_no_guess(source: str):
    assert not guesses_login(source)


@given(st.text(alphabet="for w in lines:\n    post(data={'pass: f\"})%,=", max_size=200))
def test_anything_can_stand_there(source: str):
    guesses_login("for w in lines:\n    requests.post(page, data=" + source)


ACCOUNTS = "accounts = [('a', 'b'), ('c', 'd'), ('e', 'f'), ('g', 'h'), ('i', 'j')]\n"


def everywhere(tried: str, ends: str = "break") -> str:
    """Accounts that everybody knows, at each of some places."""
    return (
        f"{ACCOUNTS}for place in open('places.txt'):\n    for who, what in accounts:\n"
        f"        {tried}\n        if 'out' in answer:\n            {ends}"
    )


@pytest.mark.parametrize(
    "tried",
    [
        "answer = requests.get(f'http://{place}/', auth=(who, what)).text",
        "answer = db.connect(host=place, user=who, password=what)",
        "page.goto(place)\n        page.fill('#login', who)\n        page.fill('#password', what)\n"
        "        answer = page.url",
    ],
)
def test_the_same_accounts_at_one_place_after_another_guess(tried: str):
    assert guesses_login(everywhere(tried))
    assert not guesses_login(everywhere(tried.replace("place", "home")))
    assert not guesses_login(everywhere(tried, "print(answer)"))


def test_a_few_codes_for_each_account_guess_if_they_end_when_one_fits():
    source = (
        "for card in open('cards.txt'):\n    for n in ('1234', '0000', '1111', '1212', '7777'):\n"
        "        r = requests.post(page, json={'card': card, 'mpin': n})\n        if r.ok:\n"
        "            break"
    )
    assert guesses_login(source)
    assert not guesses_login(source.replace("break", "print(r)"))


def test_each_of_two_lists_has_its_own_secret():
    assert not guesses_login(
        "for name, pw in zip(bases, passwords):\n"
        "    db.connect(dbname=name, user='me', password=pw)"
    )
