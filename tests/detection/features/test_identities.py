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
