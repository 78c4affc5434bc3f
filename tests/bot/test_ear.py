"""A sentence sent in pieces is one sentence; what others said, or what was said long ago, is not part of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import structs

from bot import ear
from content.library import load
from flows import concern

RULES = structs.replace(concern.compile_rules(load().rules), signs=None)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def hear(*said: tuple[str, int, float]) -> list[str | None]:
    it = ear.Ear(RULES)
    found = [it.heard(text, chat, NOON + timedelta(minutes=minute), n) for n, (text, chat, minute) in enumerate(said)]
    return [one.level if one else None for one in found]


def test_pieces_are_read_together() -> None:
    assert hear(("не хочу больше", 1, 0), ("жить", 1, 1)) == [None, "urgent"]
    assert hear(("не", 1, 0), ("хочу", 1, 1), ("жить", 1, 2)) == [None, None, "urgent"]


def test_pieces_of_others_or_of_long_ago_are_not() -> None:
    assert hear(("не хочу больше", 1, 0), ("жить", 2, 1)) == [None, None]
    assert hear(("не хочу больше", 1, 0), ("жить", 1, 11)) == [None, None]


def test_what_was_flagged_is_not_flagged_again_by_the_next_words() -> None:
    assert hear(("не хочу жить", 1, 0), ("спасибо вам", 1, 1)) == ["urgent", None]


def test_commands_are_no_pieces_of_what_she_says() -> None:
    assert hear(*(("/calm", 1, minute) for minute in range(5))) == [None] * 5
    assert hear(("не хочу больше", 1, 0), ("/calm@family_bot", 1, 1), ("жить", 1, 2)) == [None, None, "urgent"]


def test_spans_are_those_of_the_last_piece() -> None:
    found = concern.read_after(["не хочу больше"], "  жить", RULES)
    assert found is not None
    assert found.spans == ((2, 6),)


def test_what_came_before_can_only_raise() -> None:
    found = concern.read_after(["ладно"], "Имшаб худамро мекушам", RULES)
    assert found is not None
    assert found == concern.read("Имшаб худамро мекушам", RULES)


def test_a_finding_says_whether_it_is_there_only_together() -> None:
    together = concern.read_after(["не хочу больше"], "жить", RULES)
    alone = concern.read_after(["ладно"], "не хочу жить", RULES)
    assert together is not None
    assert alone is not None
    assert (together.joined, alone.joined) == (True, False)


def test_it_remembers_so_many_people_and_no_more(monkeypatch) -> None:
    monkeypatch.setattr(ear, "PEOPLE", 2)
    assert hear(("не хочу больше", 1, 0), ("а", 2, 0), ("б", 3, 0), ("жить", 1, 1))[-1] is None


def test_nothing_of_whoever_is_silent_stays_in_memory() -> None:
    it = ear.Ear(RULES)
    for chat in range(5):
        it.heard("не хочу больше", chat, NOON + timedelta(minutes=chat), 1)
    it.heard("салом", 9, NOON + timedelta(minutes=13), 1)
    assert [*it._said] == [3, 4, 9]


def test_nor_where_nobody_writes_any_more() -> None:
    it = ear.Ear(RULES)
    it.heard("не хочу больше", 1, NOON, 1)
    it.let_go(NOON + timedelta(minutes=10))
    assert it._said
    it.let_go(NOON + timedelta(minutes=11))
    assert not it._said


def test_a_typed_command_is_no_piece_of_a_sentence() -> None:
    it = ear.Ear(RULES)
    assert it.heard("/family", 1, NOON, 1) is None
    assert it.heard("/delete", 1, NOON, 2) is None
    assert "/delete" not in str(it._said)


def test_a_command_of_somebody_else_lets_old_words_go_too() -> None:
    it = ear.Ear(RULES)
    it.heard("не хочу больше", 1, NOON, 1)
    it.heard("/calm", 2, NOON + timedelta(minutes=11), 1)
    assert not it._said


def test_of_who_goes_on_talking_old_words_are_let_go() -> None:
    it = ear.Ear(RULES)
    for minute in (0, 8, 16):
        it.heard(f"слово {minute}", 1, NOON + timedelta(minutes=minute), minute)
    assert [piece.text for piece in it._said[1]] == ["слово 8", "слово 16"]


def test_a_message_is_no_piece_of_itself() -> None:
    it = ear.Ear(RULES)
    assert it.heard("не хочу больше", 1, NOON, 5) is None
    assert it.heard("не хочу больше", 1, NOON, 5) is None, "a second delivery"
    assert it.heard("спать можно", 1, NOON + timedelta(minutes=1), 5) is None, "changed"
    assert [piece.text for piece in it._said[1]] == ["спать можно"]
    it.heard("не хочу больше", 1, NOON + timedelta(minutes=2), 6)
    found = it.heard("жить", 1, NOON + timedelta(minutes=3), 7)
    assert found is not None
    assert found.level == "urgent"


def test_pieces_as_long_as_a_message_may_be_hide_nothing() -> None:
    for length in (4000, 4090, 4096, 9000):
        earlier = "не хочу больше".rjust(length, ".")
        found = concern.read_after([earlier], "жить", RULES)
        assert found is not None
        assert found.level == "urgent", length
    assert concern.read_after(["не хочу больше"], "ж" * 4095, RULES) is None


def test_what_is_graver_together_is_heard_though_the_last_words_are_grave() -> None:
    found = concern.read_after(["нож у меня в руке"], "муж меня бьет", RULES)
    assert found is not None
    assert found.level == "now"


def test_where_reading_together_fails_a_person_looks(monkeypatch) -> None:
    whole = concern.reading.in_all_letters

    def fails(text: str, rules: concern.Rules) -> object:
        if len(text) > 10:
            raise RuntimeError
        return whole(text, rules)

    monkeypatch.setattr(concern.reading, "in_all_letters", fails)
    found = concern.read_after(["и хорошо"], "и ладно", RULES)
    assert found is not None
    assert (found.level, found.rule) == (concern.UNREAD.level, concern.UNREAD.rule)


def test_what_cannot_be_read_is_told_to_whoever_keeps_the_bot_without_a_word_of_it(caplog) -> None:
    it = ear.Ear(RULES)
    it.heard("кӯдакам хоб рафт", 1, NOON, 1)
    assert not caplog.records
    it.heard("гул " * 2000, 1, NOON, 2)
    (record,) = caplog.records
    assert (record.name, record.levelname, record.args) == ("bot.ear", "WARNING", ())
    assert "гул" not in caplog.text
