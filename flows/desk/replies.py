"""Talking to her: which words of a moderator go to her, how they arrive, and what tells the moderator so.

Only one way leads to her phone: `sent`. It is taken for a reply, with Telegram's own reply, to words of hers, to the
card or the alert of her case while somebody has it; for an edit of such a reply; for a saved reply shown and then
sent; for the card of a referral once all on it was confirmed; and for words to a closed case opened again for them. Everything else that is written stays.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct, structs

from flows.desk import discreet
from flows.desk.cases import PAGE, alert, beside, in_topic, mirror_of, stand_for, told
from flows.effects import AnyEffect, Cancel, Lane, Line, React, Record, Release, Schedule, Send, Stamp, topic_of
from flows.events import Delivered, DeskSaid, DeskShowed
from flows.model import Arrival, Case, CaseLine, Message, Scene
from flows.programme import calendar

RECEIPT, EDITED = "👍", "✍"
SHOWN = frozenset({"voice", "photo"})
"""What may go to her that is not text."""
LONGEST, LONGEST_CAPTION = 3500, 800
"""In UTF-16 units, as Telegram counts: with the neutral line before it still one message, so that an edit meets it."""
KNOCKED = timedelta(minutes=30)
"""For so long after a knock that she has not opened yet no other one follows: what is new waits behind it."""


class Reply(Struct, frozen=True, kw_only=True):
    """Words of the desk for her, or a voice note or photo with its caption, and who wrote them (`by`, Telegram's `id`).

    `message`: the number of the desk's message that carries them, 0 for a saved reply.
    """

    text: str
    file: str = ""
    message: int = 0
    by: str = ""
    id: int = 0


def wrote(scene: Scene, event: DeskSaid | DeskShowed) -> list[AnyEffect]:
    """Words about a case: a reply to words of hers or to the card goes to her, anything else stays as a note.

    The first note of a case is answered with how to reach her: who wrote it may believe that it went to her.
    """
    case = scene.case
    if case is None:
        return []
    if case.state != "taken":
        return told(scene, "desk.take_first") if answers_her(scene, case, event) else []
    if event.edited:
        return _edited(scene, case, event)
    if not answers_her(scene, case, event):
        return _kept(scene, case, event)
    if is_among_staff(scene, event):
        return [beside(case, scene.tell("desk.in_its_topic", number=case.number), silent=True)]
    if isinstance(event, DeskShowed) and (event.what not in SHOWN or not event.file):
        return [in_topic(case, scene.tell("replies.not_this"))]
    return sent(scene, case, reply_of(event))


def reply_of(event: DeskSaid | DeskShowed) -> Reply:
    """What somebody of the desk wrote, as it would go to her."""
    file = event.file if isinstance(event, DeskShowed) else ""
    return Reply(text=event.text, file=file, message=event.message, by=event.by.name, id=event.by.id)


def answers_her(scene: Scene, case: Case, event: DeskSaid | DeskShowed) -> bool:
    """Whether this answers words of hers, or what stands for her: the card, the alert.

    A message that Telegram took just before the process ended is in no map of ours: it is known by its words.
    """
    if scene.quoted:
        return scene.quoted.startswith(mirror_of(case)) or scene.quoted in stand_for(case)
    hers = [one.text.strip() for one in scene.lines if one.voice == "hers" and one.text.strip()]
    # A card begins as the alert does (the tests hold the texts to that).
    return event.quoted in hers or _heading(event.quoted) in {
        _heading(one.message.text) for one in (alert(scene, case), alert(scene, case, call=True))
    }


def _heading(text: str) -> str:
    """What a card or an alert begins with: the word for a case, and its number."""
    return text.partition(" · ")[0]


def is_among_staff(scene: Scene, event: DeskSaid | DeskShowed) -> bool:
    """An alert answered in the topic of alerts: there staff talk with each other, and nothing of it goes to her."""
    return bool(event.thread) and scene.quoted.startswith("alert:")


def _kept(scene: Scene, case: Case, event: DeskSaid | DeskShowed) -> list[AnyEffect]:
    """A note stays at the desk, also when it is edited later."""
    first = not any(one.voice == "note" for one in scene.lines)
    hint = [in_topic(case, scene.tell("desk.stays_here"))] if first and not event.edited else []
    return [line(case, "note", reply_of(event)), *hint]


def line(case: Case, voice: str, reply: Reply) -> Line:
    """Written into the case."""
    return Line(case=case.number, voice=voice, text=reply.text, by=reply.by, file=reply.file, message=reply.message)


# -- to her ------------------------------------------------------------------------------------------------------


def sent(scene: Scene, case: Case, reply: Reply, act: str = "replied", receipt: int = 0) -> list[AnyEffect]:
    """The words go to her: at once, as a knock, or not at all, and then the desk is told why.

    `receipt`: the desk's message that shows that it arrived, where that is not the reply itself.
    """
    if out_of_reach(scene):
        return [in_topic(case, scene.tell("replies.not"))]
    if is_too_long(reply):
        return [in_topic(case, scene.tell("replies.too_long"))]
    here = calendar.conversation_open(scene.person, scene.now)
    receipt = receipt or reply.message
    matter = case.matter if here else structs.replace(case.matter, waiting=(*case.matter.waiting, receipt))
    new = discreet.spoken(structs.replace(case, alarm_at=None, handled_at=scene.now, matter=matter))
    effects: list[AnyEffect] = [
        Stamp(case=new),
        Cancel(key=PAGE),
        line(case, "ours", reply),
        Record(act=act, case=case.number, actor=reply.id),
        Send(
            message=_worded(scene, reply),
            lane=Lane.SAFETY,
            held=not here,
            receipt=receipt,
            slot=_slot(reply.message),
        ),
    ]
    if here:
        # What was held back earlier goes first: she is writing now.
        return [Release(), Cancel(key="late"), *effects]
    if _has_knocked(scene):
        return [*effects, in_topic(case, scene.tell("replies.behind_knock"))]
    at = calendar.next_knock(scene.person, scene.now)
    return [*effects, Schedule(key="late", at=at), in_topic(case, arrival(scene))]


def out_of_reach(scene: Scene) -> bool:
    """She said stop and has not written since, has blocked the bot, or asked to be forgotten and is not writing now."""
    person = scene.person
    going = person.profile.delete_at is not None and not calendar.conversation_open(person, scene.now)
    return asked_for_quiet(scene) or person.state == "left" or going


def is_too_long(reply: Reply) -> bool:
    """Whether it would not fit into one message of hers."""
    return len(reply.text.encode("utf-16-le")) // 2 > (LONGEST_CAPTION if reply.file else LONGEST)


def _worded(scene: Scene, reply: Reply) -> Message:
    """The neutral line that may light up on her phone, and the words under it."""
    opening = scene.say("push.person")
    return Message(text=f"{opening}\n\n{reply.text}" if reply.text else opening, file=reply.file)


def _slot(message: int) -> str:
    """The name of a reply on her phone, so that an edit finds it; a saved reply is never edited."""
    return f"reply:{message}" if message else ""


def _has_knocked(scene: Scene) -> bool:
    """Whether a knock stands on her phone that she has not opened yet."""
    asked = [place.asked_at for place in scene.places if place.flow == "late" and place.question]
    return any(moment is not None and scene.now - moment < KNOCKED for moment in asked)


def _edited(scene: Scene, case: Case, event: DeskSaid | DeskShowed) -> list[AnyEffect]:
    """An edit of a reply goes into the message on her phone, or into the one that waits. A note stays a note."""
    new, old = reply_of(event), said_as(scene, event.message)
    if not answers_her(scene, case, event):
        same = old is not None and old.text == new.text
        return [] if same else _kept(scene, case, event)
    if old is None or old.voice != "ours":
        return [in_topic(case, scene.tell("replies.edit_of_nothing"))]
    if (old.text, old.file) == (new.text, new.file):
        return []  # Telegram also calls it an edit when somebody puts a reaction on it
    if (why := _edit_stays(scene, old, new)) is not None:
        return [in_topic(case, scene.tell(why))]
    return [
        Stamp(case=structs.replace(case, handled_at=scene.now)),
        line(case, "ours", new),
        Record(act="edited", case=case.number, actor=new.id),
        Send(
            message=_worded(scene, new),
            lane=Lane.SAFETY,
            slot=_slot(new.message),
            edit=True,
            stands=True,
            receipt=new.message,
        ),
    ]


def _edit_stays(scene: Scene, old: CaseLine, new: Reply) -> str | None:
    """Why an edit does not go to her; None: it goes."""
    person = scene.person
    overlooked = person.profile.overlooked_until
    if out_of_reach(scene):
        return "replies.not"
    if old.file != new.file:
        return "replies.edit_file"
    if calendar.hushed(person, scene.now) or (overlooked is not None and scene.now < overlooked):
        return "replies.edit_not_now"
    return "replies.too_long" if is_too_long(new) else None


def said_as(scene: Scene, message: int) -> CaseLine | None:
    """What the desk's message with this number said last, as far as it is in the case."""
    return next((one for one in reversed(scene.lines) if message and one.message == message), None)


def delivered(scene: Scene, event: Delivered) -> list[AnyEffect]:
    """The receipt for a reply: the bot's reaction when it reached her phone, words when it cannot."""
    case = scene.case
    if case is None:
        return []
    waiting = tuple(one for one in case.matter.waiting if one != event.message)
    effects: list[AnyEffect] = []
    if event.held:
        return [] if event.message in case.matter.waiting else _held_back(scene, case, event.message)
    if waiting != case.matter.waiting and not event.edited:
        effects.append(Stamp(case=structs.replace(case, matter=structs.replace(case.matter, waiting=waiting))))
    if event.failed:
        return [*effects, in_topic(case, scene.tell("replies.edit_missed" if event.edited else "desk.failed"))]
    emoji = EDITED if event.edited else RECEIPT
    return [*effects, React(to=topic_of(case.number), message=event.message, emoji=emoji)]


def _held_back(scene: Scene, case: Case, message: int) -> list[AnyEffect]:
    """It could not be sent at once and is late by now: it knocks first, and the moderator who sees no mark hears why."""
    matter = structs.replace(case.matter, waiting=(*case.matter.waiting, message))
    return [Stamp(case=structs.replace(case, matter=matter)), in_topic(case, scene.tell("replies.held_back"))]


# -- how it would arrive -----------------------------------------------------------------------------------------


def arrives(scene: Scene, waiting: int = 0) -> Arrival:
    """How a reply would reach her if it were sent now."""
    person, now = scene.person, scene.now
    if out_of_reach(scene):
        return Arrival(kind="not", waiting=waiting)
    if person.profile.quiet_at is not None:
        return Arrival(kind="quiet", waiting=waiting)
    at = calendar.next_knock(person, now)
    if calendar.conversation_open(person, now):
        kind, until = "open", _open_until(scene)
    elif at <= now:
        kind, until = "now", _knocks_until(scene)
    else:
        return Arrival(kind="knock", knock=at, waiting=waiting)
    later = calendar.next_knock(person, until + timedelta(seconds=1))
    return Arrival(kind=kind, until=until, knock=later, waiting=waiting)


def arrival(scene: Scene, waiting: int = 0) -> str:
    """The same in words, for the desk."""
    now = arrives(scene, waiting)
    hours = {"until": _desk_hour(scene, now.until), "knock": _desk_hour(scene, now.knock)}
    said = scene.tell("desk.arrives_quiet") if now.kind == "quiet" else scene.tell(f"replies.{now.kind}", **hours)
    return f"{said}\n{scene.tell('replies.waiting', n=waiting)}" if waiting else said


def turns(scene: Scene) -> datetime | None:
    """When that changes by itself, if nothing else happens before; None: it does not."""
    person, profile, now = scene.person, scene.person.profile, arrives(scene)
    heard = person.heard_at + calendar.REPLY_WINDOW if person.heard_at is not None else None
    given = (profile.tonight, profile.overlooked_until, profile.hidden_until, profile.delete_at, now.until, now.knock)
    moments = [one for one in (*given, *calendar.safe_turns(person, scene.now), heard) if one is not None]
    for moment in sorted(one + timedelta(seconds=1) for one in moments if one >= scene.now):
        if arrives(structs.replace(scene, now=moment)).kind != now.kind:
            return moment
    return None


def _open_until(scene: Scene) -> datetime:
    profile, ends = scene.person.profile, []
    if scene.person.heard_at is not None:
        ends.append(scene.person.heard_at + calendar.REPLY_WINDOW)
    if profile.tonight is not None and not profile.shared:
        ends.append(profile.tonight)
    return max([*ends, scene.now])


def _knocks_until(scene: Scene) -> datetime:
    person, now = scene.person, scene.now
    ends = [now]
    if calendar.is_safe(person, now):
        ends.append(calendar.safe_turns(person, now)[1])
    if calendar.agreed(person, now):
        ends += [one for one in (person.profile.tonight, person.profile.overlooked_until) if one is not None]
    return max(ends)


# -- small parts -------------------------------------------------------------------------------------------------


def asked_for_quiet(scene: Scene) -> bool:
    """She said stop, and has written nothing since."""
    person = scene.person
    stopped = person.profile.stopped_at
    return person.state == "stopped" and (stopped is None or person.heard_at is None or person.heard_at <= stopped)


def _desk_hour(scene: Scene, moment: datetime | None) -> str:
    """An hour by the desk's clock, with the day where it is not today."""
    if moment is None:
        return ""
    zone = calendar.zone_of(scene.desk)
    local = moment.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == scene.now.astimezone(zone).date() else f"{local:%d.%m %H:%M}"
