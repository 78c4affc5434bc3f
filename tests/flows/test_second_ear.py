"""The second ear: what many small signs may do beside the rules, and what they may not."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from content.library import load
from content.schema import Guard, GuardFile, Limits, Pack, Rule, RuleBook, RuleFile, Shape, Sign, Signs, WordFile
from flows import concern
from flows.concern import reading
from flows.concern.findings import SIGNS
from flows.concern.second_ear import WHOLE, SecondEar, second_ear
from flows.concern.signs import STEM, SignsOf
from flows.concern.spelling import even, split
from flows.concern.texts import in_all_letters

GROUPS: dict[str, tuple[str, ...]] = {"rope": ("верёвка",), "tonight": ("сегодня",), "sad": ("грустно",)}
LIGHT, HEAVY = "пирожки", "прощайте"
"""Words of which the made-up weights below speak against worry, and for it."""


def begins(word: str) -> str:
    return even(split(word), "cyrillic").words[0][:STEM]


LEARNT = Signs(
    categories=("self_harm", "loss"),
    start=Sign(0, 0),
    signs={
        f"={begins(LIGHT)}": Sign(-9 * WHOLE, -9 * WHOLE),
        f"={begins(HEAVY)}": Sign(9 * WHOLE, 9 * WHOLE, ((0, WHOLE),)),
    },
    limits=Limits(hear=1.0, doubt=-2.0, sure=99.0, unsure=-3.0),
)

LESS = structs.replace(LEARNT, signs={f"={begins(LIGHT)}": Sign(-5 * WHOLE, -5 * WHOLE)})
"""Weights by which the light word takes something away of many words, but not of few."""

NOT_RED = structs.replace(LEARNT, signs={f"={begins(LIGHT)}": Sign(0, -9 * WHOLE)})
"""Weights of which the light word speaks against red alone."""


def book(level: Any, *near: str, learnt: Signs | None = LEARNT) -> RuleBook:
    rule = _rule("ru.made_up", level, *near)
    return structs.replace(RuleBook((Pack("self_harm", "ru", RuleFile(GROUPS, (rule,))),)), signs=learnt)


def _rule(id: str, level: Any, *near: str) -> Rule:
    return Rule(id=id, level=level, why="", any_of=(Shape(near=near),), must=(), must_not=())


def heard(text: str, rules: RuleBook) -> tuple[str, str] | None:
    found = concern.read(text, rules)
    return (found.level, found.rule) if found is not None else None


def test_alone_it_says_watch_and_no_more() -> None:
    assert heard("ну прощайте мои милые", book("now", "rope")) == ("watch", SIGNS)
    assert heard("ну всё прощайте мои милые", book("now", "rope", learnt=None)) is None
    assert heard("ну прощайте мои", book("now", "rope")) is None, "three words are too few"


CHEERFUL = "мне грустно что кончились пирожки и чай и всё"


@pytest.mark.parametrize(
    ("learnt", "level", "left"),
    [
        (LEARNT, "watch", None),
        (LEARNT, "concern", None),
        (LEARNT, "urgent", None),
        (LEARNT, "now", None),
        (NOT_RED, "watch", "watch"),
        (NOT_RED, "concern", "concern"),
        (NOT_RED, "urgent", "concern"),
        (NOT_RED, "now", "concern"),
    ],
)
def test_it_takes_away_what_weighs_against_worry_and_leaves_concern_of_what_weighs_against_red(
    learnt: Signs, level: str, left: str | None
) -> None:
    rules = book(level, "sad", learnt=learnt)
    found = concern.read(CHEERFUL, rules)
    assert (found.level if found is not None else None) == left
    [traced] = concern.traced(CHEERFUL, rules)
    assert (traced.rule, concern.by_rules(traced).level) == ("ru.made_up", level)
    assert heard(CHEERFUL, structs.replace(rules, signs=None)) == (level, "ru.made_up")


def test_what_it_took_weight_from_stands_behind_what_it_left() -> None:
    rules = book("now", "sad", learnt=NOT_RED)
    other = Pack("severe_low_mood", "ru", RuleFile({"tea": ("чай",)}, (_rule("ru.other", "concern", "tea"),)))
    both = structs.replace(rules, packs=(*rules.packs, other))
    found = concern.read("мне грустно что кончились пирожки и чай и всё", both)
    assert found is not None
    assert (found.level, found.rule, found.was) == ("concern", "ru.other", None)
    assert (found.behind, concern.by_rules(found).level) == ("now", "now"), "it tells what stands behind it"
    plain = structs.replace(both, packs=both.packs[1:])
    assert concern.by_rules(concern.read(CHEERFUL, plain)).level == "concern"  # type: ignore[arg-type]
    taken = concern.read(CHEERFUL, structs.replace(both, signs=LEARNT))
    assert taken is None, "what is taken away altogether stands behind nothing"


def test_in_few_words_it_takes_nothing() -> None:
    text = "мне сегодня грустно где же мои пирожки"
    assert heard(text, book("now", "sad")) == ("now", "ru.made_up")
    assert heard(text, book("concern", "sad")) == ("concern", "ru.made_up")


def test_who_says_one_thing_again_and_again_says_it_still_in_few_words() -> None:
    rules = book("now", "sad", learnt=LESS)
    assert heard("мне грустно где пирожки " * 5, rules) == ("now", "ru.made_up")
    assert heard(CHEERFUL, rules) is None


@pytest.mark.parametrize("level", ["now", "urgent", "concern"])
def test_a_greeting_before_and_thanks_behind_weigh_nothing(level: str) -> None:
    greeted = "милые пирожки и всем доброго утра {} отвечайте пирожки милые"
    groups = {"opening": ("милые пирожки", "и всем доброго утра"), "closing": ("пирожки милые", "отвечайте")}
    rules = book(level, "sad", learnt=LESS)
    greets = structs.replace(rules, words={"ru": WordFile(groups)})
    long, short = "опять сегодня вечером мне одной здесь очень грустно", "мне здесь грустно пирожки"
    assert heard(greeted.format(long), rules) is None
    assert heard(greeted.format(long), greets) == (level, "ru.made_up"), "its words are not there"
    assert heard(greeted.format(short), rules) is None
    assert heard(greeted.format(short), greets) == (level, "ru.made_up"), "nor do they make a short text long"
    assert heard(greeted.format(f"{short} и чай с мёдом"), greets) is None


def test_of_a_greeting_alone_nothing_is_heard() -> None:
    words = {"ru": WordFile({"opening": ("ну", "прощайте"), "closing": ("прощайте", "мои милые")})}
    assert heard("ну прощайте прощайте мои милые", structs.replace(book("now", "rope"), words=words)) is None


def test_cheerful_sentences_around_it_take_nothing_from_the_one_a_rule_heard() -> None:
    whole = "Пекли пирожки с детьми. Мне сегодня опять грустно. Потом были ещё пирожки."
    assert heard(whole, book("urgent", "sad")) == ("urgent", "ru.made_up")


def test_nor_does_a_cheerful_beginning_without_a_full_stop() -> None:
    story = "пирожки и чай с мёдом " + "потом дети спали дома тихо "
    for learnt, left in ((LEARNT, None), (NOT_RED, ("concern", "ru.made_up"))):
        rules = book("urgent", "sad", learnt=learnt)
        assert heard(f"{story} мне сегодня опять грустно", rules) == ("urgent", "ru.made_up")
        assert heard(f"{story} и снова пирожки и мне грустно", rules) == left


def test_a_sentence_behind_many_words_is_weighed_in_its_order() -> None:
    words = [f"{letter}{letter}анка" for letter in "бвгдзклмнпрст"] * 3
    rules = concern.compile_rules(book("now", "rope"))
    signs = SignsOf(in_all_letters(" ".join(words) + ". верёвка сегодня петля", rules))
    first, second = begins("верёвка"), begins("сегодня")
    assert f"={first} {second}" in signs.among(range(len(words), len(words) + 3))[1]
    assert f"={second} {first}" not in signs.among(range(len(words), len(words) + 3))[1]


def sure() -> Signs:
    return structs.replace(LEARNT, limits=structs.replace(LEARNT.limits, sure=8.0))


def test_a_telephone_number_is_no_sentence() -> None:
    assert heard("прощайте 24 12 24 12 24 12", book("now", "rope", learnt=sure())) is None


def test_where_signs_weigh_very_much_it_is_urgent() -> None:
    text = "ну прощайте мои милые и родные"
    assert heard(text.removesuffix(" и родные"), book("now", "rope", learnt=sure())) == ("watch", SIGNS), "few words"
    found = concern.read(text, book("now", "rope", learnt=sure()))
    assert found is not None
    assert (found.level, found.rule, found.category) == ("urgent", "signs.self_harm", "self_harm")
    assert "прощайте" in [text[start:end] for start, end in found.spans]


def test_it_raises_what_a_rule_took_lightly_and_leaves_what_is_red_already() -> None:
    text = "прощайте мне очень и очень так сильно грустно"
    assert heard(text, book("concern", "sad", learnt=sure())) == ("urgent", "signs.self_harm")
    assert heard(text, book("urgent", "sad", learnt=sure())) == ("urgent", "ru.made_up")
    assert heard(text, book("now", "sad", learnt=sure())) == ("now", "ru.made_up")


def test_what_is_answered_within_a_day_it_raises_to_concern_and_no_further() -> None:
    text = "прощайте мне очень и очень так сильно грустно"
    loss = structs.replace(sure(), categories=("loss", "self_harm"))
    assert heard(text, book("concern", "rope", learnt=loss)) == ("concern", "signs.loss"), "rules heard nothing"
    assert heard(text, book("watch", "sad", learnt=loss)) == ("concern", "signs.loss")
    assert heard(text, book("concern", "sad", learnt=loss)) == ("concern", "ru.made_up")
    assert heard(text, book("now", "sad", learnt=loss)) == ("now", "ru.made_up")


def test_who_has_chosen_no_language_is_answered_in_that_of_most_groups_of_one_language() -> None:
    texts = WordFile({"everywhere": ("милые",)})
    ru = Pack("loss", "ru", RuleFile({"tea": ("чай",), "bye": ("прощайте",)}, ()))
    tg = Pack("loss", "tg", RuleFile({"dear": ("мои",)}, ()))
    common = Pack("loss", "common", RuleFile({"a": ("мои",), "b": ("чай",), "c": ("ну",)}, ()))
    rules = RuleBook((ru, tg, common), words={"tg": texts}, signs=sure())
    found = concern.read("ну прощайте мои милые и чай", rules)
    assert found is not None
    assert found.language == "ru"
    found = concern.read("ну прощайте мои милые и чай", structs.replace(rules, packs=(common,)))
    assert found is not None
    assert found.language == "", "words of one stock tell no language"


def test_its_signs_are_pieces_beginnings_groups_and_what_stands_together() -> None:
    own = Pack("self_harm", "ru", RuleFile({"own": ("петля",)}, ()))
    rules = concern.compile_rules(RuleBook((own,), words={"ru": WordFile(GROUPS)}))
    first, second, third = map(begins, ("сегодня", "верёвка", "петля"))
    signs = SignsOf(in_all_letters("сегодня верёвка. петля", rules))
    pieces, beginnings, groups, together = signs.whole()
    assert {f" {first[:2]}", first[:3], first[1:5], f" {third[:4]}"} <= pieces
    assert {f"={first}", f"={second}", f"={third}", f"={first} {second}", f"={first} {third}"} <= beginnings
    assert groups == {"@rope", "@tonight", "@self_harm/ru:own"}
    assert together == {"rope&tonight"}, "a group of one category and what stands in another sentence do not count"
    assert signs.among(range(2, 3))[2] == {"@self_harm/ru:own"}
    assert signs.among(range(1, 1)) == (frozenset(),) * 4


def test_beginnings_are_near_within_three_words_and_groups_within_ten() -> None:
    rules = concern.compile_rules(RuleBook((), words={"ru": WordFile(GROUPS)}))
    first, last = begins("верёвка"), begins("сегодня")

    def apart(words: int) -> tuple[bool, bool]:
        text = " ".join(("верёвка", *["хлеб"] * words, "сегодня"))
        _, beginnings, _, together = SignsOf(in_all_letters(text, rules)).whole()
        return f"={first} {last}" in beginnings, "rope&tonight" in together

    assert [apart(words) for words in (0, 2, 3, 9, 10)] == [
        (True, True),
        (True, True),
        (False, True),
        (False, True),
        (False, False),
    ]


def weighing(text: str, **weights: float) -> SecondEar:
    """Give the ear for a text, by an ear that has learnt these words alone; `start` is what every text weighs."""
    start = round(weights.pop("start", 0.0) * WHOLE)
    each = {f"={begins(word)}": Sign(round(weight * WHOLE), 0) for word, weight in weights.items()}
    learnt = structs.replace(LEARNT, start=Sign(start, 0), signs=each)
    ear = second_ear(in_all_letters(text, concern.compile_rules(book("now", "rope"))), learnt)
    assert ear is not None
    return ear


def test_the_weight_of_each_kind_is_shared_among_the_signs_that_are_known() -> None:
    text = "хлеб рис чай мука соль"
    assert weighing(text, хлеб=0.9).heard() is None
    assert weighing(text, хлеб=1.1).heard() is not None
    assert weighing(text, хлеб=0.9, start=0.2).heard() is not None, "what every text weighs is added"
    # Four of 0.6 each weigh 2.4 by the root of four: 1.2; of 0.4 each 0.8.
    assert weighing(text, хлеб=0.6, рис=0.6, чай=0.6, мука=0.6).heard() is not None
    assert weighing(text, хлеб=0.4, рис=0.4, чай=0.4, мука=0.4).heard() is None


def test_it_points_at_the_words_that_weighed_most_in_the_order_of_the_text() -> None:
    text = "хлеб рис чай мука соль"
    found = weighing(text, рис=2, чай=-0.5, мука=1, хлеб=3).heard()
    assert found is not None
    assert [text[start:end] for start, end in found.spans] == ["хлеб", "рис", "мука"]


def test_of_few_words_more_must_speak_against_them() -> None:
    def left(text: str, weight: int) -> str:
        speaks_against = structs.replace(LEARNT, signs={f"={begins(LIGHT)}": Sign(0, weight * WHOLE)})
        found = concern.read(text, book("now", "sad", learnt=speaks_against))
        assert found is not None
        return found.level

    assert left("мне грустно что кончились пирожки и чай всё", -4) == "concern"
    assert left("мне грустно что кончились пирожки и чай", -4) == "now"
    assert left("мне грустно что кончились пирожки и чай 24 12", -4) == "now", "figures do not count"
    assert left("мне грустно что кончились пирожки и чай", -9) == "concern"
    assert left("мне грустно пирожки кончились", -9) == "concern"
    assert left("мне грустно пирожки", -99) == "now", "of three words it says nothing"


def test_a_rule_may_be_deaf_to_it() -> None:
    text = "мне грустно что кончились пирожки и чай и всё"
    rules = book("now", "sad")
    [pack] = rules.packs
    [rule] = pack.file.rules
    firm = structs.replace(pack, file=structs.replace(pack.file, rules=(structs.replace(rule, deaf=("signs",)),)))
    assert heard(text, structs.replace(rules, packs=(firm,))) == ("now", "ru.made_up")


def test_where_it_breaks_what_rules_heard_stands_and_a_person_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(reading, "second_ear", broken)
    found = concern.findings("мне грустно что кончились пирожки и чай и всё", book("now", "sad"))
    assert [(one.level, one.rule) for one in found] == [("now", "ru.made_up"), ("watch", "unread")]


def test_a_guard_lowers_first_and_what_is_left_it_weighs_as_what_it_is() -> None:
    about = Guard(
        id="ru.over", kind="past", effect="lower", why="", any_of=(Shape(near=("tonight",)),), must=(), must_not=()
    )
    rules = book("now", "sad", learnt=NOT_RED)
    guarded = structs.replace(rules, guards={"ru": GuardFile({"tonight": ("сегодня",)}, (about,))})
    [found] = concern.traced("мне сегодня грустно что кончились пирожки и чай всё", guarded)
    assert (found.level, found.was, found.guards) == ("concern", "urgent", ("ru.over",))
    light = structs.replace(
        guarded.packs[0], file=structs.replace(guarded.packs[0].file, rules=(_rule("ru.light", "urgent", "sad"),))
    )
    lowered = structs.replace(guarded, packs=(light,), signs=LEARNT)
    assert concern.read("мне сегодня грустно что кончились пирожки и чай всё", lowered) is None


def test_what_was_learnt_for_the_bot_can_be_read_and_hears() -> None:
    rules = load().rules
    assert rules.signs is not None
    assert len(rules.signs.signs) > 10_000
    kinds = [
        sum(sign.startswith("=") for sign in rules.signs.signs),
        sum(sign.startswith("@") for sign in rules.signs.signs),
    ]
    assert min(kinds) > 100, "beginnings, and groups of words"
    words = "мне снится как хорошо им будет когда меня унесёт вода"
    assert concern.findings(words, rules, by_rules_alone=True) == ()
    assert concern.findings(words, rules) != ()


def test_of_two_as_grave_the_one_it_takes_for_much_likelier_stands_in_front() -> None:
    of_loss = Sign(0, 0, ((1, 3 * WHOLE),))
    other = Pack("loss", "ru", RuleFile({"tea": ("чай",)}, (_rule("ru.other", "now", "tea"),)))
    text = "мне грустно и чай и верёвка"

    def first(likely: Signs) -> list[tuple[str, bool]]:
        rules = structs.replace(book("now", "sad"), packs=(*book("now", "sad").packs, other), signs=likely)
        return [(found.rule, found.unlikely) for found in concern.findings(text, rules)]

    assert first(LEARNT) == [("ru.made_up", False), ("ru.other", False)], "in the order of the categories"
    much = structs.replace(LEARNT, signs={f"={begins('верёвка')}": of_loss})
    assert first(much) == [("ru.other", False), ("ru.made_up", True)]
    little = structs.replace(LEARNT, signs={f"={begins('верёвка')}": structs.replace(of_loss, each=((1, WHOLE),))})
    assert first(little) == [("ru.made_up", False), ("ru.other", False)]


def test_a_graver_one_stays_in_front_however_unlikely() -> None:
    learnt = structs.replace(LEARNT, signs={f"={begins('верёвка')}": Sign(0, 0, ((1, 9 * WHOLE),))})
    other = Pack("loss", "ru", RuleFile({"tea": ("чай",)}, (_rule("ru.other", "urgent", "tea"),)))
    rules = structs.replace(book("now", "sad", learnt=learnt), packs=(*book("now", "sad").packs, other))
    assert heard("мне грустно и чай и верёвка", rules) == ("now", "ru.made_up")


def test_what_it_took_from_her_last_words_is_not_given_back_because_she_wrote_before() -> None:
    text = "мне грустно что кончились пирожки и чай и всё"
    for learnt, left in ((NOT_RED, "concern"), (LEARNT, None)):
        rules = book("now", "sad", learnt=learnt)
        alone = concern.read(text, rules)
        assert (alone.level if alone is not None else None) == left
        assert concern.read_after(["добрый день"], text, rules) == alone
    both = concern.read_after(
        ["это я про верёвку"], "и пирожки и пирожки и пирожки и сегодня", book("now", "rope", "tonight")
    )
    assert both is None, "words too far from each other"
    both = concern.read_after(["вот она верёвка"], "пирожки", book("now", "rope"))
    assert both is None, "what she said before lies before it as a whole"
    both = concern.read_after(
        ["вот она верёвка"], "сегодня пирожки и пирожки и пирожки и пирожки", book("now", "rope", "tonight")
    )
    assert both is not None
    assert (both.level, both.was, both.joined) == ("concern", "now", True), "it weighs what is heard together"
