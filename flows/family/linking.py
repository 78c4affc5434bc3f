"""Linking: she invites, the other opens the link and types the code she spoke, she says yes, and a day passes.

Whoever types digits hears the same in every case: a wrong code, one that is over, an invitation that never was, a
mother who said no. Leaving tells nobody, and leaves on the other side a link through which nothing comes.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from msgspec import structs

from flows import knock, menu
from flows.effects import Become, Begin, Bind, Cancel, Invite, Schedule, Tell, Tried
from flows.events import KinCame, KinGone, KinLinked
from flows.family.model import COOLS, DIGITS, GRANDMOTHER, HUSBAND, LASTS, MOTHER, Kin, fits, hashed, marked
from flows.model import Scene
from flows.programme import calendar
from flows.script import Choice, Flow, Script, ask, become, given, speak
from flows.step import Step

KEY = "kin"
LOOK_AGAIN = timedelta(days=7)
"""How long until somebody who wants nothing to come by itself is looked at again."""
_CODE = re.compile(rf"\s*([0-9][ -]?){{{DIGITS}}}\s*")
_TOKEN = re.compile(r"f_([A-Za-z0-9_-]{16,40})")
WHOS = (HUSBAND, GRANDMOTHER)


# -- she invites -------------------------------------------------------------------------------------------------


def _family(scene: Scene, _about: str) -> Script[None]:
    """Whom she wants near; a link to pass on, and a code to be spoken."""
    if scene.person.role == "father":
        yield from _of_a_father(scene)
        return
    told = {"husband": len(_of(scene, HUSBAND)), "now": len(scene.person.profile.kin), "linked": _are_linked(scene)}
    has = yield from given("has", told)
    wanted = [(who, scene.say(f"kin.{who}")) for who in WHOS if who != HUSBAND or not has["husband"]]
    wanted += [("carry", scene.say("kin.carry"))]
    wanted += [("ticks", scene.say("kin.ticks"))] if has["linked"] else []
    wanted += [("leave", scene.say("kin.leave"))] if has["now"] else []
    choice = yield from ask(
        "what", scene.say("kin.ask"), Choice((*wanted, ("close", scene.say("kin.close")))), loose=True
    )
    if choice == "close":
        yield speak(scene.say("kin.closed"))
    elif choice in {"ticks", "carry"}:
        yield Begin(flow=choice)
    elif choice == "leave":
        yield from _leaving(scene)
    else:
        yield from _invited(scene, choice)


def _of_a_father(scene: Scene) -> Script[None]:
    """What he may send home is always there; what passes he ticks once there is a link."""
    linked = yield from given("linked", _are_linked(scene))
    names = ("home", *(("ticks", "leave") if linked else ()), "close")
    wanted = Choice(tuple((name, scene.say(f"kin.{name}")) for name in names))
    choice = yield from ask("what", scene.say("kin.ask_father"), wanted, loose=True)
    if choice == "close":
        yield speak(scene.say("kin.closed"))
    elif choice == "leave":
        yield from _leaving(scene)
    else:
        yield Begin(flow=choice)


def _invited(scene: Scene, who: str) -> Script[None]:
    wanted = Choice((("yes", scene.say("kin.invite_yes")), ("no", scene.say("kin.close"))))
    if (yield from ask("sure", scene.say(f"kin.sure_{who}"), wanted, back=True, loose=True)) == "no":
        yield speak(scene.say("kin.closed"))
        return
    mark, link = marked(scene.token), scene.chance >> 1
    code = f"{scene.chance % 10**DIGITS:0{DIGITS}}"
    until = scene.now + LASTS
    yield Invite(mark=mark, link=link, who=who, code=hashed(code, mark), until=until)
    kin = Kin(link=link, who=who, until=until)
    yield from become(scene, kin=(*(one for one in scene.person.profile.kin if one.state != "invited"), kin))
    yield speak(scene.say("kin.pass_on", link=f"https://t.me/{scene.bot}?start=f_{scene.token}"))
    yield speak(scene.say("kin.speak", code=f"{code[:3]} {code[3:]}", hours=int(LASTS / timedelta(hours=1))))


def _leaving(scene: Scene) -> Script[None]:
    """Every link of hers at once: no list of names stands on her phone."""
    wanted = Choice((("yes", scene.say("kin.leave_yes")), ("no", scene.say("kin.close"))))
    if (yield from ask("leave", scene.say("kin.leave_ask"), wanted, back=True, loose=True)) == "no":
        yield speak(scene.say("kin.closed"))
        return
    yield from left(scene)
    yield speak(scene.say("kin.left"))


def left(scene: Scene) -> Script[None]:
    """She leaves all her links, and nobody is told."""
    for kin in scene.person.profile.kin:
        yield Bind(link=kin.link, state="ended")
        yield Cancel(key=f"{KEY}:{kin.link}")
        if kin.person:
            yield Tell(person=kin.person, event=KinGone(link=kin.link))
    yield from become(scene, kin=())


# -- the other comes ---------------------------------------------------------------------------------------------


def came(step: Step, card: str) -> bool:
    """He opened an invitation's link, whatever it is worth: from now on he may type a code. False: it is none."""
    if (found := _TOKEN.fullmatch(card)) is None:
        return False
    step.add(Become(changes={"invited": marked(found[1]), "invited_until": step.scene.now + LASTS}))
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
    if found is None or found.mother == scene.person.id:
        return
    right = fits(found, code, scene.now)
    step.add(Tried(mark=found.mark, right=right))
    if right:
        kin = Kin(link=found.link, who=MOTHER, state="asked", person=found.mother)
        step.add(Become(changes={"kin": (*(one for one in profile.kin if one.link != found.link), kin)}))
        step.add(Tell(person=found.mother, event=KinCame(link=found.link, person=scene.person.id)))


