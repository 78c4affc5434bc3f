"""Linking: the other opens the link and types the code she spoke, she says yes, and a day passes.

Whoever types digits hears the same in every case: a wrong code, one that is over, an invitation that never was, a
mother who said no.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from msgspec import structs

from flows import knock, menu
from flows.effects import Become, Bind, Schedule, Tell, Tried
from flows.events import KinCame, KinGone, KinLinked, KinThawed
from flows.family.inviting import KEY, ended
from flows.family.model import ASKED_MOST, COMES, COOLS, DIGITS, HEARS, MOTHER, Invitation, Kin, fits, marked
from flows.model import Person, Scene
from flows.programme import calendar
from flows.script import Choice, Flow, Script, ask, become, given, speak
from flows.step import Step

LOOK_AGAIN = timedelta(days=7)
"""How long until she is asked once more, and until somebody who wants nothing to come by itself is looked at again."""
AWAITED = timedelta(days=7)
"""How long digits are answered as digits after a link was opened: longer than they are good for, so that
whoever types them late hears the same."""
_CODE = re.compile(rf"\s*([0-9][\s-]?){{{DIGITS}}}\s*")
_TOKEN = re.compile(r"f_([A-Za-z0-9_-]{16,40})")


def came(step: Step, card: str) -> bool:
    """He opened an invitation's link, whatever it is worth: from now on he may type a code. False: it is none."""
    if (found := _TOKEN.fullmatch(card)) is None:
        return False
    step.add(Become(changes={"invited": marked(found[1]), "invited_until": step.scene.now + AWAITED}))
    return True


def is_awaited(scene: Scene) -> bool:
    """Whether a code may be typed now."""
    until = scene.person.profile.invited_until
    return until is not None and scene.now < until and scene.person.profile.joined


def is_code(scene: Scene, text: str) -> bool:
    """Whether these words are the digits he was told."""
    return is_awaited(scene) and _CODE.fullmatch(text) is not None


def typed(step: Step, text: str) -> None:
    """The digits he was told. What he hears does not depend on them."""
    scene, profile = step.scene, step.scene.person.profile
    code, found = "".join(sign for sign in text if sign.isdigit()), scene.invitation
    step.say("kin.code_thanks")
    if found is None or not _is_meant(found, scene.person):
        return
    right = fits(found, code, scene.now)
    step.add(Tried(mark=found.mark, right=right))
    if right:
        kin = Kin(link=found.link, who=MOTHER, state="asked", person=found.mother, since=scene.now)
        step.add(Become(changes={"kin": (*(one for one in profile.kin if one.link != found.link), kin)}))
        step.add(Tell(person=found.mother, event=KinCame(link=found.link, person=scene.person.id)))


def _is_meant(found: Invitation, person: Person) -> bool:
    """Whether an invitation is good for somebody of this role: not for whoever wrote it, nor for anybody under age."""
    return found.mother != person.id and person.role in COMES[found.who] and person.profile.adult is not False


# -- and she says yes --------------------------------------------------------------------------------------------


def told(step: Step, event: KinCame | KinLinked | KinGone | KinThawed) -> None:
    """Something about a link from its other side. Nothing of it shows now; some of it later, at an hour of one's own."""
    scene = step.scene
    kin = of(scene, event.link)
    if kin is None:
        return
    match event:
        case KinCame(person=person) if kin.state == "invited":
            _keep(step, structs.replace(kin, state="asked", person=person))
            at = calendar.her_hour(scene.person, scene.now + timedelta(days=1))
            step.add(Schedule(key=f"{KEY}:{kin.link}", at=at))
        case KinLinked() if kin.state == "asked":
            _keep(step, structs.replace(kin, state="agreed"))
            step.add(Schedule(key=f"{KEY}:{kin.link}", at=_hears_at(scene, kin)))
        case KinGone():
            brought = tuple(one for one in scene.person.profile.brought if one.link != kin.link)
            step.add(Become(changes={"brought": brought}))
            # Somebody who has heard of no link yet never will; where one was told of, it stays, and nothing comes.
            others = tuple(one for one in scene.person.profile.kin if one is not kin)
            after = (
                others if (kin.who, kin.state) == (MOTHER, "asked") else _with(scene, structs.replace(kin, person=0))
            )
            step.add(Become(changes={"kin": after}))
        case KinThawed():
            _keep(step, structs.replace(kin, frozen=False))


def _hears_at(scene: Scene, kin: Kin) -> datetime:
    """His own minute of the next day on which he may hear: counted from his digits, so that it tells no day of hers."""
    day = (kin.since or scene.now) + HEARS
    while calendar.her_hour(scene.person, day) <= scene.now:
        day += HEARS
    return calendar.her_hour(scene.person, day)


