"""The parts rules are made of: forms of words, ages and heat, guards, groups that languages share."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from content.schema import Guard, GuardFile, Measure, MeasureFile, Pack, Rule, RuleBook, RuleFile, Shape, WordFile
from flows import concern
from flows.concern.findings import Span
from flows.concern.forms import stems
from flows.concern.spelling import even, split


def rule(*shapes: Shape, **more: Any) -> Rule:
    return Rule(**({"id": "made.up", "level": "urgent", "why": ""} | more), any_of=shapes, must=(), must_not=())


def book(
    *rules: Rule,
    groups: dict[str, tuple[str, ...]] | None = None,
    language: str = "ru",
    words: dict[str, WordFile] | None = None,
    guards: dict[str, GuardFile] | None = None,
    measures: MeasureFile | None = None,
) -> RuleBook:
    letters = "latin" if language == "en" else "cyrillic"
    pack = Pack("self_harm", language, RuleFile(groups or {}, rules, letters))
    return RuleBook((pack,), words or {}, guards or {}, measures or MeasureFile({}, {}, {}))


# -- terms ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "term", "text"),
    [
        ("ru", "муж~", "с мужем"),
        ("ru", "ударить~", "он ударил"),
        ("ru", "ребёнок~", "с rebenkom"),
        ("tg", "шавҳар~", "шавҳарамро"),
        ("tg", "шавҳар~", "shavharam"),
        ("tg", "кӯдак~", "кудаконам"),
        ("tg", "зан~", "мезанад"),
        ("uz", "er~", "erimga"),
        ("uz", "bola~", "bolalarimni"),
        ("uz", "ўлдир~", "o'ldiraman"),
        ("en", "hit~", "he hits"),
        ("ru", "удар*", "ударила"),
        ("tg", "*куш", "худкуш"),
        ("ru", "не хочу", "нехочу"),
        ("tg", "намехоҳам", "на мехоҳам"),
        ("tg", "намехоҳам", "наме хоҳам"),
        ("ru", "что-нибудь", "что нибудь"),
        ("ru", "хочу", "xo4u"),
        ("ru", "))", "ну да)))"),
    ],
)
def test_a_term_is_found_in_her_words(language: str, term: str, text: str) -> None:
    assert concern.read(text, book(rule(Shape(near=("it",))), groups={"it": (term,)}, language=language))


@pytest.mark.parametrize(
    ("language", "term", "text"),
    [
        ("ru", "муж", "с мужем"),
        ("tg", "мехоҳам", "намехоҳам"),
        ("tg", "хоҳ~", "намехоҳам"),
        ("uz", "xohla~", "xohlamayman"),
        ("ru", "удар*", "подударила"),
        ("ru", "муж~", "мужество"),
    ],
)
def test_a_term_is_not_found_in_other_words(language: str, term: str, text: str) -> None:
    assert concern.read(text, book(rule(Shape(near=("it",))), groups={"it": (term,)}, language=language)) is None


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("муж ударилребёнка", [(0, 3), (4, 17), (4, 17)]),
        ("а мужударил ребёнка", [(2, 11), (2, 11), (12, 19)]),
        ("мужударилребёнка", None),
        ("моймуж ударил ребёнка", None),
        ("муж ударилсябок", None),
    ],
)
def test_two_words_without_a_space_are_two_where_each_is_one_of_ours(text: str, spans: list[Span] | None) -> None:
    groups = {"he": ("муж~",), "hits": ("ударить~",), "child": ("ребёнок~",)}
    found = concern.read(text, book(rule(Shape(near=("he", "hits", "child"))), groups=groups))
    assert (found and list(found.spans)) == spans


def test_a_sign_of_feeling_in_the_midst_breaks_no_saying() -> None:
    groups = {"it": ("не хочу жить",), "laughs": ("😂",)}
    text = "я не 😢 хочу 😢😢 жить, всё"
    found = concern.read(text, book(rule(Shape(near=("it",), gap=0)), groups=groups))
    assert found is not None
    assert [text[start:end] for start, end in found.spans] == ["не 😢 хочу 😢😢 жить"]
    laughing = book(rule(Shape(near=("it",), unless=("laughs",), reach=1)), groups=groups)
    assert concern.read("я не 😂 хочу жить, всё", laughing) is None, "it stands behind its clause"
    assert concern.read("😂 ну, я не хочу жить", laughing) is not None


def test_a_word_that_begins_as_one_of_ours_is_cut_behind_that_or_not_at_all() -> None:
    groups = {"hits": ("ударить~",), "child": ("ребёнок~",), "cry": ("плач*",)}
    hits = Shape(near=("hits", "child"))
    assert concern.read("ударилребёнка", book(rule(hits), groups=groups))
    assert concern.read("ударилребёнка", book(rule(hits), groups=groups | {"cry": ("удар*",)}))
    assert concern.read("ударилребёнка", book(rule(hits), groups=groups | {"cry": ("ударилреб*",)})) is None


def test_endings_never_leave_less_than_two_letters() -> None:
    assert min(map(len, stems("ман", "tg") | stems("ата", "uz"))) == 2


def test_numbers_stand_apart_from_what_is_written_to_them() -> None:
    assert even(split("38градус 10kunlik 38,5"), "cyrillic").words == ["38", "градус", "10", "кунлик", "38,5"]


def test_groups_of_one_name_are_one_in_all_languages_with_the_same_letters() -> None:
    words = {
        "tg": WordFile({"husband": ("шавҳар~",), "hits": ("мезанад",)}),
        "ru": WordFile({"husband": ("муж~",), "hits": ("бьёт",)}),
    }
    mixed = book(rule(Shape(near=("husband", "hits"))), words=words)
    assert concern.read("муж маро мезанад", mixed)
    assert concern.read("шавҳарам бьёт", mixed)


def test_a_slot_may_be_one_of_several_groups() -> None:
    either = book(rule(Shape(near=("a|b", "c"))), groups={"a": ("муж",), "b": ("свекровь",), "c": ("бьёт",)})
    assert concern.read("свекровь бьёт", either)
    assert concern.read("муж бьёт", either)
    assert concern.read("бьёт", either) is None


def test_what_a_greeting_sounds_like_is_not_looked_for() -> None:
    hits = Shape(near=("hits",), unless=("year",), reach=9)
    words = {"tg": WordFile({"year": ("солам",), "opening": ("салом", "салом апаҷон"), "hits": ("мезанад",)})}
    plain = {"tg": WordFile({group: terms for group, terms in words["tg"].groups.items() if group != "opening"})}
    for text in ("салом мезанад", "салом! салом апаҷон, шӯям мезанад"):
        found = concern.read(text, book(rule(hits), words=words))
        assert found is not None
        assert [text[start:end] for start, end in found.spans] == ["мезанад"]
        assert concern.read(text, book(rule(hits), words=plain)) is None
    assert concern.read("ду солам салом мезанад", book(rule(hits), words=words)) is None, "only before everything else"


def test_a_name_is_put_aside_with_the_words_before_it() -> None:
    named = {"ru": WordFile({"naming": ("меня зовут",), "calls": ("зовут",)})}
    hits = Shape(near=("hits",), unless=("calls", "name"), reach=9)
    groups = {"hits": ("бьёт",), "name": ("Лола",)}
    assert concern.read("меня зовут Лола муж бьёт", book(rule(hits), groups=groups, words=named))
    assert concern.read("муж бьёт меня зовут Лола", book(rule(hits), groups=groups, words=named)) is None
    assert concern.read("меня зовут", book(rule(hits), groups=groups, words=named)) is None


def test_who_says_how_old_she_is_is_not_who_is_a_year_old() -> None:
    ages = MeasureFile({}, {"year": ("сола",)}, {"grown": Measure("age", 6575, 36500)})
    words = {"tg": WordFile({"introducing": ("ман",), "ill": ("намемакад",)})}
    ill = Shape(near=("ill",), unless=("#year",), reach=9)
    for text, is_heard in (
        ("ман 24 сола бачам намемакад", True),
        ("24 сола ман бачам намемакад", True),
        ("24 сола бачам намемакад", False),
        ("ман 14 сола бачам намемакад", False),
        ("бачам 2 сола намемакад", False),
        ("намемакад ман 24 сола", False),
    ):
        found = concern.read(text, book(rule(ill), words=words, measures=ages))
        assert (found is not None) is is_heard, text


# -- ages and heat ----------------------------------------------------------------------------------------------------

MEASURES = MeasureFile(
    {"2": ("ду", "two", "две")},
    {"day": ("рӯза", "дней", "days"), "month": ("месяца", "моҳа"), "week": ("недели", "ҳафта")},
    {"small": Measure("age", 0, 60), "hot": Measure("heat", 37.5, 43)},
)


@pytest.mark.parametrize(
    ("text", "small", "hot"),
    [
        ("ему 10 дней и 38,5", True, True),
        ("10рӯза, 39.2", True, True),
        ("ду ҳафта", True, False),
        ("3 месяца 36,6", False, False),
        ("моҳа 2", False, False),
        ("ему 38 недели", False, False),
        ("в 38 лет", False, True),
        ("цена 100", False, False),
    ],
)
def test_numbers_count(text: str, small: bool, hot: bool) -> None:
    for name, wanted in (("#small", small), ("#hot", hot)):
        assert bool(concern.read(text, book(rule(Shape(near=(name,))), measures=MEASURES))) is wanted


# -- guards -----------------------------------------------------------------------------------------------------------


def guarded(effect: str, kind: str = "lesson", scope: str = "clause", level: str = "now", **more: Any) -> RuleBook:
    guard = Guard("ru.guard", kind, effect, "", (Shape(near=("film",)),), (), (), scope, **more)  # type: ignore[arg-type]
    return book(
        rule(Shape(near=("kill",)), level=level),
        rule(Shape(near=("hit",)), id="made.hit", level="urgent"),
        groups={"kill": ("убить",), "hit": ("бьёт",)},
        guards={"ru": GuardFile({"film": ("фильм",)}, (guard,))},
    )


@pytest.mark.parametrize(("effect", "level"), [("lower", "urgent"), ("watch", "watch")])
def test_a_guard_lowers(effect: str, level: str) -> None:
    found = concern.read("фильм убить", guarded(effect))
    assert found is not None
    assert (found.level, found.guards) == (level, ("ru.guard",))


def test_a_guard_that_clears_leaves_nothing_but_a_trace() -> None:
    assert concern.read("фильм убить", guarded("clear")) is None
    assert [one.level for one in concern.traced("фильм убить", guarded("clear"))] == ["none"]


def test_an_idiom_that_is_cleared_is_one_of_which_she_is_asked() -> None:
    found = concern.read("фильм убить", guarded("clear", kind="idiom"))
    assert found is not None
    assert (found.level, found.category) == ("none", "idiom")


def test_a_guard_counts_in_its_scope_only() -> None:
    for scope, levels in (("clause", (None, "now", "now")), ("sentence", (None, None, "now")), ("text", (None,) * 3)):
        found = [concern.read(text, guarded("clear", scope=scope)) for text in _THREE]
        assert tuple(one.level if one else None for one in found) == levels


_THREE = ("фильм убить", "фильм, убить", "Фильм. Убить")


def test_a_guard_counts_for_its_categories_only() -> None:
    found = concern.read("фильм убить", guarded("clear", categories=("loss",)))
    assert found is not None
    assert found.level == "now"


def test_a_guard_takes_nothing_while_another_rule_fires_unguarded() -> None:
    found = concern.findings("фильм убить. Бьёт", guarded("clear"))
    assert [one.level for one in found] == ["now", "urgent"]


def test_a_way_no_guard_stands_beside_counts() -> None:
    found = concern.read("фильм убить. Убить", guarded("clear"))
    assert found is not None
    assert found.level == "now"


def test_a_rule_may_be_deaf_to_a_guard() -> None:
    one = guarded("clear")
    deaf = book(
        rule(Shape(near=("kill",)), deaf=("lesson",)),
        groups={"kill": ("убить",)},
        guards=one.guards,
    )
    assert concern.read("фильм убить", deaf)


def test_a_guard_that_breaks_takes_no_weight_and_is_seen() -> None:
    broken = guarded("clear")
    broken.guards["ru"].groups.clear()
    found = concern.findings("фильм убить", broken)
    assert [one.rule for one in found] == ["made.up", "unread"]


# -- the check --------------------------------------------------------------------------------------------------------


def test_examples_that_do_not_hold_are_named() -> None:
    wrong = Rule("ru.wrong", "watch", "", (Shape(near=("a",)),), ("бочка",), ("арбуз",))
    found = concern.faults(book(wrong, groups={"a": ("арбуз",)}))
    assert found == [
        "content/concern/self_harm/ru.yaml: ru.wrong: must match «бочка»",
        "content/concern/self_harm/ru.yaml: ru.wrong: must not match «арбуз»",
    ]


def test_a_danger_behind_many_harmless_ways_is_heard_or_seen_by_a_person() -> None:
    guard = Guard(
        id="ru.film",
        kind="film",
        effect="clear",
        scope="sentence",
        why="",
        any_of=(Shape(near=("film",)),),
        must=(),
        must_not=(),
    )
    groups = {"kill": ("убить",)}
    rules = structs.replace(
        book(rule(Shape(near=("kill",))), groups=groups), guards={"ru": GuardFile({"film": ("фильм",)}, (guard,))}
    )
    for many in (1, 11, 12, 13, 49):
        found = concern.read("фильм убить. " * many + "Убить", rules)
        assert found is not None
        assert found.level == rules.packs[0].file.rules[0].level, many
    found = concern.read("фильм убить. " * 60 + "Убить", rules)
    assert found is not None
    assert found == concern.UNREAD