# -- and she says yes --------------------------------------------------------------------------------------------


def told(step: Step, event: KinCame | KinLinked | KinGone) -> None:
    """Something about a link from its other side. Nothing of it shows before her next safe hour, at her own minute."""
    scene = step.scene
    kin = of(scene, event.link)
    if kin is None:
        return
    match event:
        case KinCame(person=person):
            if kin.state == "invited":
                _keep(step, structs.replace(kin, state="asked", person=person))
                step.add(Schedule(key=f"{KEY}:{kin.link}", at=_her_time(scene)))
        case KinLinked():
            if kin.state == "asked":
                _keep(step, structs.replace(kin, state="linked"))
                step.add(Schedule(key=f"{KEY}:{kin.link}", at=_her_time(scene)))
        case KinGone():
            _keep(step, structs.replace(kin, person=0))


def came_due(step: Step, link: int) -> None:
    """A link's moment: she is asked, the day is over, or it is there."""
    kin, scene = of(step.scene, link), step.scene
    if kin is None:
        return
    if kin.state == "cooling":
        _keep(step, structs.replace(kin, state="linked", until=None))
        step.add(Bind(link=link, state="linked"))
        step.add(Tell(person=kin.person, event=KinLinked(link=link)))
    at = knock.moment(scene, step.places)
    if at is not None and at <= scene.now:
        step.begin(FLOWS[1].name, str(link))
    else:
        step.add(Schedule(key=f"{KEY}:{link}", at=at or scene.now + LOOK_AGAIN))


def _told(scene: Scene, about: str) -> Script[None]:
    """A neutral line; behind it the question, or that it is there."""
    yield from ask("knock", scene.say("push.question"), Choice((("open", scene.say("push.open")),)), loose=True)
    kin = of(scene, int(about))
    state = yield from given("state", "" if kin is None else kin.state)
    if kin is None or not state:
        yield speak(scene.say("kin.closed"))
    elif state == "asked" and kin.who != MOTHER:
        yield from _agreed(scene, kin)
    else:
        yield speak(scene.say(f"kin.linked_{kin.who}"))


def _agreed(scene: Scene, kin: Kin) -> Script[None]:
    wanted = Choice((("yes", scene.say("kin.agree_yes")), ("no", scene.say("kin.agree_no"))))
    if (yield from ask("agree", scene.say(f"kin.agree_{kin.who}"), wanted, loose=True)) == "no":
        yield Bind(link=kin.link, state="ended")
        yield from become(scene, kin=tuple(one for one in scene.person.profile.kin if one.link != kin.link))
        yield speak(scene.say("kin.agreed_no"))
        return
    until = scene.now + COOLS
    cooling = structs.replace(kin, state="cooling", until=until)
    yield Bind(link=kin.link, state="cooling", other=kin.person, who=kin.who)
    yield from become(scene, kin=_with(scene, cooling))
    yield Schedule(key=f"{KEY}:{kin.link}", at=until)
    yield speak(scene.say("kin.agreed", **menu.day_and_hour(scene, until)))


def of(scene: Scene, link: int) -> Kin | None:
    """Her side of a link."""
    return next((one for one in scene.person.profile.kin if one.link == link), None)


def _of(scene: Scene, who: str) -> list[Kin]:
    """Her links with somebody of this kind, those only invited not counted."""
    return [one for one in scene.person.profile.kin if one.who == who and one.state != "invited"]


def _are_linked(scene: Scene) -> bool:
    return any(one.state == "linked" for one in scene.person.profile.kin)


def _with(scene: Scene, kin: Kin) -> tuple[Kin, ...]:
    return tuple(kin if one.link == kin.link else one for one in scene.person.profile.kin)


def _keep(step: Step, kin: Kin) -> None:
    step.add(Become(changes={"kin": _with(step.scene, kin)}))


def _her_time(scene: Scene) -> datetime:
    """Her own minute of the day after: never a moment that tells when the other acted."""
    return calendar.her_hour(scene.person, scene.now + timedelta(days=1))


FLOWS = (Flow(name="family", version=1, play=_family), Flow(name="kin", version=1, play=_told))