def came_due(step: Step, link: int) -> None:
    """A link's moment: she is asked, the day is over, or it is there. That it is there does not wait for a good hour."""
    if (kin := of(step.scene, link)) is None:
        return
    match kin.state:
        case "cooling":
            _began(step, kin)
        case "agreed":
            _is_there(step, kin)
        case "asked" if kin.who != MOTHER and kin.asked < ASKED_MOST:
            pass
        case "linked":
            pass  # it is there, and was not told yet
        case _:
            _gone_by(step, kin)
            return
    _tells(step, link)


def _began(step: Step, kin: Kin) -> None:
    """The day is over: it is there. Frozen or not, the other side hears so; nothing passes while it is."""
    _keep(step, structs.replace(kin, state="linked", until=None))
    step.add(Bind(link=kin.link, state="frozen" if kin.frozen else "linked"))
    if kin.person:
        step.add(Tell(person=kin.person, event=KinLinked(link=kin.link)))


def _is_there(step: Step, kin: Kin) -> None:
    """What a father writes for one home never reaches another: his newest link takes the place of an older one."""
    _keep(step, structs.replace(kin, state="linked"))
    if step.scene.person.role == "father":
        older = [one for one in step.scene.person.profile.kin if one.state == "linked" and one.link != kin.link]
        for one in older:
            step.add(*ended(one))
        step.add(Become(changes={"kin": tuple(one for one in step.scene.person.profile.kin if one not in older)}))


def _gone_by(step: Step, kin: Kin) -> None:
    """She was asked often enough and said nothing: as after a no, she may invite anew."""
    if kin.state == "asked" and kin.who != MOTHER:
        _leave_talk(step, kin.link)
        step.add(*ended(kin))
        step.add(Become(changes={"kin": tuple(one for one in step.scene.person.profile.kin if one.link != kin.link)}))


def _tells(step: Step, link: int) -> None:
    """A neutral line, now or when it may come; the question of hers once more in a week, if it stays open."""
    scene, kin = step.scene, of(step.scene, link)
    at = knock.moment(scene, step.places)
    if at is None or at > scene.now:
        step.add(Schedule(key=f"{KEY}:{link}", at=at or scene.now + LOOK_AGAIN))
        return
    if kin is not None and kin.state == "asked":
        _keep(step, structs.replace(kin, asked=kin.asked + 1))
        step.add(Schedule(key=f"{KEY}:{link}", at=scene.now + LOOK_AGAIN))
    _leave_talk(step, link)
    step.begin(FLOW.name, str(link))


def _leave_talk(step: Step, link: int) -> None:
    for place in [place for place in step.places if (place.flow, place.about) == (FLOW.name, str(link))]:
        step.drop(place)


def _told(scene: Scene, about: str) -> Script[None]:
    """A neutral line; behind it the question, or that it is there."""
    yield from ask("knock", scene.say("push.question"), Choice((("open", scene.say("push.open")),)), loose=True)
    kin = of(scene, int(about))
    state = yield from given("state", "" if kin is None else kin.state)
    if kin is None or not state:
        yield speak(scene.say("kin.closed"))
    elif state == "asked" and kin.who != MOTHER:
        yield from _agreed(scene, kin)
    elif kin.who == MOTHER and scene.person.role != "father":
        yield speak(scene.say("kin.linked_hers"))
    else:
        yield speak(scene.say(f"kin.linked_{kin.who}"))


def _agreed(scene: Scene, kin: Kin) -> Script[None]:
    wanted = Choice((("yes", scene.say("kin.agree_yes")), ("no", scene.say("kin.agree_no"))))
    if (yield from ask("agree", scene.say(f"kin.agree_{kin.who}"), wanted, loose=True)) == "no":
        yield from ended(kin)
        yield from become(scene, kin=tuple(one for one in scene.person.profile.kin if one.link != kin.link))
        yield speak(scene.say("kin.agreed_no"))
        return
    until = scene.now + COOLS
    cooling = structs.replace(kin, state="cooling", until=until)
    if kin.person:
        yield Bind(link=kin.link, state="cooling", other=kin.person, who=kin.who)
    yield from become(scene, kin=_with(scene, cooling))
    yield Schedule(key=f"{KEY}:{kin.link}", at=until)
    yield speak(scene.say("kin.agreed", **menu.day_and_hour(scene, until)))


def of(scene: Scene, link: int) -> Kin | None:
    """Her side of a link."""
    return next((one for one in scene.person.profile.kin if one.link == link), None)


def _with(scene: Scene, kin: Kin) -> tuple[Kin, ...]:
    return tuple(kin if one.link == kin.link else one for one in scene.person.profile.kin)


def _keep(step: Step, kin: Kin) -> None:
    step.add(Become(changes={"kin": _with(step.scene, kin)}))


FLOW = Flow(name="kin", version=2, play=_told)
