"""What a moderator does to refer somebody: a need, a place near her, her yes, what was confirmed there, and the card.

Nothing of it goes to her before *Ask her* and *Send her the card*. A reply to the form is no note and no message: it is
the name, then the day and hour, that will stand on the card.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from flows.desk import cases, directory, numbers, referral, referred, replies
from flows.desk.cases import PAGE, in_topic
from flows.desk.replies import Reply
from flows.effects import CASES, AnyEffect, Cancel, Record, Send, Stamp, topic_of
from flows.events import DeskSaid, DeskTapped
from flows.model import Button, Case, Message, Referral, Scene, in_rows
from flows.programme import calendar
from flows.step import Step

REFER = "refer"
MOST_SHOWN, MOST_AT_ONCE = 8, 3


def is_step(event: DeskTapped) -> bool:
    """Whether this tap is about a referral."""
    return event.act == REFER or event.act.startswith("refer_")


def is_words(scene: Scene) -> bool:
    """Whether a reply answers a form, so that it is neither a note nor words to her."""
    return scene.quoted.startswith("form:")


def tapped(step: Step, event: DeskTapped) -> None:
    """Any button about a referral. One of another case, or that is no more, does nothing."""
    case = step.scene.case
    if case is None or case.number != event.case or case.state != "taken" or cases.is_call(case):
        return
    act, _, about = event.act.partition(":")
    if act == REFER:
        step.add(_menu(step.scene, case, edit=bool(about)))
    elif act == "refer_need" and about in directory.NEEDS:
        step.add(_places(step.scene, case, directory.NEEDS.index(about)))
    elif act in CHOOSING and (chosen := _chosen(step.scene, about)) is not None:
        CHOOSING[act](step, case, event, *chosen)
    elif act in CONFIRMING and (one := _one(step.scene, about)) is not None:
        CONFIRMING[act](step, case, event, one)


def _chosen(scene: Scene, about: str) -> tuple[int, str] | None:
    """The need, by its number, and the place (may be ""), if both may be chosen here."""
    number, _, service = about.partition(".")
    if not (number.isascii() and number.isdigit()) or int(number) >= len(directory.NEEDS):
        return None
    known = {one.service.id for one in _near(scene, int(number))}
    return (int(number), service) if not service or service in known else None


def _one(scene: Scene, about: str) -> Referral | None:
    return referral.live(scene, int(about)) if about.isascii() and about.isdigit() else None


# -- need and place ------------------------------------------------------------------------------------------------


def _menu(scene: Scene, case: Case, *, edit: bool) -> Send:
    """What goes on already, and the needs to choose from."""
    lines: list[str] = []
    rows: list[tuple[Button, ...]] = []
    for one in scene.person.profile.referred:
        state = scene.tell(f"refer.state.{one.state}")
        lines.append(scene.tell("refer.under_way", name=referral.at_desk(scene, one), state=state))
        if one.state == "agreed":
            short = scene.library.directory.service(one.service)
            label = short.short[scene.desk.language] if short is not None else one.service
            rows.append((referral.button(scene, case, "form", str(one.id), f"☐ {label}"[:22]),))
    keys = [referral.button(scene, case, "need", need, scene.tell(f"refer.need.{need}")) for need in directory.NEEDS]
    rows += in_rows(keys)
    text = "\n".join([*lines, scene.tell("refer.need_ask", number=case.number)])
    return _shown(case, text, rows, edit=edit)


def _places(scene: Scene, case: Case, need: int) -> Send:
    """The places for it, nearest first, and what the directory knows to be missing."""
    person, language = scene.person, scene.desk.language
    found = _near(scene, need)[:MOST_SHOWN]
    home = directory.named(scene.library, person.profile.district or person.region, language)
    head = {"number": case.number, "need": scene.tell(f"refer.need.{directory.NEEDS[need]}")}
    lines = [scene.tell("refer.places", **head, where=home or scene.tell("refer.nowhere"))]
    for n, one in enumerate(found, 1):
        place = referral.where(scene, one.service, person.region, person.profile.district, language)
        near = scene.tell(f"refer.how.{one.how}")
        lines.append(scene.tell("refer.row", n=n, name=one.service.name[language], where=place, how=near))
    gaps = directory.gaps(scene.library.directory, directory.NEEDS[need], person.region, person.profile.district)
    lines += [scene.tell(f"refer.gap.{gap.id}") for gap in gaps]
    lines += [] if found else [scene.tell("refer.no_places")]
    keys = [
        referral.button(scene, case, "place", f"{need}.{one.service.id}", one.service.short[language]) for one in found
    ]
    rows = [*in_rows(keys)]
    rows.append((referral.button(scene, case, "none_fits", str(need)), _back(scene, case)))
    return _shown(case, "\n".join(lines), rows)


def _near(scene: Scene, need: int) -> tuple[directory.Found, ...]:
    person = scene.person
    return directory.near(scene.library, directory.NEEDS[need], person.region, person.profile.district)


def _nothing_fits(step: Step, case: Case, event: DeskTapped, need: int, _service: str) -> None:
    """For the map of unmet needs alone."""
    scene = step.scene
    one = _new(scene, need, "")
    step.add(referral.row(one, "nowhere", ended_at=scene.now))
    name = scene.tell(f"refer.need.{directory.NEEDS[need]}")
    step.add(_shown(case, scene.tell("refer.none_noted", number=case.number, need=name), []))
    step.add(Record(act="referral:nowhere", case=case.number, actor=event.by.id))


def _place(step: Step, case: Case, _event: DeskTapped, need: int, id: str) -> None:
    """What the directory knows of a place, and what it does not."""
    scene, language = step.scene, step.scene.desk.language
    service = scene.library.directory.service(id)
    if service is None:
        return

    def words(kind: str, codes: tuple[str, ...]) -> str:
        return ", ".join(scene.tell(f"refer.{kind}.{code}") for code in codes)

    text = scene.tell(
        "refer.place",
        name=service.name[language],
        where=referral.where(scene, service, scene.person.region, scene.person.profile.district, language),
        what=service.what[language],
        whom=words("whom", service.whom),
        route=words("route", service.route) or scene.tell("refer.lacks.route"),
        lacks=words("lacks", (*service.lacks, "contact")),
        phones=", ".join(numbers.of_place(scene, id)) or scene.tell("refer.phones_none"),
    )
    lines = [text]
    if service.careful:
        lines.append(scene.tell("refer.careful_head", careful=words("careful", service.careful)))
    lines.append(scene.tell("refer.is_report"))
    ask = referral.button(scene, case, "ask_her", f"{need}.{id}")
    back = referral.button(scene, case, "need", directory.NEEDS[need], scene.tell("refer.back"))
    step.add(_shown(case, "\n".join(lines), [(ask, back)]))


def _ask_her(step: Step, case: Case, event: DeskTapped, need: int, id: str) -> None:
    """Her yes comes before anything is said to anybody."""
    scene = step.scene
    under_way = scene.person.profile.referred
    if not id or any(one.service == id for one in under_way):
        return
    if len(under_way) >= MOST_AT_ONCE:
        step.add(in_topic(case, scene.tell("refer.enough", number=case.number)))
        return
    if _out_of_reach(scene):
        step.add(in_topic(case, replies.arrival(scene)))
        return
    one = _new(scene, need, id)
    step.add(*referral.kept(scene, one))
    step.add(Record(act="referral:asked", case=case.number, actor=event.by.id))
    told = {"number": case.number, "name": referral.at_desk(scene, one)}
    if calendar.conversation_open(scene.person, scene.now):
        text = scene.tell("refer.asked", **told)
    else:
        at = calendar.next_knock(scene.person, scene.now)
        text = scene.tell("refer.asked_knock", **told, hour=calendar.at_desk(scene.desk, at))
    step.add(_shown(case, text, []), *_handled(scene, case))
    referred.ask_her(step, one)


def _new(scene: Scene, need: int, service: str) -> Referral:
    return Referral(
        id=scene.chance,
        need=directory.NEEDS[need],
        service=service,
        asked_at=scene.now,
        region=scene.person.region,
        district=scene.person.profile.district,
    )


# -- what was confirmed there --------------------------------------------------------------------------------------


def wrote(scene: Scene, event: DeskSaid) -> list[AnyEffect]:
    """A reply to the form: first the name, then the day and hour."""
    case = scene.case
    if case is None or case.state != "taken" or not scene.quoted.startswith(referral.form_of(case)):
        return [Send(to=CASES, message=Message(text=scene.tell("refer.gone")), silent=True)]
    one = _one(scene, scene.quoted.removeprefix(referral.form_of(case)))
    if one is None or one.state != "agreed":
        return [in_topic(case, scene.tell("refer.gone"))]
    words, blank = " ".join(event.text.split()), referral.step(one)
    if blank not in {"who", "when"} or event.edited:
        return [in_topic(case, scene.tell("refer.full", number=case.number))]
    if len(words) > referral.LONGEST:
        return [in_topic(case, scene.tell("refer.too_long", number=case.number, most=referral.LONGEST))]
    new = structs.replace(one, **{blank: words})
    return [
        *referral.kept(scene, new),
        referral.form(scene, case, new),
        Record(act=f"referral:{blank}", case=case.number, actor=event.by.id),
    ]


def _form(step: Step, case: Case, _event: DeskTapped, one: Referral) -> None:
    if one.state == "agreed":
        step.add(referral.form(step.scene, case, one))


def _takes(step: Step, case: Case, event: DeskTapped, one: Referral) -> None:
    if one.state != "agreed" or referral.step(one) != "takes":
        return
    new = structs.replace(one, takes=True)
    step.add(*referral.kept(step.scene, new), referral.form(step.scene, case, new, edit=True))
    step.add(Record(act="referral:confirmed", case=case.number, actor=event.by.id))


def _anew(step: Step, case: Case, _event: DeskTapped, one: Referral) -> None:
    if one.state != "agreed":
        return
    new = structs.replace(one, who="", when="", takes=False)
    step.add(*referral.kept(step.scene, new), referral.form(step.scene, case, new, edit=True))


def _not_taken(step: Step, case: Case, event: DeskTapped, one: Referral) -> None:
    if one.state != "agreed":
        return
    scene = step.scene
    step.add(*referral.ended(scene, one, "refused"))
    text = scene.tell("refer.not_taken_noted", number=case.number, name=referral.at_desk(scene, one))
    step.add(_closed_form(case, one, text), Record(act="referral:refused", case=case.number, actor=event.by.id))


def _send(step: Step, case: Case, event: DeskTapped, one: Referral) -> None:
    """The card goes to her as a reply does; in a week she is asked whether she got there."""
    scene = step.scene
    if one.state != "agreed" or referral.step(one) != "send":
        return
    card = Reply(text=referral.card(scene, one), by=event.by.name, id=event.by.id)
    went = replies.sent(scene, case, card, "referral:sent", event.message)
    step.add(*went)
    if not any(isinstance(effect, Stamp) for effect in went):
        return
    step.add(*referral.kept(step.scene, structs.replace(one, state="sent")))
    told = scene.tell("refer.sent", number=case.number, name=referral.at_desk(scene, one))
    step.add(_closed_form(case, one, told), referred.planned(scene, one))


CHOOSING: dict[str, Callable[[Step, Case, DeskTapped, int, str], None]] = {
    "refer_none_fits": _nothing_fits,
    "refer_place": _place,
    "refer_ask_her": _ask_her,
}
CONFIRMING: dict[str, Callable[[Step, Case, DeskTapped, Referral], None]] = {
    "refer_form": _form,
    "refer_takes": _takes,
    "refer_anew": _anew,
    "refer_not_taken": _not_taken,
    "refer_send": _send,
}


# -- small parts ---------------------------------------------------------------------------------------------------


def _shown(case: Case, text: str, rows: list[tuple[Button, ...]], *, edit: bool = True) -> Send:
    """The one message of a case in which a place is chosen, changed in place."""
    message = Message(text=text, buttons=tuple(rows))
    return Send(to=topic_of(case.number), message=message, slot=f"refer:{case.number}", edit=edit, silent=True)


def _closed_form(case: Case, one: Referral, text: str) -> Send:
    slot = f"{referral.form_of(case)}{one.id}"
    return Send(to=topic_of(case.number), message=Message(text=text), slot=slot, edit=True, silent=True)


def _back(scene: Scene, case: Case) -> Button:
    return Button(scene.tell("refer.back"), f"case:{case.number}:{REFER}:back")


def _handled(scene: Scene, case: Case) -> list[AnyEffect]:
    """A person acts in this case: no page about it runs on."""
    return [Stamp(case=structs.replace(case, alarm_at=None, handled_at=scene.now)), Cancel(key=PAGE)]


def _out_of_reach(scene: Scene) -> bool:
    """She asked for quiet, or has blocked us: nothing is put to her."""
    return scene.person.profile.quiet_at is not None or replies.out_of_reach(scene)
