"""In whose name something is sent, and what only goes to many or is asked about."""

import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def repeated(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.REPEATED}


@pytest.mark.parametrize(
    "source",
    [
        "for i, to in enumerate(people):\n    host, user, word = relays[i % len(relays)]\n"
        "    s = smtplib.SMTP(host)\n    s.login(user, word)\n    s.sendmail(user, to, text)",
        "def tell(a, to):\n    s.login(a.user, a.word)\n    s.sendmail(a.user, to, text)\n"
        "for a, to in zip(cycle(mine), people):\n    tell(a, to)",
        "def say(k):\n    c = tweepy.Client(consumer_key=k['k'])\n    c.create_tweet(x)\n"
        "for k in everyone:\n    Thread(target=say, args=(k,)).start()",
        "for a in known:\n    s = requests.Session()\n    s.headers['Cookie'] = a['cookie']\n"
        "    s.post('https://market.example/review', json={'body': text})",
        "for row in known:\n    r = praw.Reddit(password=row[1])\n    r.one().upvote()",
        "for t in tokens:\n    requests.post(page, json={'token': t})",
        "for t in tokens:\n    requests.post(page, headers={'x': t}, json={'body': text})",
    ],
)
def test_one_account_after_another_says_the_same(source: str) -> None:
    assert "names" in repeated(source)


@pytest.mark.parametrize(
    "source",
    [
        "for t in tokens:\n    requests.post(page, json={'inputs': t})",
        "for to in students:\n    s = smtplib.SMTP('relay.example')\n    s.login(me, word)\n"
        "    s.sendmail(me, to, text)",
        "for b in batches:\n    t = get_token()\n    requests.post(page, headers={'x': t}, json=b)",
        "for k in keys:\n    c = tweepy.Client(bearer_token=k)\n    rows.append(c.search(words))",
        "c = tweepy.Client(bearer_token=k)\nfor row in rows:\n    c.create_tweet(row.text)",
    ],
)
def test_one_account_may_say_many_things(source: str) -> None:
    assert "names" not in repeated(source)


@pytest.mark.parametrize(
    "source",
    [
        "for to in people:\n    k = next(keys)\n"
        "    c = boto3.client('ses', aws_secret_access_key=k[1])\n"
        "    c.send_email(Source=me, Destination=to)",
        "for i, to in enumerate(people):\n    c = SendGridAPIClient(api_keys[i % 9])\n"
        "    c.send(letter(to))",
        "for to in people:\n    host, user = random.choice(relays)\n    s = smtplib.SMTP(host)\n"
        "    s.sendmail(user, to, text)",
    ],
)
def test_mail_goes_out_by_whatever_account_comes_next(source: str) -> None:
    assert "names" in repeated(source)


@pytest.mark.parametrize(
    "source",
    [
        "c = boto3.client('ses', aws_secret_access_key=k)\nfor to in people:\n"
        "    c.send_email(Source=me, Destination=to)",
        "for region in regions:\n    c = boto3.client('ses', region_name=region)\n"
        "    c.send_email(Source=me, Destination=me)",
        "for user in users:\n    send_email(to=user.address, password=user.password)",
    ],
)
def test_mail_of_one_account_goes_to_many(source: str) -> None:
    assert "names" not in repeated(source)


def test_a_page_is_opened_from_one_borrowed_address_after_another() -> None:
    source = (
        "for i in range(n):\n    h = ProxyHandler({'http': choice(them)})\n"
        "    opener = build_opener(h)\n    opener.open({})"
    )
    assert "names" in repeated(source.replace("{}", "page"))
    assert "names" not in repeated(source.replace("{}", "pages[i]"))


@pytest.mark.parametrize(
    "source",
    [
        "def one(proxy):\n"
        "    o.add_argument(f'--proxy-server={proxy}')\n    d = uc.Chrome(options=o)\n"
        "    d.get(page)\n    d.find_element('id', 'ad').click()\n"
        "for p in open('proxies.txt'):\n    one(p.strip())",
        "for p in proxies:\n    b = pw.chromium.launch(proxy={'server': p})\n    t = b.new_page()\n"
        "    t.goto(page)\n    t.click('#play')",
        "for ip in proxy_list:\n    options.add_argument('--proxy-server=' + ip)\n"
        "    d = webdriver.Chrome(options=options)\n    d.get(page)\n"
        "    d.execute_script('window.scrollBy(0, 900)')",
        "async def play(acc):\n    t = await b.new_page()\n    await t.fill('#u', acc[0])\n"
        "    await t.fill('#p', acc[1])\n    await t.click('#go')\n    while True:\n"
        "        await t.goto(song)\n        await t.click('#play')\n"
        "await asyncio.gather(*[play(a) for a in accounts])",
        "for user, word in accounts:\n    d = webdriver.Firefox()\n    d.get(page)\n"
        "    d.find_element('id', 'u').send_keys(user)\n"
        "    d.find_element('id', 'p').send_keys(word)\n"
        "    d.find_element('id', 'follow').click()",
    ],
)
def test_a_browser_comes_as_if_it_were_many(source: str) -> None:
    assert "names" in repeated(source)


