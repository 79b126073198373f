"""What counts as the same thing again and again, and what is work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind
from colonnade.detection.features.repeated import MANY_ROUNDS


def repeated(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.REPEATED}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("while n < 20:\n    s.sendmail(me, you, text)\n    n += 1", "mail"),
        ("for i in range(n):\n    s.sendmail(me, you, f'{i}')", "mail"),
        ("def one():\n    s.sendmail(me, you, m)\nfor i in range(50):\n    one()", "mail"),
        ("for i in range(100):\n    client.calls.create(to=you)", "message"),
        ("for member in members:\n    client.send_message(member, text)", "messages"),
        ("for u in found:\n    c(InviteToChannelRequest(mine, [u]))", "messages"),
        ("for w in words:\n    pyautogui.typewrite(w)\n    pyautogui.press('enter')", "typed"),
        ("while True:\n    requests.get(page)", "request"),
        (
            "for i in range(5000):\n    r = requests.post(page, data=d)\n    print(r.text)",
            "request",
        ),
        ("while True:\n    s.sendto(data, (ip, port))", "packet"),
        ("while time.time() - began < 600:\n    s.sendto(data, (ip, port))", "packet"),
        ("for page in pages:\n    d.get(page)\n    d.find('x').click()", "press"),
        (
            "while True:\n    for s in socks:\n        s.send(f'X-a: {n}\\r\\n'.encode())\n"
            "    time.sleep(15)",
            "packet",
        ),
        (
            "while True:\n    w.write(f'GET /{page} HTTP/1.1\\r\\n\\r\\n'.encode())",
            "packet",
        ),
        (
            "while n < 5000:\n    s.proxies = {'https': new_ip()}\n"
            "    r = s.post(page, data={'choice': 3})\n    n += 'thanks' in r.text",
            "names",
        ),
        (
            "def one(i):\n    r = requests.get(page, headers={'x': choice(agents)})\n"
            "    print(i, r.status_code)\nfor i in range(5000):\n    pool.submit(one, i)",
            "request",
        ),
        (
            "async def one(c):\n    await c.get(page)\n"
            "await gather(*(one(c) for _ in range(5000)))",
            "request",
        ),
        (
            "def syn(n):\n    for _ in range(n):\n        p = IP(src=str(RandIP()), dst=there)\n"
            "        send(p / TCP(flags='S'), verbose=0)",
            "packet",
        ),
        ("for i in range(99):\n    d = webdriver.Chrome()\n    d.get(page)", "visit"),
        ("for t in found:\n    t.favorite()\n    t.retweet()", "vote"),
        ("while True:\n    time.sleep(60)", "wait"),
        ("for i in range(500):\n    gui.press('H')\n    gui.press('enter')", "typed"),
        (
            "import pyautogui as g\nfor i in range(200):\n"
            "    g.write('wake up')\n    g.press('Enter')",
            "typed",
        ),
        (
            "while True:\n    o = options(random.choice(open('px.txt').read().split()))\n"
            "    d = webdriver.Chrome(options=o)\n    d.get(page)",
            "visit",
        ),
        (
            "def f():\n    requests.get(page)\nfor i in range(900):\n    Thread(target=f).start()",
            "thread",
        ),
        (
            "while True:\n    requests.post(page, json={'content': 'buy now'})\n    time.sleep(60)",
            "request",
        ),
        (
            "post('https://a.example/otp')\npost('https://b.example/sms')\n"
            "post('https://c.example/verify')",
            "codes-asked",
        ),
        (
            "a = lambda: post('https://a.example/in', json={'phone': n})\n"
            "b = lambda: post('https://b.example/in', data={'phone_number': '+' + n})\n"
            "c = lambda: get(f'https://c.example/in?tel={n}')",
            "codes-asked",
        ),
        (
            "all = [{'url': 'https://a.example/in', 'body': {'mobile': n}},\n"
            "    {'url': 'https://b.example/in', 'body': {'Phone': n}},\n"
            "    {'url': 'https://c.example/in', 'body': {'msisdn': n}}]",
            "codes-asked",
        ),
    ],
)
def test_the_same_again_is_seen(source: str, value: str):
    assert value in repeated(source)


@pytest.mark.parametrize(
    "source",
    [
        "s.sendmail(me, me, 'done')",
        "for epoch in range(100):\n    if better():\n        s.sendmail(me, me, 'better')",
        "for row in rows:\n    s.sendmail(me, row.address, f'Dear {row.name}')",
        "for attempt in range(3):\n    s.sendmail(me, me, 'done')",
        "while True:\n    for one in bot.get_updates():\n        bot.send_message(one.id, 'hi')",
        "while True:\n    rows.append(requests.get(page).json())",
        "for i in range(200):\n    r = requests.get(f'https://books.example/{i}')\n    print(r)",
        "for i in range(1000):\n    requests.post('http://localhost:80/x', json=x)",
        "while True:\n    try:\n        requests.get(page); break\n    except OSError: pass",
        "while True:\n    requests.get(page)\n    time.sleep(600)",
        "while True:\n    requests.post(page, json={'status': 'alive'})\n    time.sleep(60)",
        "while True:\n    requests.post(page, json={'content': f'{load()} of 9'})\n"
        "    time.sleep(60)",
        "for i in range(500):\n    loss = step()\n    requests.post(hook, json={'loss': loss})",
        "post('https://a.example/in', json={'phone': n})\n"
        "post('https://b.example/in', json={'text': t})\n"
        "post('https://c.example/in', json={'name': t})",
        "for i in range(10):\n    answer = chat.send_message('Tell me a joke')",
        "for c in name:\n    box.send_keys(c)",
        "for a in found:\n    yield response.follow(a, parse)",
        "while True:\n    steps.send(None)",
        "while True:\n    pen.write('Score: {}  Best: {}'.format(score, best))",
        "for u in pages:\n    rows.append(requests.get(u, proxies=random.choice(proxies)).text)",
        "for i in range(1000):\n    x = th.tensor([1, 2]).send(bob)",
        "while True:\n    epoch, photo = batches.send(size)\n    size = yield photo",
        "def say(m):\n    s.send(m)\nwhile True:\n    m = input('> ')\n    if m:\n        say(m)",
        "while True:\n    ok, frame = camera.read()\n    s.sendto(frame, there)",
        "def tell(m):\n    requests.post(hook, json=m)\nfor i in range(900):\n    x = step()\n"
        "    tell(f'loss {x}')",
        "def tell():\n    requests.post(hook, json=m)\nfor i in range(900):\n    if step():\n"
        "        tell()",
        "def ask():\n    r = requests.get(page)\n    print(r.json())\nwhile True:\n    ask()\n"
        "    time.sleep(5)",
        "while True:\n    requests.get(page, params={'field': read()})\n    time.sleep(15)",
        "for i in range(10000):\n    packets.append(IP(src=RandIP()) / TCP(flags='S'))",
        "def page(at):\n    save(requests.get(there, params={'at': at}))\n"
        "for n in range(900):\n    page(n * 50)",
        "def f(u):\n    return requests.get(u).text\nfor u in us:\n    Thread(target=f).start()",
        "for i in range(10):\n    Thread(target=print, args=(i,)).start()",
        "while True:\n    step()\n    time.sleep(1)",
    ],
)
def test_work_is_not(source: str):
    assert repeated(source) == set()


def test_who_reads_what_a_page_says_does_more_than_press():
    source = "for i in range(20):\n    rows.append(d.find('x').text)\n    d.find('next').click()"
    assert repeated(source) == {"click"}


def test_a_list_of_two_is_gone_through_as_if_by_hand():
    press = "for one in people:\n    d.get(one)\n    d.find('x').click()"
    assert repeated(f"people = ['a', 'b']\n{press}") == set()
    assert "press" in repeated(press)


def test_a_loop_of_very_many_rounds_that_sends_is_a_flood():
    source = f"for i in range({MANY_ROUNDS}):\n    requests.post(page, json=i)"
    assert Kind.FLOOD in {one.kind for one in extract(source)}


@given(st.text(alphabet="fr in:while Tu()=.sendpost\n 1'\"click", max_size=300))
def test_any_loop_can_be_read(body: str):
    assert repeated("while True:\n    " + body.replace("\n", "\n    ")) is not None


def test_the_same_request_under_one_name_after_another_is_seen():
    source = "for t in tokens:\n    requests.put('https://a.example/star', headers={'x': t})"
    assert "names" in repeated(source)
    assert (
        repeated("for t in tokens:\n    counts[t] = requests.get(f'https://a.example/{t}')")
        == set()
    )


GUEST = (
    "def guest(n):\n    c = connect({})\n    c.join(n)\n    while True:\n        {}\n"
    "for n in range({}):\n    Thread(target=guest, args=(n,)).start()"
)


def test_hundreds_stay_with_one_service():
    assert "thread" in repeated(GUEST.format("room", "c.recv()", 900))
    gathered = "async def f(i):\n    while True:\n        await client.get(page)\n"
    assert "thread" in repeated(gathered + "await gather(*[f(i) for i in range(900)])")


@pytest.mark.parametrize(
    ("where", "does", "many"),
    [
        ("room", "c.recv()", 20),
        ("'ws://localhost:80'", "c.recv()", 900),
        ("places[n]", "c.recv()", 900),
        ("room", "break", 900),
        ("room", "c.fetch(work.get())", 900),
    ],
)
def test_who_works_or_tries_what_is_ones_own_is_no_crowd(where: str, does: str, many: int):
    assert "thread" not in repeated(GUEST.format(where, does, many))


def test_packets_may_go_round():
    assert "packet" in repeated("for p in itertools.cycle(packets):\n    s.send(p)")
    assert "packet" in repeated("for port in cycle(ports):\n    s.sendto(data, (there, port))")
    assert (
        repeated("for f in cycle(frames):\n    s.sendto(f, there)\n    time.sleep(0.04)") == set()
    )
    assert repeated("for b in cycle(batches):\n    loss = model.send(b)") == set()


def test_a_machine_that_is_only_imagined_sends_nothing():
    source = "def node(i):\n    while True:\n        yield env.timeout(5)\n        net.send(i)\n"
    assert repeated(source + "for i in range(500):\n    env.process(node(i))") == set()


def test_what_is_sent_to_the_machine_itself_is_no_flood():
    source = f"for i in range({MANY_ROUNDS}):\n    s.sendto(data, ('127.0.0.1', 9999))"
    assert Kind.FLOOD not in {one.kind for one in extract(source)}


def test_what_a_stream_brings_comes_again_and_again():
    handles = "class S(Stream):\n    def {}(self, tweet):\n        {}"
    assert "vote" in repeated(handles.format("on_tweet", "client.retweet(tweet.id)"))
    assert "vote" in repeated(handles.format("on_status", "tweet.favorite()"))
    assert "vote" not in repeated(handles.format("on_tweet", "rows.append(tweet.text)"))
    assert "vote" not in repeated(handles.format("on_click", "client.retweet(tweet.id)"))


def test_what_somebody_asks_for_is_not_done_in_every_round():
    source = (
        "def mail(to):\n    server.sendmail(me, to, text)\n    return to\n"
        "while True:\n    said = listen()\n    {}mail(friend)"
    )
    assert "request" in repeated(source.format(""))
    assert "request" not in repeated(source.format("if 'mail' in said.lower():\n        "))


def test_one_number_that_several_services_are_told_is_asked_for_codes():
    there = "".join(f"u{i} = 'https://api{i}.example/v1/auth'\n" for i in range(3))
    told = "a = {'phone': '0' + number}\nb = {'cellphone': '+49' + number, 'method': 'x'}\n"
    assert "codes-asked" in repeated(there + told)
    assert "codes-asked" not in repeated(there + told.replace("0' + number", "0'"))
    assert "codes-asked" not in repeated(there.replace("/auth", "/list") + told)


def test_what_goes_round_asks_the_same_again():
    turn = "for u in itertools.cycle(pages):\n    urllib.request.urlopen(u + '?x=1').read()"
    assert "request" in repeated(turn)
    assert "request" not in repeated(turn.replace("itertools.cycle(pages)", "pages"))
    assert "request" not in repeated(turn.replace("    urllib", "    page = urllib"))
