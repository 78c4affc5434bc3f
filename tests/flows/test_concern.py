"""What concern finds in words, what it leaves alone, and that nothing can make it fail in silence."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from content import library
from content.schema import Guard, GuardFile, Level, Pack, Rule, RuleBook, RuleFile, Shape
from flows import concern
from flows.concern import LEVELS, UNREAD, findings, read, reading, red, texts
from flows.concern.findings import COMMON
from flows.concern.rules import Sought
from flows.concern.spelling import even, split

SENTENCES: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("concern_sentences.yaml").read_text(encoding="utf-8")
)
BOOK = library.read(library.HERE).rules
HERS = [
    (level, category, text)
    for level in ("now", "urgent", "concern")
    for category, texts in SENTENCES[level].items()
    for text in texts
]


def book_of(*shapes: Shape, **groups: tuple[str, ...]) -> RuleBook:
    rule = Rule(id="made.up", level="urgent", why="", any_of=shapes, must=(), must_not=())
    return RuleBook((Pack("self_harm", "ru", RuleFile(groups, (rule,))),))


def test_every_rule_takes_its_own_examples_as_it_says() -> None:
    assert concern.faults(BOOK) == []


def test_every_rule_has_examples_enough() -> None:
    thin = [
        rule.id
        for pack in BOOK.packs
        for rule in pack.file.rules
        if min(len(rule.must), len(rule.must_not)) < 4 or not rule.why
    ]
    assert thin == []


def test_every_category_is_read_in_every_language() -> None:
    languages: dict[str, set[str]] = {}
    for pack in BOOK.packs:
        languages.setdefault(pack.category, set()).add(pack.language)
    assert set(languages) == set(concern.CATEGORIES)
    assert all(known - {COMMON} == {"tg", "ru", "en", "uz"} for known in languages.values())


@pytest.mark.parametrize(("level", "category", "text"), HERS)
def test_her_words_bring_a_person(level: str, category: str, text: str) -> None:
    found = read(text, BOOK)
    assert found is not None
    assert (found.level, found.category) == (level, category)


POLITE = {
    "tg": "салом шумо хубед номам Лола ман 24 сола модари ду фарзанд шарм медорам гуфтан {} чӣ кор кунам ба касе нагӯед раҳмат",
    "ru": "здравствуйте меня зовут Лола мне 23 года у меня двое детей стыдно говорить {} господи помоги что мне делать спасибо",
    "uz": "assalomu alaykum ismim Lola men 25 yoshdaman ikki bolam bor aytishga uyalaman {} nima qilay hech kimga aytmang",
    "en": "hello, my name is Lola i am 26 years old mother of two honestly {} what should i do please do not tell anybody",
    COMMON: "салом {} раҳмат",
}


LAUGHING = dict.fromkeys(POLITE, "{} 😂😂")
"""Some take this face for one that weeps."""


def test_who_is_polite_in_danger_is_heard_as_well() -> None:
    heard = [(polite, read(polite, BOOK)) for text, polite in _dangers(POLITE) if red(_level(text))]
    lost = [polite for polite, found in heard if found is None or not red(found.level)]
    assert len(heard) > 2000
    assert len(lost) <= len(heard) // 500, lost


def test_a_laughing_face_behind_a_danger_hides_one_in_twenty_at_most() -> None:
    heard = [(text, _level(laughing)) for text, laughing in _dangers(LAUGHING) if red(_level(text))]
    lost = [text for text, level in heard if level == "none"]
    assert len(heard) > 2000
    assert len(lost) <= len(heard) // 20, lost


def _dangers(frames: dict[str, str]) -> list[tuple[str, str]]:
    """Give what rules must hear as red, as it stands and within a frame of words in its language."""
    packs = [(pack.language, rule) for pack in BOOK.packs for rule in pack.file.rules if red(rule.level)]
    return [(text, frames[language].format(text)) for language, rule in packs for text in rule.must]


@pytest.mark.parametrize("text", SENTENCES["none"])
def test_ordinary_words_bring_nobody(text: str) -> None:
    assert read(text, BOOK) is None


@pytest.mark.parametrize("text", SENTENCES["not_red"])
def test_a_denial_is_not_red(text: str) -> None:
    found = read(text, BOOK)
    assert found is None or not red(found.level)


def _level(text: str) -> Level:
    found = read(text, BOOK)
    return "none" if found is None else found.level


def test_levels_are_ordered_and_two_are_red() -> None:
    assert LEVELS == ("none", "watch", "concern", "urgent", "now")
    assert [level for level in LEVELS if red(level)] == ["urgent", "now"]


def test_the_gravest_wins() -> None:
    found = findings("Бедор шудан намехоҳам. Имшаб худамро мекушам.", BOOK)
    graveness = [LEVELS.index(finding.level) for finding in found]
    assert graveness[0] == LEVELS.index("now") > graveness[-1]
    assert graveness == sorted(graveness, reverse=True)
    assert read("Бедор шудан намехоҳам. Имшаб худамро мекушам.", BOOK) == found[0]


def test_her_own_life_comes_before_an_equal() -> None:
    found = read("Кӯдак намемакад, худамро мекушам", BOOK)
    assert found is not None
    assert found.category == "self_harm"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Салом. Дигар зистан намехоҳам, бас", ["зистан", "намехоҳам"]),
        ("  ne hochu zhit'  ", ["ne hochu", "zhit'"]),
        ("🙂🙂 Я не хооочу жииить!!!", ["не хооочу", "жииить"]),
        ("ман н\u0430мехо\u04b3ам\u0301 зинд\u0430ги\u0304", ["намехоҳам\u0301", "зиндаги\u0304"]),
        ("н е  х о ч у  ж и т ь", ["н е  х о ч у", "ж и т ь"]),
    ],
)
def test_spans_lead_back_to_her_words(text: str, words: list[str]) -> None:
    found = read(text, BOOK)
    assert found is not None
    assert [text[start:end] for start, end in found.spans] == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("намехоҳам", "namexoham"),
        ("намехоҳам", "намехохам"),
        ("намехоҳам", "namekhoham"),
        ("зиндагӣ", "zindagi"),
        ("ҷонам", "jonam"),
        ("ҷонам", "чонам"),
        ("қарз", "qarz"),
        ("ғарқ", "gharq"),
        ("кӯдак", "kўdak"),
        ("жить", "jit"),
        ("жить", "zhit'"),
        ("ещё", "еще"),
        ("хочется", "hochetsya"),
        ("яшагим", "yashagim"),
        ("ўлдираман", "o‘ldiraman"),
        ("ўлдираман", "o'ldiraman"),
        ("хочу", "xoчy"),
        ("њаёт", "ҳаёт"),
        ("жииить", "жить"),
        ("vsyo", "всё"),
        ("всё", "все"),
        ("yosh", "ёш"),
        ("yo'q", "йўқ"),
        ("yordam", "ёрдам"),
        ("apte4ki", "аптечки"),
        ("4to", "что"),
        ("ч3", "ч3"),
        ("otets", "отец"),
    ],
)
def test_what_sounds_alike_is_read_alike(one: str, other: str) -> None:
    assert even(split(one), "cyrillic").words == even(split(other), "cyrillic").words


def test_words_do_not_meet_over_the_end_of_a_sentence() -> None:
    book = book_of(Shape(near=("no", "bread")), no=("нет",), bread=("хлеба",))
    assert read("нет сегодня хлеба", book)
    assert read("нет. Хлеба купили", book) is None
    assert read("нет... хлеба", book)


def test_words_meet_across_sentences_where_a_shape_says_so() -> None:
    book = book_of(Shape(near=("no", "bread"), across=True), no=("нет",), bread=("хлеба",))
    assert read("нет. Хлеба купили", book)


def test_a_gap_and_an_order_are_kept() -> None:
    book = book_of(Shape(near=("no", "bread"), gap=1, ordered=True), no=("нет",), bread=("хлеб*",))
    assert read("нет тут хлебушка", book)
    assert read("нет тут у нас хлеба", book) is None
    assert read("хлеба нет", book) is None


def test_a_word_beside_it_takes_the_weight_away() -> None:
    shape = Shape(near=("bread",), unless=("joke",), reach=1, not_before=("no",))
    book = book_of(shape, bread=("хлеба",), joke=("шучу",), no=("без",))
    assert read("хлеба шучу", book) is None
    assert read("хлеба нам всем шучу", book)
    assert read("без хлеба", book) is None
    assert read("без хлеба, дайте хлеба", book)


def test_a_text_too_long_to_read_whole_is_seen_by_a_person() -> None:
    assert read("а б " * 2000, BOOK) == UNREAD
    found = read("Не хочу жить. " + "слово " * 2000, BOOK)
    assert found is not None
    assert found.level == "urgent"


@pytest.mark.parametrize("broken", [None, 7, b"bytes"])
def test_what_is_no_text_is_seen_by_a_person(broken: Any) -> None:
    assert read(broken, BOOK) == UNREAD


def test_rules_that_break_are_seen_by_a_person_and_say_nothing_of_her_words() -> None:
    book = book_of(Shape(near=("missing",)), here=("слово",))
    try:
        assert read("тайное слово", book) == UNREAD
    except Exception:  # noqa: BLE001
        pytest.fail(traceback.format_exc())


def test_a_rule_that_breaks_does_not_silence_the_others() -> None:
    sound = book_of(Shape(near=("here",)), here=("слово",)).packs
    broken = book_of(Shape(near=("missing",)), here=("слово",)).packs
    assert [found.rule for found in findings("слово", RuleBook((*broken, *sound)))] == ["made.up", "unread"]


def test_rules_that_cannot_read_their_own_examples_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = concern.compile_rules(BOOK)
    assert concern.unread(rules) == ""

    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(reading, "in_all_letters", fails)
    assert concern.unread(rules) in {one.rule.id for one in rules.rules.every}


def test_a_pattern_that_takes_too_long_is_seen_by_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(texts, "even", slow)
    book = book_of(Shape(near=("here",)), here=("слово",))
    assert read("слово", book) == UNREAD


@pytest.mark.parametrize("breaks", ["here", "there"])
def test_a_rule_or_a_guard_that_fails_while_it_reads_is_seen_by_a_person(
    monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    ways = reading._ways

    def fails(shape: Sought, text: texts.Text) -> object:
        if any(name.endswith(breaks) for slot in shape.near for name in slot):
            raise RuntimeError
        return ways(shape, text)

    monkeypatch.setattr(reading, "_ways", fails)
    rules = book_of(Shape(near=("sound",)), sound=("слово",), here=("слово",))
    [pack] = rules.packs
    other = Rule(id="ru.other", level="watch", why="", any_of=(Shape(near=("here",)),), must=(), must_not=())
    rules = RuleBook((Pack(pack.category, pack.language, RuleFile(pack.file.groups, (*pack.file.rules, other))),))
    guard = Guard(
        id="g",
        kind="film",
        effect="lower",
        scope="text",
        why="",
        any_of=(Shape(near=("there",)),),
        must=(),
        must_not=(),
    )
    rules = structs.replace(rules, guards={"ru": GuardFile({"there": ("слово",)}, (guard,))})
    found = findings("слово", rules)
    assert UNREAD in found
    assert "made.up" in {one.rule for one in found}


@pytest.mark.parametrize(
    "text",
    [
        "\u0301" * 4000,
        "я" + "\u0308" * 4000,
        "н" + " н" * 2000,
        "не хочу " * 500,
        "a\u0430" * 2000,
        "'" * 4096,
        "\u200b" * 4000 + "не хочу жить",
        "\ufdfa" * 4000,
        "\x00\ud800\udfff",
        "." * 4096,
        "! " * 2048,
    ],
)
def test_hostile_texts_are_read_or_handed_on(text: str) -> None:
    assert findings(text, BOOK) is not None
    found = read(f"не хочу жить. {text}", BOOK)
    assert found is not None
    assert red(found.level)


def test_marks_cannot_hide_her_words() -> None:
    found = read("не х\u0301\u0302\u0303о\u0304чу ж\u200bить", BOOK)
    assert found is not None
    assert found.level == "urgent"


@settings(deadline=None, max_examples=150)
@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    for found in findings(text, BOOK):
        assert found != UNREAD
        assert all(0 <= start < end <= len(text) for start, end in found.spans)


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="аеиожнхчуть мдкг'oaxzhi.,!\u0301 \n", max_size=60), st.text(max_size=30))
def test_her_words_are_found_wherever_they_stand(before: str, after: str) -> None:
    found = read(f"{before}. \n Имшаб худамро мекушам \n . {after}", BOOK)
    assert found is not None
    assert red(found.level)
