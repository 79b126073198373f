"""People who are made up by chance and entered somewhere, and what only uses invented data."""

import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind


def repeated(source: str) -> set[str]:
    return {one.value for one in extract(source) if one.kind is Kind.REPEATED}


ONE = (
    "def one({}):\n    u = 'x' + str(random.randint(1, 99999))\n"
    "    r = requests.post('https://forum.example/signup', json={{'email': u, 'password': p}})\n"
    "    print(r.status_code)\n"
)
PAGE = (
    "    d.get('{}')\n    d.find('n').send_keys(fake.name())\n    m = fake.email()\n"
    "    d.find('m').send_keys(m)\n    d.find('ok').click()"
)


@pytest.mark.parametrize(
    "source",
    [
        ONE.format("") + "for _ in range(500):\n    one()",
        ONE.format("i") + "for i in range(500):\n    Thread(target=one, args=(i,)).start()",
        ONE.format("i") + "list(pool.map(one, range(500)))",
        ONE.format("i") + "await gather(*[one(i) for i in range(500)])",
        "while True:\n" + PAGE.format("https://contest.example/enter"),
        "for i in range(300):\n    to = there + '/register'\n"
        "    requests.post(to, data={'username': f'{names.get_first_name()}{i}'})",
        "for i in range(100):\n    requests.post(f'https://docs.example/forms/d/{n}/formResponse',\n"
        "        data={'entry.1': random.choice(answers)})",
    ],
)
def test_accounts_of_people_who_do_not_exist(source: str) -> None:
    assert "invented" in repeated(source)


@pytest.mark.parametrize(
    "source",
    [
        "for one in students:\n    s.post(there + '/register', json={'email': one.email})",
        "for i in range(99):\n    s.post('http://localhost/join', json={'email': fake.email()})",
        "there = 'https://mine.herokuapp.com'\nfor i in range(99):\n"
        "    s.post(there + '/signup', json={'email': fake.email()})",
        "for i in range(99):\n    rows.append({'email': fake.email(), 'username': fake.name()})",
        "for i in range(99):\n    s.post(there + '/models/register', json={'seed': randint(0, 9)})",
        "while True:\n" + PAGE.format("https://demoqa.com/automation-practice-form"),
        "for i in range(3):\n" + PAGE.format("https://contest.example/enter"),
        "for w in words:\n    d.get(there)\n    d.find('q').send_keys(choice(words))\n"
        "    d.find('go').click()",
        "for row in rows:\n    requests.post(f'https://docs.example/forms/d/{n}/formResponse',\n"
        "        data={'entry.1': row['name']})",
    ],
)
def test_invented_data_of_ones_own_are_work(source: str) -> None:
    assert "invented" not in repeated(source)


PERSON = "def person():\n    return {'name': fake.first_name(), 'mail': fake.free_email()}\n"


def test_a_person_may_be_made_up_by_a_function_of_ones_own() -> None:
    source = PERSON + "for i in range(99):\n    s.post(there + '/imzala', data=person())"
    assert "invented" in repeated(source)
    assert "invented" not in repeated(source.replace("data=person()", "data=mine"))


def test_fields_may_be_filled_one_after_another() -> None:
    source = PERSON + (
        "while n < 99:\n    p = person()\n    d.get('https://contest.example/x')\n"
        "    for key in ('first_name', 'mail'):\n        d.find(key).send_keys(p[key])\n"
        "    d.find('go').click()"
    )
    assert "invented" in repeated(source)
    assert "invented" not in repeated(source.replace("contest.example/x", "demoqa.com/x"))


def test_a_name_alone_lets_somebody_into_a_quiz() -> None:
    source = (
        "for i in range(99):\n    d = webdriver.Chrome()\n    d.get('https://kahoot.it/')\n"
        "    d.find('nickname').send_keys(choice(names))\n    d.find('go').click()"
    )
    assert "invented" in repeated(source)
    assert "invented" not in repeated(source.replace("kahoot.it", "search.example"))


def test_where_people_register_one_invented_field_is_enough() -> None:
    turn = (
        "def sign_up(n):\n    email = people.get_email(one)\n    d.get('https://forum.example/{}/')\n"
        "    d.find('email').send_keys(email)\n    d.find('go').click()\n    return n + 1\n"
        "while n < often:\n    n = sign_up(n)"
    )
    assert "invented" in repeated(turn.format("register"))
    assert "invented" not in repeated(turn.format("search"))


def test_people_who_do_not_exist_review_something() -> None:
    turn = (
        "for i in range(60):\n    requests.post('https://food.example/places/7/{}', json={{\n"
        "        'nome': fake.name(), 'voto': randint(1, 2)}})"
    )
    assert "invented" in repeated(turn.format("recensioni"))
    assert "invented" not in repeated(turn.format("rows"))
