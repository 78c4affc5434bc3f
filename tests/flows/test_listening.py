"""Listen: under the very words somebody has recorded, in her language; a tap brings the voice and moves nothing."""

from __future__ import annotations

import pytest
from msgspec import structs

from content.courses import Part
from content.passages import mark
from flows.effects import Become, Send
from flows.model import Message, Place
from tests.talk import LIBRARY, Her, to_her

LISTEN = LIBRARY.text("en", "listen.button")
GAME = "voice:game"


def records(her: Her, part: Part, wanted: str = "a", *, week: int = 1, file: str = GAME, language: str = "en") -> str:
    """Somebody records a part of the mothers' programme; the mark of its words."""
    made = mark(language, LIBRARY.programme("mums").bubbles(week, part, language, (wanted,)))  # type: ignore[arg-type]
    her.desk_set = structs.replace(her.desk_set, recorded={**her.desk_set.recorded, made: file})
    return made


def with_listen(her: Her) -> list[str]:
    """The newest messages to her that have the button."""
    found = [send.message for send in to_her(her.effects)]
    return [one.text for one in found if any(key.label == LISTEN for row in one.buttons for key in row)]


@pytest.fixture
def her() -> Her:
    return Her().joins()


def reads(her: Her) -> Her:
    """The first page, up to its game."""
    return her.is_due("session").taps("Open").taps("Show it")


def test_it_stands_under_the_last_message_of_the_part_and_nowhere_else(her: Her) -> None:
    records(her, "play")
    reads(her).quietly()
    assert with_listen(her) == [LIBRARY.programme("mums").bubbles(1, "play", "en")[-1]]
    her.is_due("session").taps("Open").quietly()
    assert with_listen(her) == []


@pytest.mark.parametrize(("wanted", "language"), [("b", "en"), ("a", "ru")])
def test_the_voice_of_other_words_is_not_offered(her: Her, wanted: str, language: str) -> None:
    """Those of another age, another language; so of words that have changed since."""
    records(her, "play", wanted, language=language)
    reads(her)
    assert LISTEN not in her.keyboard


def test_a_tap_brings_the_voice_and_the_conversation_stands_where_it_stood(her: Her) -> None:
    records(her, "reflect")
    her.is_due("session").taps("Open").quietly()
    before = her.kept.places
    her.taps(LISTEN)
    voice = Send(message=Message(text="", file=GAME, instead=LIBRARY.text("en", "listen.gone")))
    assert to_her(her.effects) == [voice]
    assert {type(effect) for effect in her.effects} == {Send, Become}, "nobody is told, nothing is kept of it"
    assert her.kept.places == before
    her.quietly().taps("Show it")
    game = LIBRARY.programme("mums").bubbles(1, "play", "en")
    assert her.unheard[: len(game)] == [*game]
    assert her.unheard[-1] == LIBRARY.text("en", "session.end")


def test_once_it_is_taken_away_a_tap_is_answered_in_words(her: Her) -> None:
    records(her, "play")
    reads(her).quietly()
    her.desk_set = structs.replace(her.desk_set, recorded={})
    her.taps(LISTEN).hears("listen.gone")
    her.taps_data("0:listen:nothing").hears("listen.gone")


def test_on_a_phone_without_knocks_it_stands_under_the_question_and_stays(her: Her) -> None:
    """There the one message of the page is itself a question: *go on* closes it, the voice is still to be had."""
    her.kept.person = structs.replace(
        her.kept.person, profile=structs.replace(her.kept.person.profile, knocks=False, shared=False)
    )
    made = records(her, "question")
    for _ in range(3):
        her.is_due("session").quietly()
    assert len(with_listen(her)) == 1
    her.taps(LIBRARY.text("en", "push.go_on"))
    (closed,) = [send.message for send in to_her(her.effects) if "✓" in send.message.text]
    assert [key.data for row in closed.buttons for key in row] == [f"0:listen:{made}"]


def test_who_has_agreed_to_nothing_hears_nothing() -> None:
    her = Her()
    made = records(her, "play")
    her.says("/start").quietly().taps_data(f"0:listen:{made}")
    assert not any(send.message.file for send in to_her(her.effects))


def test_an_exercise_of_the_calm_corner_has_it_before_the_waits(her: Her) -> None:
    shelf = LIBRARY.shelf("calm")
    assert shelf is not None
    page = shelf.pages[0]
    texts = shelf.bubbles(page, "en")
    her.desk_set = structs.replace(her.desk_set, recorded={mark("en", texts): GAME})
    her.says("/calm")
    her.taps(shelf.title(page, "en"))
    assert with_listen(her) == [texts[0]]
    waits = {key for key in her.kept.due if key.startswith("wait:")}
    her.taps(LISTEN)
    assert [send.message.file for send in to_her(her.effects)] == [GAME]
    assert {key for key in her.kept.due if key.startswith("wait:")} == waits


def test_notes_of_the_calendar_have_it_too_their_title_above(her: Her) -> None:
    shelf = LIBRARY.shelf("child")
    assert shelf is not None
    month = shelf.page("month1")
    assert month is not None
    texts = shelf.bubbles(month, "en")
    her.desk_set = structs.replace(her.desk_set, recorded={mark("en", texts): GAME})
    reads(her)
    assert f"{shelf.title(month, 'en')}\n\n{texts[0]}" in her.unheard
    assert with_listen(her) == [texts[-1]]
    her.quietly()


def test_it_stands_under_a_question_too_and_answers_nothing(her: Her) -> None:
    """A note after a loss ends with a question: whether she wants no more of these."""
    shelf = LIBRARY.shelf("mourning")
    assert shelf is not None
    texts = shelf.bubbles(shelf.pages[0], "en")
    made = mark("en", texts)
    her.desk_set = structs.replace(her.desk_set, recorded={made: GAME})
    her.kept.person = structs.replace(her.kept.person, talks=7)
    about = f"mourning/{shelf.pages[0].id}"
    her.kept.places = [Place(talk=7, flow="mourning", about=about, question="knock", asked_at=her.now)]
    her.taps_data("7:knock:open")
    assert with_listen(her) == [texts[-1]]
    her.quietly()
    standing = her.kept.places
    her.taps(LISTEN)
    assert her.kept.places == standing
    assert [send.message.file for send in to_her(her.effects)] == [GAME]
