"""Inviting somebody near, and leaving: the screen behind /family, for her and for those she invited.

Leaving tells nobody, and leaves on the other side a link through which nothing comes.
"""

from __future__ import annotations

from datetime import timedelta

from flows.effects import AnyEffect, Bind, Cancel, Invite, Leave, Tell, Wish
from flows.events import KinGone
from flows.family import threat
from flows.family.model import DIGITS, GRANDMOTHER, HUSBAND, LASTS, MOTHER, Kin, hashed, marked, numbered
from flows.model import Scene
from flows.script import Choice, Flow, Script, ask, become, given, speak

KEY = "kin"
WHOS = (HUSBAND, GRANDMOTHER)
TALKS = frozenset({"kin", "brought", "ticks"})
"""The talks about links: they end with the links."""


def _family(scene: Scene, _about: str) -> Script[None]:
    """Whom she wants near; a link to pass on, and a code to be spoken. Those who are invited have a screen of their own."""
    role = scene.person.role
    if role in {"father", "grandmother"}:
        names, text = _of_the_invited(scene), f"kin.ask_{role}"
    else:
        names, text = _of_hers(scene), "kin.ask"
    names = yield from given("has", names)
    wanted = Choice(tuple((name, scene.say(f"kin.{name}")) for name in (*names, "close")))
    choice = yield from ask("what", scene.say(text), wanted, loose=True)
    if choice == "close":
        yield speak(scene.say("kin.closed"))
    elif choice == "leave":
        yield from _leaving(scene)
    elif choice in WHOS:
        yield from _invited(scene, choice)
    else:
        yield Wish(name=choice)


def _of_hers(scene: Scene) -> list[str]:
    """What she can do. Whoever is under age invites nobody."""
    grown = scene.person.profile.adult is not False
    there = {
        HUSBAND: grown and not _of(scene, HUSBAND),
        GRANDMOTHER: grown,
        "carry": True,
        "ticks": has_ticks(scene),
        "leave": bool(scene.person.profile.kin),
    }
    return [name for name, is_there in there.items() if is_there]


def _of_the_invited(scene: Scene) -> list[str]:
    """What he may send home is always there. Whoever opened an invitation, good or not, can let go of what it may become."""
    there = {
        "home": scene.person.role == "father",
        "ticks": has_ticks(scene),
        "leave": bool(scene.person.profile.kin or scene.person.profile.invited),
    }
    return [name for name, is_there in there.items() if is_there]


def _invited(scene: Scene, who: str) -> Script[None]:
    wanted = Choice((("yes", scene.say("kin.invite_yes")), ("no", scene.say("kin.close"))))
    sure = yield from ask("sure", scene.say(f"kin.sure_{who}"), wanted, back=True, loose=True)
    has_one = yield from given("has_one", who == HUSBAND and bool(_of(scene, HUSBAND)))
    if sure == "no" or has_one:
        yield speak(scene.say("kin.closed"))
        return
    mark = marked(scene.token)
    link, code = numbered(mark, scene.chance), f"{scene.chance % 10**DIGITS:0{DIGITS}}"
    until = scene.now + LASTS
    yield Invite(mark=mark, link=link, who=who, code=hashed(code, mark), until=until)
    kin = Kin(link=link, who=who, until=until, frozen=threat.holds(scene))
    others = (one for one in scene.person.profile.kin if (one.who, one.state) != (who, "invited"))
    yield from become(scene, kin=(*others, kin))
    yield speak(scene.say("kin.pass_on", link=f"https://t.me/{scene.bot}?start=f_{scene.token}"))
    together = f"{code[:3]}\N{NO-BREAK SPACE}{code[3:]}"  # one number: it must not break over two lines
    yield speak(scene.say("kin.speak", code=together, hours=int(LASTS / timedelta(hours=1))))


def _leaving(scene: Scene) -> Script[None]:
    """Every link at once: no list of names stands on a phone."""
    wanted = Choice((("yes", scene.say("kin.leave_yes")), ("no", scene.say("kin.close"))))
    if (yield from ask("leave", scene.say("kin.leave_ask"), wanted, back=True, loose=True)) == "no":
        yield speak(scene.say("kin.closed"))
        return
    yield from left(scene)
    yield speak(scene.say("kin.left"))


def left(scene: Scene) -> Script[None]:
    """All links are left, an invitation no longer counts, and nobody is told."""
    for kin in scene.person.profile.kin:
        yield from ended(kin)
    for place in scene.places:
        if place.flow in TALKS:
            yield Leave(talk=place.talk)
    yield from become(scene, kin=(), brought=(), invited="", invited_until=None)


def ended(kin: Kin) -> list[AnyEffect]:
    """What ending a link leaves outside of one's own profile."""
    told = [Tell(person=kin.person, event=KinGone(link=kin.link))] if kin.person else []
    return [Bind(link=kin.link, state="ended"), Cancel(key=f"{KEY}:{kin.link}"), *told]


def forgotten(scene: Scene) -> list[AnyEffect]:
    """She is forgotten: the others keep nothing of hers. They are not told."""
    return [effect for kin in scene.person.profile.kin for effect in ended(kin)]


def _of(scene: Scene, who: str) -> list[Kin]:
    """Her links with somebody of this kind, those only invited not counted."""
    return [one for one in scene.person.profile.kin if one.who == who and one.state != "invited"]


def has_ticks(scene: Scene) -> bool:
    """Whether there is a link through which something could pass: hers with her husband, his with home."""
    role = scene.person.role
    wanted = {"father": MOTHER, "grandmother": ""}.get(role, HUSBAND)
    return any(one.state == "linked" and one.who == wanted for one in scene.person.profile.kin)


FLOW = Flow(name="family", version=2, play=_family)
