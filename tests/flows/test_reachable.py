"""A father whom Telegram reaches now and then: few knocks while he is silent, and he goes on where he was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from flows import reachable
from flows.effects import Send
from flows.events import KinAnswered
from flows.family.model import ANSWER, MOTHER, THOUGHT, Kin, Parcel
from flows.family.pieces import kept
from flows.model import Person
from tests.talk import Her

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def him() -> Her:
    father = Her()
    father.says("/start").taps("English").taps("Father")
    for typed in ("yes", "1", "1", "1", "1", "In another country", "Moscow", "1", "3"):
        father.says(typed)
    assert father.person.profile.programme == "dads", father.transcript[-3:]
    met = structs.replace(father.person.profile, doors={"entry": father.now}, put={"whooley": father.now})
    father.kept.person = structs.replace(father.person, profile=met)
    return father.quietly()


def silent(him: Her, weeks: float) -> list[tuple[datetime, str]]:
    """Time passes without a sign of his; everything planned comes at its hour. What reached Telegram, and when."""
    ends, came = him.now + timedelta(weeks=weeks), []
    while (soon := min(him.kept.due.items(), key=lambda row: row[1][0], default=None)) and soon[1][0] < ends:
        him.is_due(soon[0])
        came += [(him.now, text) for text in him.unheard]
        him.quietly()
    him.now = ends
    return came


def new(him: Her) -> int:
    """Messages new in his chat after his last tap or words."""
    sends = [one for one in him.effects if isinstance(one, Send) and one.to == "her"]
    return sum(not (one.edit and "\n\n✓ " in one.message.text) for one in sends)


@pytest.mark.parametrize(
    ("state", "pushes", "heard", "word"),
    [
        ("active", (), -70, "reachable"),
        ("active", (-13,), None, "reachable"),
        ("active", (-14,), -20, "quiet"),
        ("active", (-27, -3), None, "quiet"),
        ("active", (-28, -3), -40, "unreachable"),
        ("active", (-28, -3), -5, "reachable"),
        ("stopped", (-28,), None, "opted_out"),
        ("left", (-28,), None, "left"),
    ],
)
def test_only_a_sign_counts_and_silence_is_no_wish(
    state: str, pushes: tuple[int, ...], heard: int | None, word: str
) -> None:
    unseen = [NOW + timedelta(days=day) for day in pushes]
    assert reachable.word(state, unseen, None if heard is None else NOW + timedelta(days=heard), NOW) == word


def test_a_father_silent_for_ten_weeks_comes_back_to_at_most_three_messages_and_continues_where_he_was(
    him: Her,
) -> None:
    him.is_due("session").taps("Open")
    him.taps("Show it").quietly()
    him.says("salom").quietly()
    week, push = him.person.profile.week, him.person.profile.push
    assert (week, push) == (1, 1)
    came = silent(him, 10)
    assert len(came) == 3, came
    texts = [text for _, text in came]
    assert [texts[0], *texts[1:]] == [
        him.library.text("en", key) for key in ("push.page", "reach.waits", "reach.rests")
    ]
    first, second, third = (moment for moment, _ in came)
    assert timedelta(weeks=1) <= second - first <= timedelta(weeks=2)
    assert timedelta(weeks=4) <= third - second <= timedelta(weeks=5)
    assert (him.person.profile.week, him.person.profile.push) == (1, 2), "one page knocked and no more"
    assert reachable.of(him.person, him.now) == reachable.UNREACHABLE
    assert him.person.state == "active"
    assert not silent(him, 26), "and after the third knock nothing at all, until there is a sign"
    him.says("salom").hears("reach.hello")
    assert reachable.of(him.person, him.now) == reachable.REACHABLE
    him.taps("My page")
    assert him.unheard[0] == him.library.programmes["dads"].bubbles(1, "have_a_go", "en", ("away",))[0]
    assert new(him) <= 3
    him.quietly()
    came = silent(him, 1)
    assert texts[0] in [text for _, text in came], "and the next page comes by his days again"


@pytest.mark.parametrize("which", [0, 1, 2])
def test_every_knock_that_stands_in_his_chat_opens_the_page(him: Her, which: int) -> None:
    came, buttons = list[str](), list[str]()
    ends = him.now + timedelta(weeks=10)
    while "session" in him.kept.due and him.kept.due["session"][0] < ends:
        him.is_due("session")
        if him.unheard:
            came += him.unheard
            buttons.append(him.keyboard["Open"])
        him.quietly()
    him.now = ends
    assert len(came) == len(buttons) == 3
    him.taps_data(buttons[which])
    title = him.library.programmes["dads"].title(1, "en")
    assert him.unheard[0].startswith(title)
    assert new(him) <= 3


def test_a_father_who_gives_signs_keeps_his_three_pages_a_week(him: Her) -> None:
    ends, pages = him.now + timedelta(weeks=2), 0
    while him.kept.due["session"][0] < ends:
        him.is_due("session")
        pages += bool({him.library.text("en", key) for key in ("push.page", "push.question")} & set(him.unheard))
        him.quietly().taps("Open").quietly()
    assert pages == 6


def test_a_mother_who_is_silent_gets_her_pages_as_ever(him: Her) -> None:
    her = Her().joins()
    assert len(silent(her, 4)) == 12
    assert reachable.of(her.person, her.now + timedelta(days=2)) == reachable.UNREACHABLE


def test_stop_and_leaving_are_other_words_than_silence(him: Her) -> None:
    silent(him, 10)
    him.says("stop").quietly()
    assert reachable.of(him.person, him.now) == reachable.OPTED_OUT
    assert "session" not in him.kept.due
    him.leaves()
    assert reachable.of(him.person, him.now) == reachable.LEFT


def test_an_answer_that_came_for_him_waits_and_what_was_meant_for_a_day_does_not() -> None:
    old = NOW - timedelta(weeks=9)
    answer, thought = (Parcel(link=1, piece=piece, words="zzz", at=old) for piece in (ANSWER, THOUGHT))
    assert kept(Person(id=1), (answer, thought), NOW) == (answer,)


def test_what_came_from_home_waits_for_him_and_is_offered_when_he_is_back(him: Her) -> None:
    kin = Kin(link=7, who=MOTHER, state="linked", person=9, gives=("go", "note"), takes=(ANSWER,))
    him.kept.person = structs.replace(him.person, profile=structs.replace(him.person.profile, kin=(kin,)))
    silent(him, 5)
    him._event(KinAnswered(link=7, words="zzz is well")).quietly()
    assert len(silent(him, 5)) <= 1
    him.says("salom").hears("reach.hello").taps("What came from home").hears("piece.shown_answer", "push.page")


def test_words_that_worry_are_answered_before_anything_is_said_of_coming_back(him: Her) -> None:
    silent(him, 10)
    him.says("I do not want to live any more")
    assert not [text for text in him.unheard if text == him.library.text("en", "reach.hello")]
    assert him.case is not None
