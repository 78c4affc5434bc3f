"""The content check: each rule refuses what it is there for, and leaves good writing alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from content import check
from content.library import HERE
from content.tree import Tree, open_as

CHECKS = open_as(Tree(HERE), HERE / "checks.yaml", check.Checks)


def broken(language: str, text: str, *tags: str) -> set[str]:
    """Name the rules that `text` breaks."""
    line = check.Line(Path("made/up.yaml"), "made.up", language, text, frozenset(tags), frozenset())
    rules = CHECKS.languages[language]
    return {rule for rule, _ in check.judge(line, CHECKS, rules) if not line.tags & set(CHECKS.exempt[rule])}


@pytest.mark.parametrize(
    ("language", "text", "rule"),
    [
        ("tg", "Цирк омад.", "alphabet"),
        ("tg", "Щётка ҳаст.", "alphabet"),
        ("tg", "Ин сухaн аст.", "lookalikes"),
        ("ru", "Слoво.", "lookalikes"),
        ("tg", "Њафта гузашт.", "lookalikes"),
        ("tg", "Бози\u0304 кунед.", "nfc_spaces"),
        ("ru", "Два  пробела.", "nfc_spaces"),
        ("ru", "Пробел , тут.", "nfc_spaces"),
        ("ru", 'Кавычки "тут".', "nfc_spaces"),
        ("ru", "Тире - вот.", "nfc_spaces"),
        ("en", "Wait...", "nfc_spaces"),
        ("tg", "Хастагӣи ман.", "y_macron"),
        ("tg", "Кудакатон хуб аст.", "lost_letters"),
        ("tg", "Имруз омадед.", "lost_letters"),
        ("tg", "Як бор кушед.", "danger_pairs"),
        ("tg", "Баъд бадтар нависед.", "danger_pairs"),
        ("tg", "Бо кӯдак хоб кардан лозим нест.", "danger_pairs"),
        ("tg", "Шумо бояд нависед.", "banned_words"),
        ("ru", "Вы должны написать.", "banned_words"),
        ("en", "You must write.", "banned_words"),
        ("ru", "Напиши, если ты хочешь.", "address"),
        ("tg", "Азизам, салом.", "address"),
        ("ru", "Вы не одна.", "ru_gender"),
        ("ru", "Вы сами или сама.", "ru_gender"),
        ("ru", "Я прочитала это.", "ru_gender"),
        ("ru", "Вы поделился(ась).", "ru_gender"),
        ("en", "word " * 61, "length"),
        ("en", "one two three four five six seven eight nine ten " * 2 + "end.", "length"),
        ("tg", "Як ҷумла менависам ва мефиристам", "length"),
        ("en", "Your baby has a page.", "preview60"),
        ("tg", "Дилатон чӣ хел?", "preview60"),
        ("ru", "{name}, есть ответ.", "preview60"),
        ("tg", "Ин слово аст, когда вы дома.", "variables"),
        ("tg", "Ин good page аст.", "variables"),
        ("ru", "Это ҳафта.", "variables"),
        ("ru", "Подождите 20 и потом.", "numbers_shout"),
        ("ru", "Позвоните 103.", "numbers_shout"),
        ("en", "Call +992 37 221 00 00.", "numbers_shout"),
        ("ru", "НАЖМИТЕ кнопку.", "numbers_shout"),
        ("ru", "Ребенок спит.", "numbers_shout"),
        ("en", "Well done! Really!", "numbers_shout"),
        ("en", "Here 🙂🙂", "numbers_shout"),
        ("uz", "Сиз ҳам shu yerda.", "alphabet"),
        ("uz", "Bu yo'l yaxshi.", "nfc_spaces"),
        ("uz", "Bu toʼgʼri gap.", "lost_letters"),
        ("uz", "Maʻlumot bor.", "lost_letters"),
        ("uz", "Vaqt bolsa, oching.", "lost_letters"),
        ("uz", "Bolani silkitib uxlating.", "danger_pairs"),
        ("uz", "Uxlashingiz kerak.", "banned_words"),
        ("uz", "Xohlasang, sen yoz.", "address"),
        ("uz", "Koʻnglingiz qanday?", "preview60"),
        ("uz", "Sizga javob bor, and more.", "variables"),
    ],
)
def test_a_rule_refuses(language: str, text: str, rule: str) -> None:
    tags = {"preview60": ("push",), "length": ("button",)}.get(rule, ())
    assert rule in broken(language, text, *tags)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("tg", "Хастагии дил гоҳ меояд, гоҳ меравад."),
        ("tg", "Бозии дудақиқагӣ: оҳиста то ҳафт шуморед."),
        ("tg", "Кӯдакро 20 дақиқа дошта истед, ман каме дам гирам."),
        ("tg", "«Ҳозир ёрӣ лозим»-ро пахш кунед ё занг занед: {emergency}."),
        ("tg", "Дар Telegram ба ман нависед."),
        ("ru", "Подержите малыша 20 минут, я отдохну."),
        ("ru", "Вот один час и одно слово. Сообщение прочитано."),
        ("ru", "Сказать «мне трудно» — не грех и не жалоба."),
        ("ru", "Скажите тихо: «Я тебя вижу»."),
        ("ru", "Страница готова. Лишь бы хватило сил."),
        ("en", "You can call at any time: {emergency}. It's near."),
        ("en", "We read from {opens} to {closes}."),
        ("uz", "Yozish shart emas, javob oʻzingizda qolsa ham boʻladi."),
        ("uz", "Biz soat {opens} dan {closes} gacha oʻqiymiz."),
    ],
)
def test_good_writing_passes(language: str, text: str) -> None:
    assert broken(language, text) == set()


def test_a_tag_frees_a_text_from_a_rule() -> None:
    assert "banned_words" in broken("ru", "Вы должны позвонить врачу.")
    assert broken("ru", "Вы должны позвонить врачу.", "danger_sign") == set()
    assert broken("en", "NOW: case 0413 waits, you must look", "staff") == set()


def test_an_emoji_has_no_place_in_a_safety_text() -> None:
    assert broken("en", "Thank you 🙂") == set()
    assert broken("en", "Thank you 🙂", "safety") == {"numbers_shout"}


def test_a_reason_beside_the_text_frees_it(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    (folder / "strings/en").mkdir(parents=True)
    (folder / "languages.yaml").write_text("- {code: en, name: English, source: true}", encoding="utf-8")
    strings = folder / "strings/en/words.yaml"
    strings.write_text("law: You must be told.", encoding="utf-8")
    assert any(fault.place == "law" for fault in check.faults(folder))
    strings.write_text("law: {text: You must be told., lint_ok: {banned_words: the law's own word}}", encoding="utf-8")
    assert not any(fault.place == "law" for fault in check.faults(folder))


def test_one_language_is_not_another(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    for code in ("en", "ru"):
        (folder / "strings" / code).mkdir(parents=True)
    (folder / "languages.yaml").write_text(
        "[{code: en, name: English, source: true}, {code: ru, name: Русский}]", encoding="utf-8"
    )
    for code in ("en", "ru"):
        (folder / f"strings/{code}/words.yaml").write_text("hello: Good morning", encoding="utf-8")
    said = [str(fault) for fault in check.faults(folder)]
    assert "content/strings/ru/words.yaml: hello: is the same as in en. Translate it [variables]" in said


def test_new_translations_and_approvals_of_nothing_are_told_with_the_rest(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    for code, words in (("en", "hello: Good morning"), ("ru", "hello: Доброе утро")):
        (folder / "strings" / code).mkdir(parents=True)
        (folder / f"strings/{code}/words.yaml").write_text(words, encoding="utf-8")
    (folder / "languages.yaml").write_text(
        "[{code: en, name: English, source: true}, {code: ru, name: Русский}]", encoding="utf-8"
    )
    for file, words in (
        ("reviews/ru/approved.yaml", "gone: {by: Made Up, role: lawyer, on: 2026-03-02, words: '0'}"),
        ("back/ru/strings/words.yaml", "gone: never said"),
    ):
        (folder / file).parent.mkdir(parents=True)
        (folder / file).write_text(words, encoding="utf-8")
    said = "\n".join(map(str, check.faults(folder)))
    assert "content/strings/ru/words.yaml: 1 new texts in ru: hello." in said
    assert "content/reviews/ru/approved.yaml: gone: there is no such part" in said
    assert "content/back/ru/strings/words.yaml: gone: there is no such text" in said


def test_what_a_rule_does_not_need_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    (folder / "languages.yaml").parent.mkdir(parents=True)
    (folder / "languages.yaml").write_text("- {code: en, name: English, source: true}", encoding="utf-8")
    pack = folder / "concern/self_harm/en.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text(
        """
groups: {end: [no more, at last, no more], idle: [bench]}
rules:
  - id: en.end
    level: watch
    why: Invented.
    any_of: [{near: [end]}]
    must: [no more, at last, at last now, no more then]
    must_not: [some, any, few, many]
""",
        encoding="utf-8",
    )
    said = "\n".join(map(str, check.faults(folder)))
    assert "content/concern/self_harm/en.yaml: idle: no rule of this file names this group." in said
    assert "content/concern/self_harm/en.yaml: end: has a term twice: no more. Leave it once" in said
    assert "end: no rule" not in said