@pytest.mark.parametrize(
    "source",
    [
        "for p in proxies:\n    o.add_argument(f'--proxy-server={p}')\n"
        "    d = webdriver.Chrome(options=o)\n"
        "    d.get('https://ip.example.org')\n    seen.append(d.page_source)",
        "for user, word in users:\n    d = webdriver.Chrome()\n    d.get('http://localhost:8000')\n"
        "    d.find_element('id', 'u').send_keys(user)\n"
        "    d.find_element('id', 'p').send_keys(word)\n"
        "    d.find_element('id', 'go').click()",
        "for number, born in pupils:\n    d = webdriver.Chrome()\n    d.get(results)\n"
        "    d.find_element('id', 'n').send_keys(number)\n"
        "    d.find_element('id', 'b').send_keys(born)\n"
        "    d.find_element('id', 'go').click()\n"
        "    rows.append(d.find_element('id', 'marks').text)",
        "for page in pages:\n    d = webdriver.Chrome(options=with_proxy)\n    d.get(page)\n"
        "    d.find_element('id', 'more').click()",
    ],
)
def test_a_browser_that_collects_or_tries_a_page_is_one(source: str) -> None:
    assert "names" not in repeated(source)


@pytest.mark.parametrize(
    "given",
    [
        "app.join_chat(group)",
        "app.report_chat(group)",
        "app.followit(who)",
        "app.wall.createComment(p, m)",
    ],
)
def test_one_account_after_another_does_it(given: str) -> None:
    turn = f"for one in accounts:\n    app = Client(one['phone'], one['key'])\n    {given}"
    assert "names" in repeated(turn)
    assert "names" not in repeated(turn.replace("one['phone'], one['key']", "mine"))
    names = "Names = 'a', 'b', 'c'\nfor i in range(3):\n    app = Page(Names[i], Words[i])\n    "
    assert "names" in repeated(
        names.replace("Names", "usernames").replace("3", "len(usernames)") + given
    )


def test_a_browser_may_be_several_by_its_folders() -> None:
    turn = (
        "for path in {}:\n    o = ChromeOptions()\n"
        "    o.add_argument(f'--user-data-dir={{path}}')\n"
        "    d = webdriver.Chrome(options=o)\n    d.get(film)\n    d.find('play').click()"
    )
    assert "names" in repeated(turn.format("profile_paths"))
    assert "names" not in repeated(turn.format("downloads"))


def test_tables_that_are_joined_have_no_accounts() -> None:
    found = "found = pd.DataFrame(model.predict(x), columns=[key])"
    turn = f"for key, model in models.items():\n    {found}\n"
    assert "names" not in repeated(f"{turn}    result = result.join(found)")


def test_a_request_may_say_by_chance_whom_it_comes_from() -> None:
    turn = "for r in rows:\n    requests.post(there, json=r, headers={{'X-Forwarded-For': {}}})"
    assert "names" in repeated(turn.format("fake.ipv4()"))
    assert "names" not in repeated(turn.format("client_address"))


def test_whatever_goes_out_through_one_proxy_after_another_is_the_same() -> None:
    turn = (
        "for p in proxies:\n    s = requests.Session()\n    s.proxies = {'http': p, 'https': p}\n"
        "    s.get(page)"
    )
    assert "names" in repeated(turn)
    assert "names" not in repeated(f"{turn}\n    rows.append(s.get(page).text)")
    assert "names" not in repeated(turn.replace("'http': p, 'https': p", "'http': mine"))


def test_one_account_after_another_may_sign_in_by_a_request() -> None:
    turn = (
        "for a in accounts:\n    s = requests.Session()\n"
        "    s.post(there + '/login', data={'u': a['u'], 'p': a['p']})\n"
    )
    assert "names" in repeated(f"{turn}    r = s.post(there + '/flag', data=why)\n    n += r.ok")
    assert "names" not in repeated(f"{turn}    rows.append(s.get(there + '/marks').text)")
    assert "names" not in repeated(
        turn.replace("accounts", "pages") + "    s.post(there + '/flag', data=why)"
    )
