"""Places near her, for herself: what she needs, what there is, nearest first; and the pages on papers and on drink.

The same directory as at the desk, in words for her: what is not known is said, what could shame or endanger is said
before she goes. Nothing is passed on to anybody. The answer about violence opens only when nobody is near.
"""

from __future__ import annotations

from content.schema import Need
from flows.desk import directory, numbers, referral
from flows.desk.directory import Found
from flows.effects import Begin
from flows.model import Scene
from flows.programme import shelves
from flows.script import Choice, Flow, Script, ask, given, speak

MOST = 6
ALONE: tuple[Need, ...] = ("violence",)
OTHERS = (shelves.RIGHTS, shelves.DRINK)


def _nearby(scene: Scene, _about: str) -> Script[None]:
    after_loss = yield from given("lost", scene.person.profile.lost_at is not None)
    needs = tuple(
        (one, scene.say(f"nearby.{one}")) for one in directory.NEEDS if one not in OF_BABIES or not after_loss
    )
    more = tuple((one, scene.say(f"nearby.{one}")) for one in OTHERS if shelves.pages(scene, one))
    wanted = yield from ask("need", scene.say("nearby.ask"), Choice((*needs, *more)), loose=True)
    if wanted in OTHERS:
        yield from shelves.read(scene, wanted, f"nearby.{wanted}_ask")
        return
    if wanted in ALONE and not (yield from shelves.is_alone(scene)):
        return
    yield from _places(scene, next(one for one in directory.NEEDS if one == wanted))


OF_BABIES: tuple[Need, ...] = ("expecting", "development", "disability")
"""Not offered after she told of a loss."""


def _places(scene: Scene, need: Need) -> Script[None]:
    """Their names, the nearest first; one opens on a tap."""
    person = scene.person
    found = directory.near(scene.library, need, person.region, person.profile.district)[:MOST]
    if not found:
        yield speak(scene.say("nearby.none"))
        return
    language = person.language
    listed = tuple((one.service.id, one.service.short[language]) for one in found)
    lines = [f"{one.service.name[language]}: {_where(scene, one)}" for one in found]
    text = "\n\n".join([scene.say("nearby.places"), *lines])
    wanted = Choice((*listed, ("person", scene.say("menu.person"))))
    id = yield from ask("place", text, wanted, back=True, loose=True)
    if id == "person":
        yield Begin(flow="person")
        return
    yield speak(_page(scene, next(one for one in found if one.service.id == id)))


def _where(scene: Scene, one: Found) -> str:
    person = scene.person
    return referral.where(scene, one.service, person.region, person.profile.district, person.language)


def _page(scene: Scene, one: Found) -> str:
    """All that is known of a place, what is not, and that a person can ask there for her."""
    service, language = one.service, scene.person.language
    lines = [f"{service.name[language]}\n{_where(scene, one)}", service.what[language]]
    if service.route:
        lines.append(scene.say("nearby.route", route=_listed(scene, "route", service.route)))
    lines += [scene.say(f"refer.careful.{code}") for code in service.careful]
    if phones := numbers.of_place(scene, service.id):
        lines.append(scene.say("refer.phone", phones=", ".join(phones)))
    if service.lacks:
        lines.append(scene.say("nearby.lacks", lacks=_listed(scene, "lacks", service.lacks)))
    lines.append(scene.say("nearby.ask_for_you"))
    return "\n\n".join(lines)


def _listed(scene: Scene, kind: str, codes: tuple[str, ...]) -> str:
    return ", ".join(scene.say(f"refer.{kind}.{code}") for code in codes)


FLOW = Flow(name="nearby", version=1, play=_nearby, passing=True)
