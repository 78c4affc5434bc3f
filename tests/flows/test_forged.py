"""Whatever a button is made to say: 20,000 made-up and replayed taps have no effect but the permitted one.

Eight people press what was ever shown, late, twice and in each other's place, changed by a letter, and plain noise,
through the reading of Telegram's JSON and through everything behind it. After each tap the case is compared with what
that person may do by the table of `test_rights.py`, not by the code's own.
"""

from __future__ import annotations

import random
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from msgspec import structs
from telegram import CallbackQuery, Chat, Message, Update, User

from bot.translate import House, translate
from flows.desk import rights
from flows.desk.arriving import ARRIVES
from flows.effects import HER, AnyEffect, Line, Mark, Record, Retract, Schedule, Send, Stamp
from flows.events import DeskOrdered, DeskTapped, Tapped
from flows.model import Case, Scene
from flows.react import react
from tests.flows.test_rights import ACTORS, BY, MEMBERS, NUMBER, OBJECTS, TABLE, scene
from tests.talk import MORNING

TAPS = 20_000
DESK_CHAT = -100_500
HOUSE = House(desk_chat_id=DESK_CHAT, staff={one.row: one.id for one in MEMBERS})
LETTERS = "abcdefghijklmnopqrstuvwxyz_:.-0123456789ABCЖӣ \n\x00"
FOUND = [f"case:{NUMBER}:{act}" for act in TABLE]
OTHERS = (
    "desk:people:sure.3",
    "desk:people:invite.director",
    "desk:join:abc",
    "desk:debrief:42.1.light",
    "1:mood:2",
    "",
)


def noise(chance: random.Random) -> str:
    """Data of a button as nobody ever made it."""
    kind = chance.randrange(6)
    if kind == 0:
        return "".join(chance.choice(LETTERS) for _ in range(chance.randrange(64)))
    if kind == 1:
        return f"case:{chance.choice((NUMBER, 43, 0, -1, 10**12, 10**30))}:{chance.choice(list(TABLE))}"
    if kind == 2:
        first, second = chance.choice(list(TABLE)), chance.choice(list(TABLE))
        return f"case:{NUMBER}:{first.partition(':')[0]}:{second.partition(':')[2]}"
    if kind == 3:
        data = chance.choice(FOUND)
        at = chance.randrange(len(data))
        return data[:at] + chance.choice(LETTERS) + data[at + 1 :]
    if kind == 4:
        return chance.choice(OTHERS)
    return chance.choice(FOUND) + chance.choice(("", ":", "::", ":x", ".x", "\n", " "))


def tap(data: str, actor: str, chance: random.Random) -> Update:
    """A tap as Telegram hands it over: at the desk, in her own chat, or on a card forwarded to another group."""
    where = chance.choice((DESK_CHAT, DESK_CHAT, BY[actor].id, DESK_CHAT - 7))
    by, message = parts(actor, where)
    return Update(1, callback_query=CallbackQuery("1", by, "1", message=message, data=data))


@cache
def parts(actor: str, where: int) -> tuple[User, Message]:
    """Read once: that is what takes long, and it is not what is tried here."""
    chat = Chat(where, "private" if where > 0 else "supergroup")
    return User(BY[actor].id, BY[actor].name, is_bot=False), Message(5, MORNING, chat, text="x")


def kind_of(case: Case | None) -> str:
    """Which row of the table the case is now; "" where the table has none (it was changed on the way)."""
    if case is None:
        return "closed"
    if case.state == "open":
        return "call" if case.category == "infant_danger" and not case.matter.turned else "open"
    if case.matter.closing is not None:
        return "closing"
    return "now" if case.level == "now" else "taken"


def core(case: Case | None) -> Any:
    """What a refusal must not change."""
    if case is None:
        return None
    return structs.replace(
        case, matter=structs.replace(case.matter, history=(), strangers=(), arrives=None, preview="")
    )


def test_no_made_up_or_replayed_button_does_more_than_its_presser_may() -> None:
    chance = random.Random(20_000)
    shown: list[str] = list(FOUND)
    kind = chance.choice(OBJECTS)
    now = scene(kind)
    tapped = done = 0
    for count in range(TAPS):
        if count % 40 == 0:
            kind = chance.choice(OBJECTS)
            now = scene(kind)
        actor = chance.choice(ACTORS)
        data = chance.choice(shown) if chance.randrange(3) else noise(chance)
        read = translate(tap(data[:64], actor, chance), HOUSE, lambda *_: None)
        if read is None or not isinstance(read.event, DeskTapped):
            assert read is None or isinstance(read.event, Tapped | DeskOrdered)
            assert not (read and isinstance(read.event, DeskOrdered)) or read.event.by == BY[actor]
            continue
        tapped += 1
        effects = react(_for(now, read.event), read.event)
        done += judged(now, read.event, actor, effects)
        now = after(now, effects)
        shown += [key.data for one in effects if isinstance(one, Send) for row in one.message.buttons for key in row]
        del shown[: max(0, len(shown) - 400)]
        if chance.randrange(5) == 0:
            now = structs.replace(now, now=now.now + timedelta(minutes=chance.randrange(90)))
    assert tapped > TAPS / 3
    assert done > 200, "the walk never got anywhere"


