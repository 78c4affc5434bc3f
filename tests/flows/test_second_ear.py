"""The second ear: what many small signs may do beside the rules, and what they may not."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from content.schema import Pack, Rule, RuleBook, RuleFile, Shape, Signs, Weights
from flows import concern
from flows.concern.signs import SIGNS
from flows.concern.spelling import even

GROUPS = {"rope": ("верёвка",), "tonight": ("сегодня",), "sad": ("грустно",)}
LIGHT, HEAVY = "пирожки", "прощайте"
"""Words of which the made-up weights below speak against worry, and for it."""


def weights(**signs: float) -> Weights:
    return Weights(0.0, {f"={even(word, 'cyrillic').words[0]}": weight for word, weight in signs.items()})


LEARNT = Signs(
    worry=weights(**{LIGHT: -9.0, HEAVY: 9.0}),
    red=weights(**{HEAVY: 9.0}),
    kinds={"self_harm": weights(**{HEAVY: 1.0}), "loss": weights()},
    watch=1.0,
    doubt=-1.0,
    sure=1.0,
)


def book(level: Any, *near: str, signs: Signs | None = LEARNT) -> RuleBook:
    rule = Rule(id="ru.made_up", level=level, why="", any_of=(Shape(near=near),), must=(), must_not=())
    return structs.replace(
        RuleBook((Pack("self_harm", "ru", RuleFile(GROUPS, (rule,))),)),
        signs=signs,
    )


def heard(text: str, rules: RuleBook) -> tuple[str, str] | None:
    found = concern.read(text, rules)
    return (found.level, found.rule) if found is not None else None


def test_alone_it_says_watch_and_no_more() -> None:
    assert heard("ну всё прощайте мои", book("now", "rope")) == ("watch", SIGNS)
    assert heard("ну всё прощайте мои", book("now", "rope", signs=None)) is None
    assert heard("прощайте мои", book("now", "rope")) is None, "two words are too few"


@pytest.mark.parametrize(
    ("level", "left"), [("watch", None), ("concern", "watch"), ("urgent", "concern"), ("now", "now")]
)
def test_what_it_doubts_loses_one_level_and_now_loses_none(level: str, left: str | None) -> None:
    rules = book(level, "sad")
    found = concern.read("мне грустно кончились пирожки и чай", rules)
    assert (found.level if found is not None else None) == left
    [traced] = concern.traced("мне грустно кончились пирожки и чай", rules)
    assert traced.rule == "ru.made_up"
    assert (SIGNS in traced.guards) == (level != "now")
    assert heard("мне грустно кончились пирожки и чай", structs.replace(rules, signs=None)) == (level, "ru.made_up")


def test_cheerful_sentences_around_it_take_nothing_from_the_one_a_rule_heard() -> None:
    whole = "Пекли пирожки с детьми. Мне сегодня опять грустно. Потом были ещё пирожки."
    assert heard(whole, book("urgent", "sad")) == ("urgent", "ru.made_up")


def test_where_a_red_rule_is_half_met_it_is_urgent() -> None:
    rules = book("now", "rope", "tonight", "sad")
    assert heard("верёвка прощайте мне очень и очень так сильно грустно", rules) == ("urgent", "signs.self_harm")
    found = concern.read("верёвка прощайте мне очень и очень так сильно грустно", rules)
    assert found is not None
    assert (found.category, found.language) == ("self_harm", "ru")
    assert [("верёвка прощайте мне очень и очень так сильно грустно")[start:end] for start, end in found.spans] == [
        "верёвка",
        "грустно",
    ]


@pytest.mark.parametrize(
    ("why", "text", "level", "near"),
    [
        ("too few words", "верёвка прощайте очень очень грустно", "now", ("rope", "tonight", "sad")),
        ("one group of a rule", "верёвка прощайте мои дорогие и милые", "now", ("rope", "tonight")),
        (
            "a rule that is not red",
            "верёвка прощайте очень и очень и очень грустно",
            "concern",
            ("rope", "tonight", "sad"),
        ),
    ],
)
def test_with_less_than_that_it_stays_watch(why: str, text: str, level: str, near: tuple[str, ...]) -> None:
    assert heard(text, book(level, *near)) == ("watch", SIGNS), why


def test_of_another_category_than_the_rules_it_stays_watch() -> None:
    other = structs.replace(LEARNT, kinds={"loss": weights(**{HEAVY: 1.0})})
    text = "верёвка прощайте мне очень и очень так сильно грустно"
    assert heard(text, book("now", "rope", "tonight", "sad", signs=other)) == ("watch", SIGNS)
