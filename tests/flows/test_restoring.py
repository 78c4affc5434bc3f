"""A topic that somebody deleted: the case stands in the new one again, all of it."""

from __future__ import annotations

from flows.effects import topic_of
from tests.talk import LIBRARY, Her

DESPAIR = "I don't want to live any more"


def there(her: Her, before: int) -> list[str]:
    assert her.case is not None
    return her.desk_sees(topic_of(her.case.number))[before:]


def seen(her: Her) -> int:
    assert her.case is not None
    return len(her.desk_sees(topic_of(her.case.number)))


def test_card_words_and_notes_are_shown_again() -> None:
    her = Her().joins()
    her.says(DESPAIR).desk_taps("take").says("Are you there?").desk_says("Her sister lives near", message=5)
    before = seen(her)
    first, card, *rest = there(her.topic_lost(), before)
    assert first == LIBRARY.text(her.desk_set.language, "group.topic_again")
    assert her.case is not None
    assert str(her.case.number) in card
    assert rest[:2] == [DESPAIR, "Are you there?"]
    assert rest[2].endswith("Gulru: Her sister lives near")
    assert len(rest) == 3


def test_words_open_only_after_take() -> None:
    her = Her().joins()
    her.says(DESPAIR)
    assert there(her.topic_lost(), 0) == []