def _for(now: Scene, event: DeskTapped) -> Scene:
    """The scene that the tap's case number finds: another number finds no case of hers."""
    return now if event.case == NUMBER else structs.replace(now, case=None, flags=())


def judged(now: Scene, event: DeskTapped, actor: str, effects: list[AnyEffect]) -> bool:
    """Hold one tap to the table. Whether it changed anything."""
    story = f"{actor} {event.act!r} of {event.case}, {kind_of(now.case)}"
    spoken = any((isinstance(one, Send) and one.to == HER) or isinstance(one, Line) for one in effects)
    assert not spoken or may_speak(now, event, actor), f"something went to her: {story}"
    before = core(_for(now, event).case)
    stamped = [core(one.case) for one in effects if isinstance(one, Stamp)]
    changes = any(one != before for one in stamped) or any(
        isinstance(one, Mark | Retract) or (isinstance(one, Schedule) and one.key != ARRIVES) for one in effects
    )
    acted = [one for one in effects if isinstance(one, Record) and not one.act.startswith("refused:")]
    assert not changes or acted or event.act.startswith("last_"), f"a change without a record: {story}"
    assert all(one.actor == BY[actor].id for one in effects if isinstance(one, Record)), f"on another's name: {story}"
    if not (changes or acted):
        return False
    assert event.case == NUMBER, f"another case was acted on: {story}"
    assert actor in MAY, f"whoever may nothing did something: {story}"
    held = now.case is not None and now.case.state == "taken" and now.case.matter.holder == BY[actor].id
    leads = actor in {"lead", "director"}
    relieved = (
        now.case is not None and now.case.handled_at is not None and now.now - now.case.handled_at > timedelta(hours=1)
    )
    chosen = now.case is not None and now.case.matter.offered == BY[actor].id
    name = event.act.partition(":")[0]
    assert name in rights.ACTS, story
    if now.case is not None and BY[actor].id in now.case.matter.passed:
        assert name == "take_all_the_same", story
    if name in {"hand", "lower", "closed"}:
        assert held or leads, story
    if name == "contact":
        assert leads or (held and now.case is not None and now.case.level == "now"), story
    if name == "over":
        assert leads or relieved or chosen, story
    if name == "agree":
        assert now.case is not None, story
        assert now.case.matter.closing is not None, story
        assert now.case.matter.closing.by != BY[actor].id, f"one person closed it alone: {story}"
    closes = any(isinstance(one, Stamp) and one.case.state == "closed" for one in effects)
    grave = now.case is not None and "now" in {now.case.level, now.case.matter.peak}
    assert not (closes and grave) or name in {"agree", "done"}, f"a case that was now is closed by one: {story}"
    return True


def may_speak(now: Scene, event: DeskTapped, actor: str) -> bool:
    """Only a saved reply goes to her by a button, and only the one that was shown before."""
    case, (act, _, saved) = now.case, event.act.partition(":")
    shown = case is not None and case.state == "taken" and case.matter.preview == saved != ""
    passed = case is not None and BY[actor].id in case.matter.passed
    return act == "saved_send" and shown and not passed and actor in MAY


MAY = {"moderator", "holder", "passed", "lead", "director"}


def after(now: Scene, effects: list[AnyEffect]) -> Scene:
    """The scene as the turn leaves it."""
    stamped = [one.case for one in effects if isinstance(one, Stamp)]
    if not stamped:
        return now
    return structs.replace(now, case=None if stamped[-1].state == "closed" else stamped[-1])


def test_the_judge_sees_what_is_wrong() -> None:
    """A made-up world in which everybody may do everything is found out."""
    now = scene("now")
    event = DeskTapped(by=BY["moderator"], act="contact:emergency", case=NUMBER)
    allowed = react(now, structs.replace(event, by=BY["holder"]))
    forged = [structs.replace(one, actor=BY["moderator"].id) if isinstance(one, Record) else one for one in allowed]
    with pytest.raises(AssertionError, match="contact:emergency"):
        judged(now, event, "moderator", forged)
