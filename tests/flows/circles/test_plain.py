"""What of her words goes out to the others, in how many posts, and what Telegram saw beside them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.library import load
from flows.circles.plain import HARMLESS, LONGEST_POST, TOLD, Plain, parted, plain, tidied
from flows.circles.traces import ready

WORDS = ready(load().traces, ("103", "+992 44 600 11 22"))


def read(text: str, *entities: str) -> Plain:
    return plain(text, frozenset(entities), WORDS)


def kinds(text: str, *entities: str) -> set[str]:
    return {trace.kind for trace in read(text, *entities).traces}


@pytest.mark.parametrize(
    ("typed", "goes"),
    [
        ("**Салом** _дугонаҷон_, ||сир|| `код` ~~нет~~", "Салом дугонаҷон, сир код нет"),
        ("<b>уснул</b> <3 и <i>тихо</i>", "уснул <3 и тихо"),
        ("a\u200bб\u202eв\u2066г\ufeff\u00ad", "aбвг"),
        ("ааааааа!!!!!! купили за 1000000", "ааа!!! купили за 1000000"),
        ("❤️❤️❤️❤️❤️❤️", "❤️❤️❤️"),
        ("👨‍👩‍👧 1️⃣ 🏳️‍🌈 👍🏽", "👨‍👩‍👧 1️⃣ 🏳️‍🌈 👍🏽"),
        ("\n\n\n\nодин\t два\u00a0три\r\n\r\n\r\n\r\nчетыре  ", "один два три\n\nчетыре"),
        ("ӣ и\u0304 е\u0308", "ӣ ӣ ё"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("а\u200cб", "аб"),
        ("з\u0301\u0302\u0303\u0304\u0305", "з\u0301\u0302"),
        ("слово\ufffc\ue000\U000e0041\u3164", "слово"),
        ("2 * 3 * 4, o_O ^_^", "2 * 3 * 4, o_O ^_^"),
        ("привет @zarina_77 как ты", "привет как ты"),
        ("Шаҳло, ғам махӯр, қиз ҷон, o‘g‘lim", "Шаҳло, ғам махӯр, қиз ҷон, o‘g‘lim"),
    ],
)
def test_only_words_and_emoji_go_out(typed: str, goes: str) -> None:
    assert tidied(typed) == goes


def test_nothing_left_is_no_post() -> None:
    assert read("\u200b\u202e  \n").parts == ()
    assert read("").parts == ()


def test_a_short_text_is_one_post() -> None:
    assert read("Сегодня было легче.") == Plain(("Сегодня было легче.",), too_long=False, traces=())


def test_a_long_text_is_parted_between_paragraphs_then_lines_then_sentences() -> None:
    first, second = "Дар ин ҳафта хастаам. " * 40, "Имрӯз беҳтар аст. " * 60
    assert parted(f"{first.strip()}\n\n{second.strip()}") == ((first.strip(), second.strip()), False)
    assert parted(f"{first.strip()}\n{second.strip()}")[0][0] == first.strip()
    posts, too_long = parted((first + second).strip())
    assert not too_long
    assert all(post.endswith(".") and len(post) <= LONGEST_POST for post in posts)


def test_what_two_posts_cannot_hold_is_in_neither() -> None:
    text = "Сегодня было легче. " * 200
    made = read(text)
    assert len(made.parts) == 2
    assert made.too_long
    assert text.startswith(" ".join(made.parts))
    assert not read("Сегодня было легче. " * 140).too_long


def test_an_emoji_is_never_cut_in_two() -> None:
    family = "👨‍👩‍👧"
    posts, _ = parted(family * 400)
    assert all(len(post) % len(family) == 0 for post in posts)


@pytest.mark.parametrize(("entity", "kind"), TOLD.items())
def test_what_telegram_saw_counts(entity: str, kind: str) -> None:
    assert kinds("нажмите сюда", entity) == {kind}


def test_formatting_is_nothing_and_an_unknown_kind_is_for_a_person() -> None:
    assert kinds("нажмите сюда", *HARMLESS) == set()
    assert kinds("нажмите сюда", "hologram") == {"unread"}


def test_a_help_line_that_telegram_took_for_a_telephone_passes() -> None:
    assert kinds("звоните +992 44 600-11-22", "phone_number") == set()
    assert kinds("звоните +992 44 600-11-22 или +992 93 512 40 41", "phone_number") == {"phone"}
    assert kinds("вот он", "phone_number") == {"phone"}


def test_signs_that_are_taken_out_do_not_hide_what_they_part() -> None:
    assert kinds("9**3**5 512 4 ~~0~~ 4") == {"phone"}
    assert kinds("t\u2060.me/\u200blola") == {"link"}
    assert kinds("[нажмите](http://a.example/1)") == {"link"}


def test_whatever_goes_wrong_holds_the_post(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> str:
        raise TimeoutError("regex timed out")

    monkeypatch.setattr("flows.circles.plain.tidied", broken)
    made = read("дочке год")
    assert made.parts == ()
    assert {trace.kind for trace in made.traces} == {"unread"}


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_what_goes_out_is_clean_and_stays_so(text: str) -> None:
    once = tidied(text)
    assert unicodedata.is_normalized("NFC", once)
    assert not {"\u202e", "\u200b", "\x00", "\ufffc"} & set(once)
    assert "\n\n\n" not in once
    posts, _ = parted(once)
    assert len(posts) <= 2
    assert all(post and len(post) <= LONGEST_POST for post in posts)
