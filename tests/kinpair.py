"""A mother and her husband at the level of flows: two people, the mail between them, one clock, and what each phone gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from msgspec import structs

from flows.consent import CONSENT
from flows.desk.cases import PAGE
from flows.desk.office import Member
from flows.effects import HER, Draw, Forget, Hand, Invite, Send, Tell, Tried, Vanish
from flows.events import AnyEvent
from flows.family.model import ANSWER, GO, HUSBAND, MOTHER, NOTE, THOUGHT, Invitation, Kin
from flows.model import Desk, Person, Profile
from flows.programme import calendar
from tests.talk import LIBRARY, MORNING, Her

MOST_PAGES = 4
SHE, HE, LINK = 1 << 40, 5 << 40, 77
Act = tuple[datetime, int, Callable[["Somebody"], object]]
Seen = tuple[datetime, str, tuple[str, ...], bool]


class Somebody(Her):
    """One of the two: `got` is everything that reached the phone, and when."""

    def __init__(self, person: Person) -> None:
        super().__init__(LIBRARY, Desk(leads=3), person)
        self.got: list[Seen] = []
        self.mail: list[Tell] = []
        self.gone = False
        self.pages = 0

    def _event(self, event: AnyEvent) -> Somebody:
        super()._event(event)
        for effect in self.effects:
            match effect:
                case Send(to="her", held=False):
                    labels = tuple(button.label for row in effect.message.buttons for button in row)
                    self.got.append((self.now, effect.message.text, labels, effect.edit))
                case Vanish() | Hand() | Draw() if getattr(effect, "to", HER) == HER:
                    self.got.append((self.now, type(effect).__name__, (), False))
                case Tell():
                    self.mail.append(effect)
                case Invite():
                    kept = {"mark": effect.mark, "link": effect.link, "who": effect.who, "code": effect.code}
                    self.invitations[effect.mark] = Invitation(**kept, mother=self.person.id, until=effect.until)
                case Tried(right=True):
                    self.invitations.pop(effect.mark, None)
                case Tried():
                    found = self.invitations[effect.mark]
                    self.invitations[effect.mark] = structs.replace(found, tries=found.tries + 1)
                case Forget():
                    self.gone = True
        return self

    def told(self, event: AnyEvent) -> Somebody:
        return self._event(event)

    def tries(self, *labels: str) -> Somebody:
        """Tap these buttons one after the other, as far as they were ever there."""
        for label in labels:
            if label in self.keyboard:
                self.taps(label)
        return self


def mother(**more: Any) -> Person:
    """She joined long ago; evenings, Mondays, Wednesdays and Fridays."""
    return _person(SHE, "mother", "mums", **more)


def father(**more: Any) -> Person:
    """He joined long ago, and is in Moscow."""
    return structs.replace(_person(HE, "father", "dads", **more), zone="Europe/Moscow", region=calendar.ABROAD)


def _person(id: int, role: str, programme: str, **more: Any) -> Person:
    told = Profile(adult=True, consent=CONSENT, days=(0, 2, 4), part="evening", programme=programme, week=1)
    told = structs.replace(told, knocks=True, joined_at=MORNING - timedelta(days=30), **more)
    return Person(id=id, state="active", language="en", role=role, stage="child", talks=1, profile=told)


def hers(state: str = "linked", **more: Any) -> Kin:
    """Her side of the link; each has ticked everything."""
    told = {"person": HE, "gives": (ANSWER,), "takes": (GO, NOTE, THOUGHT)} | more
    return Kin(link=LINK, who=HUSBAND, state=state, **told)


def his(state: str = "linked", **more: Any) -> Kin:
    """His side of it."""
    told = {"person": SHE, "gives": (GO, NOTE, THOUGHT), "takes": (ANSWER,), "since": MORNING - timedelta(hours=20)}
    return Kin(link=LINK, who=MOTHER, state=state, **(told | more))


@dataclass
class Pair:
    """Both, and the time that passes for both. `late`: how long after its moment a due row is looked at."""

    she: Somebody = field(default_factory=lambda: Somebody(mother(kin=(hers(),))))
    he: Somebody = field(default_factory=lambda: Somebody(father(kin=(his(),))))
    late: timedelta = timedelta()

    def __post_init__(self) -> None:
        self.he.invitations = self.she.invitations
        for one in (self.she, self.he):
            staff = (Member(row=1, id=900001, name="Gulru", role="lead"), Member(row=2, id=900002, name="Zarina"))
            one.desk_set = structs.replace(one.desk_set, staff=staff)
            if one.person.state == "active":
                one.kept.due["session"] = (calendar.next_push(one.person, one.now), "")
            for kin in one.person.profile.kin:
                if kin.until is not None and kin.state == "cooling":
                    one.kept.due[f"kin:{kin.link}"] = (kin.until, "")

    def lives(self, acts: Iterable[Act], **time: float) -> Pair:
        """Let both live so long, doing these acts each at its moment."""
        until = self.she.now + timedelta(**time)
        left = sorted(acts, key=lambda act: act[:2])
        while True:
            moments = [(at, who, 1, name) for who, one in self._both() for name, (at, _) in one.kept.due.items()]
            moments += [(left[0][0], left[0][1], 0, "")] if left else []
            at, who, is_due, name = min(moments, default=(until + timedelta(1), 0, 0, ""))
            if at > until:
                break
            one = dict(self._both())[who]
            one.now = max(one.now, at + self.late if is_due else at)
            if is_due and name == PAGE and one.pages > MOST_PAGES:
                one.kept.due.pop(name)  # a case nobody takes pages for days, at the desk alone
            elif is_due:
                one.pages += name == PAGE
                one.is_due(name)
            else:
                act = left.pop(0)[2]
                one.pages = 0  # what she says may begin a wait anew
                if not one.gone:
                    act(one)
            self._post()
        for _, one in self._both():
            one.now = until
        return self

    def _both(self) -> tuple[tuple[int, Somebody], tuple[int, Somebody]]:
        return (SHE, self.she), (HE, self.he)

    def _post(self) -> None:
        """Whatever was told arrives at once, and so does what follows from it."""
        while self.she.mail or self.he.mail:
            for sender, other in ((self.she, self.he), (self.he, self.she)):
                sent, sender.mail = sender.mail, []
                for tell in sent:
                    assert tell.person in {SHE, HE}, "a word to nobody"
                    if not other.gone and tell.person == other.person.id:
                        other.now = max(other.now, sender.now)
                        other.told(tell.event)
