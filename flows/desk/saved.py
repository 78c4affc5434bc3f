"""Saved replies: words for moments that come again, in her language, looked at before they are sent.

A button on the card lists them; one tap shows the words as she would get them, a second sends them. What was shown
last is remembered in the case, so that an old button, a second tap or a forged one sends nothing.
"""

from __future__ import annotations

from msgspec import structs

from flows.desk import replies
from flows.desk.cases import button
from flows.desk.replies import Reply
from flows.effects import AnyEffect, Send, Stamp, topic_of
from flows.events import DeskTapped
from flows.model import Button, Case, Message, Scene, in_rows
from flows.worry import support

SAVED = {
    "first": ("hello", "alone", "more"),
    "waiting": ("thinking", "asking", "later"),
    "help": ("numbers", "doctor", "near", "word"),
    "goodbye": ("today", "closing"),
}
"""By moment: first contact, while she waits, how to reach help, goodbye. The words are texts of the library."""
IDS = tuple(id for ids in SAVED.values() for id in ids)
ACTS = ("saved", "saved_send", "saved_off")


def is_about(event: DeskTapped) -> bool:
    """Whether a tap is about saved replies."""
    return event.act.partition(":")[0] in ACTS


def tapped(scene: Scene, event: DeskTapped) -> list[AnyEffect]:
    """List them, show one, send the one that is shown, or put them away."""
    case, (act, _, id) = scene.case, event.act.partition(":")
    if case is None or case.number != event.case or case.state != "taken":
        return []
    if act == "saved_off":
        return [_previewed(case, ""), _shown(case, scene.tell("saved.closed"))]
    if act == "saved" and not id:
        return [_previewed(case, ""), _shown(case, scene.tell("saved.list"), _list(scene, case), edit=False)]
    if act == "saved" and id == "list":
        return [_previewed(case, ""), _shown(case, scene.tell("saved.list"), _list(scene, case))]
    if id not in IDS:
        return []
    if act == "saved":
        return [_previewed(case, id), _shown(case, _preview(scene, case, id), _keys(scene, case, id))]
    return _sent(scene, case, event, id) if case.matter.preview == id else []


def words(scene: Scene, id: str) -> str:
    """A saved reply in her language."""
    return scene.say(f"saved.words.{id}", emergency=support.emergency(scene), **support.hours(scene))


def _sent(scene: Scene, case: Case, event: DeskTapped, id: str) -> list[AnyEffect]:
    put_away = _previewed(case, "")
    reply = Reply(text=words(scene, id), by=event.by.name, id=event.by.id)
    title = scene.tell(f"saved.title.{id}")
    went = replies.sent(scene, put_away.case, reply, "saved", event.message)
    if not any(isinstance(effect, Stamp) for effect in went):
        return [put_away, _shown(case, scene.tell("saved.not_sent", title=title)), *went]
    return [*went, _shown(case, scene.tell("saved.sent", title=title, name=event.by.name))]


def _previewed(case: Case, id: str) -> Stamp:
    return Stamp(case=structs.replace(case, matter=structs.replace(case.matter, preview=id)))


def _shown(case: Case, text: str, rows: tuple[tuple[Button, ...], ...] = (), *, edit: bool = True) -> Send:
    message = Message(text=text, buttons=rows)
    return Send(to=topic_of(case.number), message=message, slot=f"saved:{case.number}", edit=edit, silent=True)


def _preview(scene: Scene, case: Case, id: str) -> str:
    """As she would get it; under it the same in the desk's language, where that is another, and how it would arrive."""
    hers = words(scene, id)
    ours = structs.replace(scene, person=structs.replace(scene.person, language=scene.desk.language))
    other = [words(ours, id)] if scene.person.language != scene.desk.language else []
    arrives = replies.arrival(scene, len(case.matter.waiting))
    return "\n\n".join([scene.tell("saved.preview", title=scene.tell(f"saved.title.{id}")), hers, *other, arrives])


def _list(scene: Scene, case: Case) -> tuple[tuple[Button, ...], ...]:
    keys = [Button(scene.tell(f"saved.title.{id}"), f"case:{case.number}:saved:{id}") for id in IDS]
    pairs = in_rows(keys)
    return (*pairs, (button(scene, case, "saved_off"),))


def _keys(scene: Scene, case: Case, id: str) -> tuple[tuple[Button, ...], ...]:
    send, back = button(scene, case, "saved_send"), button(scene, case, "saved_back")
    return ((Button(send.label, f"{send.data}:{id}"), Button(back.label, f"case:{case.number}:saved:list")),)
