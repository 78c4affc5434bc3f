"""What a referral is and how it changes: kept with her while it goes on, and as a row without a person.

    asked -> agreed -> sent -> arrived | missed | unknown      asked -> declined | unreached      agreed -> refused

What she is asked and told is in `referred.py`, what a moderator does with it in `referring.py`.
"""

from __future__ import annotations

from datetime import datetime

from content.schema import Service
from flows.desk import directory, numbers
from flows.desk.cases import beside
from flows.effects import AnyEffect, Become, Refer, Send, topic_of
from flows.model import Button, Case, Message, Referral, Scene

LONGEST = 80
"""Characters of a name, or of a day and hour, on her card."""
DONE, OPEN = "☑", "☐"


def live(scene: Scene, id: int) -> Referral | None:
    """A referral of hers that goes on."""
    return next((one for one in scene.person.profile.referred if one.id == id), None)


def kept(scene: Scene, one: Referral) -> list[AnyEffect]:
    """It is now as given here: with her, and in its row."""
    others = tuple(other for other in scene.person.profile.referred if other.id != one.id)
    return [Become(changes={"referred": (*others, one)}), row(one, one.state)]


def ended(scene: Scene, one: Referral, state: str, why: str = "") -> list[AnyEffect]:
    """It is over. She is no longer in it: what stays is the row."""
    others = tuple(other for other in scene.person.profile.referred if other.id != one.id)
    return [Become(changes={"referred": others}), row(one, state, why, ended_at=scene.now)]


def row(one: Referral, state: str, why: str = "", ended_at: datetime | None = None) -> Refer:
    """A referral as it is kept without her."""
    return Refer(
        id=one.id,
        need=one.need,
        region=one.region,
        district=one.district,
        place=one.service,
        state=state,
        why=why,
        asked_at=one.asked_at,
        ended_at=ended_at,
    )


# -- how a place is called, and what is there ----------------------------------------------------------------------


def name(scene: Scene, service: str, language: str) -> str:
    """What a place is called; its id if the directory has lost it."""
    found = scene.library.directory.service(service)
    return found.name[language] if found is not None else service


def at_desk(scene: Scene, one: Referral) -> str:
    """What its place is called at the desk."""
    return name(scene, one.service, scene.desk.language)


def hers(scene: Scene) -> str:
    """The language she is written to in."""
    return scene.person.language or scene.source


def parts(scene: Scene, one: Referral) -> dict[str, object]:
    """What is said to her of its place: name, where it is, what is there."""
    language, service = hers(scene), scene.library.directory.service(one.service)
    if service is None:
        return {"name": one.service, "where": scene.say("refer.unstated"), "what": ""}
    return {
        "name": service.name[language],
        "where": where(scene, service, one.region, one.district, language),
        "what": service.what[language],
    }


def where(scene: Scene, service: Service, region: str, district: str, language: str) -> str:
    """Where a place is, in words."""
    if service.nationwide:
        return scene.library.text(language, "refer.everywhere")
    towns = directory.where(scene.library, service, region, district, language)
    return towns or scene.library.text(language, "refer.unstated")


def card(scene: Scene, one: Referral) -> str:
    """What she takes with her: what, where, whom to ask for, what to be careful of, what to say at the door."""
    service = scene.library.directory.service(one.service)
    lines = [scene.say("refer.card", **parts(scene, one), who=one.who, when=one.when)]
    if phones := numbers.of_place(scene, one.service):
        lines.append(scene.say("refer.phone", phones=", ".join(phones)))
    lines += [scene.say(f"refer.careful.{code}") for code in (service.careful if service is not None else ())]
    lines.append(scene.say("refer.door", who=one.who))
    return "\n\n".join(lines)


# -- what a named person there confirmed ---------------------------------------------------------------------------


def form_of(case: Case) -> str:
    """How the slots begin of messages in which a moderator keeps what was confirmed."""
    return f"form:{case.number}:"


def form(scene: Scene, case: Case, one: Referral, *, edit: bool = False) -> Send:
    """What was confirmed so far, and what is still to do. Where nobody has the case, only that she said yes."""
    if case.state != "taken":
        state = scene.tell("refer.state.agreed")
        return beside(case, scene.tell("refer.under_way", name=at_desk(scene, one), state=state))
    text = scene.tell(
        "refer.form",
        number=case.number,
        name=at_desk(scene, one),
        who=_mark(scene, "who", one.who),
        when=_mark(scene, "when", one.when),
        takes=scene.tell("refer.form.takes", mark=DONE if one.takes else OPEN),
        next=scene.tell(f"refer.next.{step(one)}"),
    )
    message = Message(text=text, buttons=_keys(scene, case, one))
    return Send(to=topic_of(case.number), message=message, slot=f"{form_of(case)}{one.id}", edit=edit, silent=True)


def step(one: Referral) -> str:
    """What is still to be confirmed: who, when, that they take her; then it can be sent."""
    return "who" if not one.who else "when" if not one.when else "send" if one.takes else "takes"


def _mark(scene: Scene, what: str, words: str) -> str:
    return scene.tell(f"refer.form.{what}", mark=DONE if words else OPEN, words=words or "…")


def _keys(scene: Scene, case: Case, one: Referral) -> tuple[tuple[Button, ...], ...]:
    now = {"takes": ("takes",), "send": ("send",)}.get(step(one), ())
    rows = [[button(scene, case, act, f"{one.id}") for act in now]] if now else []
    rows.append([button(scene, case, act, f"{one.id}") for act in (("anew",) if one.who else ()) + ("not_taken",)])
    return tuple(tuple(keys) for keys in rows)


def button(scene: Scene, case: Case, act: str, about: str, label: str = "") -> Button:
    """A button about a referral in a case."""
    return Button(label or scene.tell(f"refer.{act}"), f"case:{case.number}:refer_{act}:{about}")
