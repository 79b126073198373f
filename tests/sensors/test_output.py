"""Forms of progress are recognised by structure, and told from ordinary training."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from colonnade.sensors.output import FORMS, Progress, forms_in, redacted

BAR = "|██████▌   | "
SEEN = {
    "[14:03:22][#000123][0512ms][0.1234][0.0567]": "paired-losses",
    "[14:03:22][#001234][1.52s][0.1234][0.0567]": "paired-losses",
    "[14:03:22] [#00123] Loss A: 0.05343, Loss B: 0.06120": "paired-losses",
    f"Extracting faces...:  64%{BAR}654/1022 [01:23<00:47,  7.80it/s]": "faces-extracted",
    f"Merging:  64%{BAR}192/300 [01:12<00:40,  2.66it/s]": "frames-merged",
    f"swapping frames:  64%{BAR}192/300 [01:12<00:40,  2.66it/s]": "frames-swapped",
    f"Processing:  64%{BAR}192/300 [00:28<00:15, 6.93frame/s, execution_threads=8]":
        "frames-swapped",
    "[2026-01-01 12:00:00.123]  miner    speed 10s/60s/15m 1234.5 1230.1 n/a H/s max 1300 H/s":
        "hash-rate",
    "GPU0: 45.20 MH/s, temp 61C": "hash-rate",
    "[2026-01-01 12:00:00.123]  cpu      accepted (12/0) diff 120001 (45 ms)": "accepted-shares",
    "Share accepted (34 ms)": "accepted-shares",
    "[#2089b0 400.0KiB/33.2MiB(1%) CN:1 SD:3 DL:115.7KiB ETA:4m51s]": "torrent",
    "50.21% complete (down: 123.4 kB/s up: 12.3 kB/s peers: 42) downloading": "torrent",
    "Progress: 45.1%, dl from 12 of 34 peers (1.2 MB/s), ul to 3 (10 kB/s) [0.05]": "torrent",
    "Speed.#1.........:  1234.5 MH/s (51.23ms) @ Accel:64 Loops:512 Thr:256": "cracking-speed",
    "0g 0:00:00:10 3.00% (ETA: 12:03:11) 0g/s 1234p/s 1234c/s 1234C/s": "cracking-speed",
    "[STATUS] 64.00 tries/min, 64 tries in 00:01h, 14344335 to do": "cracking-speed",
    "[00:00:12] 12345/9822768 keys tested (1234.56 k/s)": "cracking-speed",
    "PPS: 12.3k, BPS: 4.5 MB / 12%": "packet-flood",
}  # fmt: skip
LOOKALIKES = (
    "469/469 [==============================] - 3s 6ms/step - loss: 0.2645 - accuracy: 0.9224",
    "Epoch [1/5], Step [100/600], Loss: 0.3021",
    "[Epoch 1/200] [Batch 3/938] [D loss: 0.512345] [G loss: 1.234567]",
    f"100%{BAR}938/938 [00:10<00:00, 88.12it/s, loss=0.103]",
    f"Extracting features: 100%{BAR}938/938 [00:10<00:00, 88.12it/s]",
    f"Merging shards:  50%{BAR}5/10 [00:10<00:10, 1.00it/s]",
    f"Building video: 100%{BAR}300/300 [00:10<00:00, 27.90it/s, now=None]",
    f"Processing: 100%{BAR}300/300 [00:10<00:00, 27.90frame/s]",
    "   ━━━━━━━━━━━━━━━━ 12.3/45.6 MB 10.2 MB/s eta 0:00:04",
    "frame=  100 fps= 25 q=28.0 size=    1024kB time=00:00:04.00 bitrate=2097.2kbits/s speed=1x",
    "[#2089b0 400.0KiB/33.2MiB(1%) CN:1 DL:115.7KiB ETA:4m51s]",
    "accepted 120/1000 proposals",
    "[12:00:00][#000123][0512ms][0.1234]",
    "Faces detected: 3",
    "1.21 ms ± 12 µs per loop (mean ± std. dev. of 7 runs, 1,000 loops each)",
    "0.5 km/h, 12 m/s, 30 Hz",
    "The peers met; 50% agreed.",
)


@pytest.mark.parametrize(("line", "form"), SEEN.items())
def test_each_form_is_seen_plain_and_quoted_in_a_frame(line: str, form: str) -> None:
    assert [one for one, _ in forms_in(f"before\n{line}\nafter")] == [form]
    quoted = f'{{"name":"stderr","text":"\\u001b[32m\\r{line}\\u001b[0m\\r\\n"}}'
    assert [one for one, _ in forms_in(quoted)] == [form]


def test_every_form_has_a_line_here() -> None:
    assert {name for name, _ in FORMS} == set(SEEN.values())


@pytest.mark.parametrize("line", LOOKALIKES)
def test_ordinary_progress_has_no_form(line: str) -> None:
    assert not list(forms_in(line))


def test_a_form_is_told_when_it_lasts_and_then_once_a_minute() -> None:
    progress, line = Progress(), "[14:03:22][#000123][0512ms][0.1234][0.0567]\r"
    assert not progress.take(line * 10, 0)
    (told,) = progress.take(line, 1)
    assert (told.form, told.count) == ("paired-losses", 11)
    assert told.example == "[14:03:22][#000123][0512][0.1234][0.0567]"
    assert not progress.take(line, 30)
    assert [one.count for one in progress.take(line, 61)] == [2]


def test_what_was_shown_once_is_not_told_much_later() -> None:
    progress, line = Progress(), "GPU0: 45.20 MH/s\n"
    assert not progress.take(line * 2, 0)
    assert not progress.take(line, 5000)
    assert progress.take(line * 2, 5001)


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=3000))
@example("[" * 8000)
@example("1" * 9000)
@example("\x1b[" + "1;" * 4000)
def test_any_text_is_taken_and_examples_have_no_words(text: str) -> None:
    for form, line in forms_in(text):
        assert form in {name for name, _ in FORMS}
        assert len(redacted(line)) <= 100
    assert not set(redacted(text)) & set(string.ascii_letters)
    assert redacted(text).isascii()
    Progress().take(text, 0)
