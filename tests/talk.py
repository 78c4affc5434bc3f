"""The language flow tests are written in: she says, taps, is due; she hears, exactly.

    her.is_due("session").hears("push.page")
    her.taps("Open").hears("=Your first page", …)

`hears` names every line she got since the last step, nothing more: an id of `content/strings` (its variables match
anything), or `=` and the words themselves. What a tap leaves behind in the chat ("✓ Yes") is no new line. Between
any two events everything kept of her goes through JSON and back. A failure prints the conversation so far.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import msgspec

from content.library import Library, load
from flows import concern
from flows.circles.model import Circle, Post, Seat, slot
from flows.desk.office import Member
from flows.effects import (
    HER,
    AnyEffect,
    Become,
    Bind,
    Cancel,
    Commands,
    Draw,
    End,
    Forget,
    Hand,
    Heart,
    Hush,
    Invite,
    Keep,
    Lane,
    Lapse,
    Line,
    Mark,
    Raised,
    React,
    Reads,
    Record,
    Refer,
    Release,
    Remove,
    Report,
    Retract,
    Reword,
    Sample,
    Schedule,
    Send,
    Stamp,
    Stand,
    TakeBack,
    Tell,
    Tried,
    Vacate,
    Vanish,
    Withhold,
    Write,
)
from flows.events import (
    AnyEvent,
    Delivered,
    DeskSaid,
    DeskShowed,
    DeskTapped,
    Due,
    Left,
    Posted,
    Returned,
    Said,
    Showed,
    Staff,
    Tapped,
    TopicLost,
    Vanished,
)
from flows.family.model import Invitation
from flows.model import Button, Capacity, Case, CaseLine, Desk, Judged, Person, Place, Scene
from flows.react import react
from flows.script import changed

LIBRARY: Library = load()
MORNING = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)  # a Monday, 10:00 in Dushanbe
SHORTEST = ("2", "1", "1", "1", "1", "1", "7", "1")
"""What a mother types from her role to her days: of age, agrees, her own phone, January of this year, no place."""
GULRU = Staff(id=900001, name="Gulru")
ZARINA = Staff(id=900002, name="Zarina")
STAFF = (Member(row=1, id=GULRU.id, name=GULRU.name, role="lead"),)


class Kept(msgspec.Struct):
    """What would stand in the database."""

    person: Person
    places: list[Place] = []
    case: Case | None = None
    lines: list[CaseLine] = []
    flags: dict[str, Judged] = {}
    due: dict[str, tuple[datetime, str]] = {}
    closed: dict[int, Case] = {}
    seat: Seat | None = None


class Her:
    """One woman, her flows, and the desk that may come to her."""

    def __init__(self, library: Library = LIBRARY, desk: Desk | None = None, person: Person | None = None) -> None:
        self.library = library
        self.desk_set = msgspec.structs.replace(desk or Desk(leads=3), staff=STAFF)
        self.kept = Kept(person=person or Person(id=1 << 40))
        self.now = MORNING
        self.effects: list[AnyEffect] = []
        self.keyboard: dict[str, str] = {}
        self.unheard: list[str] = []
        self.held: list[Send] = []
        self.standing: dict[str, str] = {}
        self.at_desk: list[Send] = []
        self.records: list[str] = []
        self.samples: list[str] = []
        self.beside: list[AnyEffect] = []
        self.commands: tuple[tuple[str, str], ...] | None = None
        self.transcript: list[str] = []
        self.quoted = ""
        self.about = 0
        self.capacity: Capacity | None = None
        self.to_circle: list[AnyEffect] = []
        self.chance = 12345
        self.token = ""
        self.invitations: dict[str, Invitation] = {}

    # -- what she does ---------------------------------------------------------------------------------------

    def says(self, text: str, *, after: str = "", **more: Any) -> Self:
        """She types `text`; with `after`, what she typed a moment before, read together with it as at the door."""
        self.transcript.append(f"  her: {text}")
        finding = concern.read_after([after] if after else [], text, self.library.rules)
        return self._event(Said(text=text, finding=finding, **more))

    def shows(self, what: str, text: str = "", **more: Any) -> Self:
        self.transcript.append(f"  her: [{what}] {text}")
        finding = concern.read(text, self.library.rules) if text else None
        return self._event(Showed(what=what, text=text, finding=finding, **more))

    def taps(self, label: str) -> Self:
        assert label in self.keyboard, self._story(f"there is no button “{label}”, only {sorted(self.keyboard)}")
        self.transcript.append(f"  her: [{label}]")
        return self.taps_data(self.keyboard[label])

    def taps_data(self, data: str) -> Self:
        talk, question, value = data.split(":", 2)
        return self._event(Tapped(talk=int(talk), question=question, value=value))

    def replies(self, number: int, text: str, **more: Any) -> Self:
        """She answers a post of her circle by Telegram's own reply."""
        assert self.kept.seat is not None, self._story("she has no circle")
        self.quoted = slot(self.kept.seat.circle.id, number)
        quoted = next((post for post in self.kept.seat.recent if post.number == number), None)
        self.kept.seat = msgspec.structs.replace(self.kept.seat, quoted=quoted)
        self.says(text, reply_to=1000 + number, **more)
        self.quoted = ""
        if self.kept.seat is not None:
            self.kept.seat = msgspec.structs.replace(self.kept.seat, quoted=None)
        return self

    def answers_bot(self, text: str) -> Self:
        """She answers a message of the bot's by Telegram's own reply."""
        self.quoted = "other"
        self.says(text, reply_to=999)
        self.quoted = ""
        return self

    def leaves(self) -> Self:
        return self._event(Left())

    def returns(self) -> Self:
        return self._event(Returned())

    def is_due(self, key: str) -> Self:
        """Move to the moment the row is planned for, and let it happen."""
        assert key in self.kept.due, self._story(f"nothing is due under “{key}”, only {sorted(self.kept.due)}")
        moment, about = self.kept.due.pop(key)
        self.now = max(self.now, moment)
        self.transcript.append(f"  -- {key}, {self.now:%a %H:%M} UTC")
        return self._event(Due(key=key, about=about))

    def waits(self, **time: float) -> Self:
        self.now += timedelta(**time)
        return self

    def joins(self, language: str = "English", part: str = "Evening, 16 to 20") -> Self:
        """A mother, by the shortest way in; her first check-in has been."""
        self.nearly_joins(language).taps(part).quietly()
        met = msgspec.structs.replace(self.person.profile, doors={"entry": self.now}, put={"whooley": self.now})
        self.kept.person = msgspec.structs.replace(self.person, profile=met)
        return self

    def nearly_joins(self, language: str = "English") -> Self:
        """Joining, up to its last question: the part of the day."""
        self.says("/start").taps(language)
        for typed in SHORTEST:
            self.says(typed)
        return self.quietly()

    # -- her circle ------------------------------------------------------------------------------------------

    def sits(self, flower: str = "tulip", others: tuple[str, ...] = ("rose", "violet", "iris", "jasmine")) -> Self:
        """She has a place in a circle that has begun."""
        circle = Circle(id=7, language=self.person.language, stage="under18m", begins_at=self.now)
        self.kept.seat = Seat(circle=circle, flower=flower, joined_at=self.now, others=others)
        return self

    def circle_is(self, **changes: Any) -> Self:
        """Her circle, otherwise."""
        assert self.kept.seat is not None, self._story("she has no circle")
        circle = msgspec.structs.replace(self.kept.seat.circle, **changes)
        self.kept.seat = msgspec.structs.replace(self.kept.seat, circle=circle)
        return self

    def is_brought(self, words: str, flower: str = "rose", **more: Any) -> Self:
        """Another member's post has gone out: her circle's turn tells her."""
        seat = self.kept.seat
        assert seat is not None, self._story("she has no circle")
        number = seat.circle.posts + 1
        post = Post(id=5000 + number, flower=flower, at=self.now, words=words, number=number, state="out", **more)
        mine = () if flower == seat.flower else (post,)
        self.kept.seat = msgspec.structs.replace(seat, unread=(*seat.unread, *mine), recent=(*seat.recent, post)[-20:])
        self.circle_is(posts=number)
        if not mine:
            return self
        self.transcript.append(f"  -- in her circle, {flower}: {words}")
        return self._event(Posted(circle=seat.circle.id, post=post))

    @property
    def wrote(self) -> list[str]:
        """The words that went to her circle, held ones with why: `phone: call me…`."""
        written = [one for one in self.to_circle if isinstance(one, Write | Reword)]
        return [f"{one.why}: {one.words}" if one.why else one.words for one in written]

    # -- what the desk does ----------------------------------------------------------------------------------

    def desk_taps(self, act: str, by: Staff = GULRU, *, case: int = 0, message: int = 0) -> Self:
        number = self.about = case or (self.kept.case.number if self.kept.case is not None else 0)
        assert number, self._story("there is no case")
        self.transcript.append(f" desk: [{act}]")
        return self._event(DeskTapped(by=by, act=act, case=number, message=message))

    def desk_closes(self, outcome: str = "supported") -> Self:
        """The case is closed; one that needs two people by Gulru and Zarina."""
        self.desk_taps("close").desk_taps(f"closed:{outcome}")
        if self.kept.case is not None:
            alone = self.desk_set
            zarina = Member(row=2, id=ZARINA.id, name=ZARINA.name)
            self.desk_set = msgspec.structs.replace(alone, staff=(*alone.staff, zarina))
            self.desk_taps("agree", ZARINA)
            self.desk_set = alone
        return self

    def desk_says(self, text: str, *, quoting: str = "", message: int = 77, case: int = 0, **more: Any) -> Self:
        self.transcript.append(f" desk: {text}")
        self.quoted, self.about = quoting, case
        return self._event(DeskSaid(by=GULRU, text=text, message=message, **more))

    def desk_shows(
        self, what: str, text: str = "", *, quoting: str = "", message: int = 77, case: int = 0, **more: Any
    ) -> Self:
        self.transcript.append(f" desk: [{what}] {text}")
        self.quoted, self.about = quoting, case
        return self._event(DeskShowed(by=GULRU, what=what, text=text, message=message, **more))

    def delivered(self, message: int, *, failed: bool = False, edited: bool = False) -> Self:
        return self._event(Delivered(message=message, failed=failed, edited=edited))

    def topic_lost(self) -> Self:
        """Somebody deletes the topic of her case, and it is made anew."""
        assert self.kept.case is not None, self._story("there is no case")
        return self._event(TopicLost(case=self.kept.case.number))

    # -- what is seen ----------------------------------------------------------------------------------------

    def hears(self, *lines: str) -> Self:
        got, self.unheard = self.unheard, []
        fits = len(got) == len(lines) and all(self._fits(line, text) for line, text in zip(lines, got, strict=True))
        assert fits, self._story(f"expected {list(lines)}\n     got {got}")
        return self

    def quietly(self) -> Self:
        """Whatever she heard is not what this test is about."""
        self.unheard = []
        return self

    @property
    def person(self) -> Person:
        return self.kept.person

    @property
    def case(self) -> Case | None:
        return self.kept.case

    def desk_sees(self, to: str) -> list[str]:
        """The texts sent to this address of the desk so far."""
        return [send.message.text for send in self.at_desk if send.to == to]

    # -- the inside ------------------------------------------------------------------------------------------

    def _event(self, event: AnyEvent) -> Self:
        case, self.about = self.about, 0
        event = msgspec.json.decode(msgspec.json.encode(event), type=AnyEvent)
        self.kept = msgspec.json.decode(msgspec.json.encode(self.kept), type=Kept)
        self.chance += 7919
        if not case and self.kept.case is None and isinstance(event, DeskSaid | DeskShowed) and ":" in self.quoted:
            case = int(self.quoted.split(":")[1])
        mine = self.kept.case is not None and case in {0, self.kept.case.number}
        scene = Scene(
            closed=self.kept.closed.get(case) if not mine else None,
            elsewhere=self.kept.case.number if self.kept.case is not None and not mine else 0,
            now=self.now,
            person=self.kept.person,
            library=self.library,
            desk=self.desk_set,
            places=tuple(self.kept.places),
            case=self.kept.case if mine else None,
            lines=tuple(self.kept.lines),
            flags=tuple(self.kept.flags.values()),
            quoted=self.quoted,
            chance=self.chance,
            seat=self.kept.seat,
            capacity=self.capacity,
            invitation=self.invitations.get(self.kept.person.profile.invited),
            token=self.token,
            bot="diary_bot",
        )
        self.effects = react(scene, event)
        for effect in self.effects:
            self._carry_out(scene, effect)
        self._vanished()
        return self

    def _vanished(self) -> None:
        """Her chat was emptied at once, as on a phone that is reached: what follows is heard with what came before."""
        first = self.effects
        for effect in first:
            if isinstance(effect, Vanish) and effect.how != "day":
                self._event(Vanished(at=effect.at, how=effect.how))
                self.effects = [*first, *self.effects]

    def _carry_out(self, scene: Scene, effect: AnyEffect) -> None:
        kept = self.kept
        match effect:
            case Send(to="her", stands=True):
                self._reworded(effect)
            case Send(to="her", held=True):
                self.held.append(effect)
            case Send(to="her"):
                self._heard(effect)
            case Commands():
                self.commands = effect.commands
            case Send() | React() | Remove() | Retract():
                self.at_desk += [effect] if isinstance(effect, Send) else []
            case Become(changes=changes):
                kept.person = changed(msgspec.structs.replace(scene, person=kept.person), changes).person
            case Schedule():
                kept.due[effect.key] = (effect.at, effect.about)
            case Cancel(key=key):
                gone = {name for name in kept.due if name == key or (key.endswith("*") and name.startswith(key[:-1]))}
                kept.due = {name: row for name, row in kept.due.items() if name not in gone}
            case Stand(place=place, depth=depth):
                kept.places = [old for old in kept.places if old.talk != place.talk]
                kept.places.insert(depth, place)
            case End(talk=talk):
                kept.places = [old for old in kept.places if old.talk != talk]
            case Stamp(case=case):
                self._stamped(case)
            case Line():
                kept.lines.append(CaseLine(at=self.now, **_given(effect, "voice", "text", "by", "file", "message")))
            case Raised():
                kept.flags.setdefault(
                    effect.key, Judged(**_given(effect, "key", "rule", "category", "level", "language"))
                )
            case Mark(key=key, mark=mark):
                kept.flags[key] = msgspec.structs.replace(kept.flags[key], mark=mark)
            case Sample(words=words):
                self.samples.append(words)
            case Record(act=act):
                self.records.append(act)
            case Release():
                for send in self.held:
                    self._heard(send)
                self.held.clear()
            case Lapse() | Hush():
                kept_back = [send for send in self.held if send.lane is not Lane.WEEKLY]
                self.held = kept_back if isinstance(effect, Lapse) else []
            case Keep() | Vanish() | Hand() | Draw() | Refer() | Tell() | Invite() | Tried() | Bind():
                self.beside.append(effect)
            case Write() | Reword() | TakeBack() | Report() | Withhold() | Heart() | Reads() | Vacate():
                self._in_circle(effect)
            case Forget():
                kept.due.clear()
            case _:
                raise AssertionError(f"an effect the ledger does not know: {effect}")

    def _in_circle(self, effect: AnyEffect) -> None:
        seat = self.kept.seat
        if isinstance(effect, Reads) and seat is not None:
            left = tuple(post for post in seat.unread if post.number > effect.number)
            self.kept.seat = msgspec.structs.replace(seat, read=effect.number, unread=left)
            return
        self.to_circle.append(effect)
        if isinstance(effect, Vacate):
            self.kept.seat = None

    def _stamped(self, case: Case) -> None:
        kept = self.kept
        if case.state == "closed":
            kept.closed[case.number] = case
            kept.case = None if kept.case is None or kept.case.number == case.number else kept.case
        else:
            kept.closed.pop(case.number, None)
            kept.case = case

    def _reworded(self, edit: Send) -> None:
        """An edit goes into what waits for her, or into what stands on her phone; else nowhere."""
        self.held = [
            msgspec.structs.replace(one, message=edit.message) if one.slot == edit.slot else one for one in self.held
        ]
        if edit.slot in self.standing:
            self.standing[edit.slot] = edit.message.text

    def _heard(self, send: Send) -> None:
        text = send.message.text
        if send.slot:
            self.standing[send.slot] = text
        rows: tuple[tuple[Button, ...], ...] = send.message.buttons
        labels = [button.label for row in rows for button in row]
        self.transcript.append(f"  bot{'*' if send.lane is Lane.SAFETY else ''}: {text}  {labels or ''}")
        self.keyboard.update({button.label: button.data for row in rows for button in row})
        if not (send.edit and "\n\n✓ " in text):
            self.unheard.append(text)

    def _fits(self, line: str, text: str) -> bool:
        if line.startswith("="):
            return line[1:] == text
        patterns = [re.sub(r"\\\{[a-z]+\\\}", r"(?s:.*)", re.escape(one)) for one in self._templates(line)]
        return any(re.fullmatch(pattern, text) is not None for pattern in patterns)

    def _templates(self, key: str) -> list[str]:
        """The text in her language; before she has one, in all that are offered, or in any one of them."""
        offered = [language.code for language in self.library.languages if language.live]
        found = [
            str(self.library.texts[code][key]) for code in ([self.person.language] if self.person.language else offered)
        ]
        return [*found, "\n\n".join(found)]

    def _story(self, fault: str) -> str:
        return "\n".join([*self.transcript, "", fault])


def _given(effect: AnyEffect, *names: str) -> dict[str, Any]:
    return {name: getattr(effect, name) for name in names}


def to_her(effects: list[AnyEffect]) -> list[Send]:
    """The sends to her among effects."""
    return [effect for effect in effects if isinstance(effect, Send) and effect.to == HER]
