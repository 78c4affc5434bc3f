"""Words for somebody whose case is closed: nothing goes to her before a person has said, twice, that it shall.

The words wait in the case, sealed. The first tap shows them once more with how they would arrive; the second opens
the case again, for whoever tapped, and sends the same words.
"""

from __future__ import annotations

from msgspec import structs

from flows.desk import replies, taps
from flows.desk.cases import alert, button, in_topic, mirrored
from flows.desk.replies import Reply
from flows.effects import CASES, AnyEffect, Record, Send, Stamp
from flows.events import DeskSaid, DeskShowed, DeskTapped, Staff
from flows.model import Button, Case, CaseLine, Message, Scene

ACTS = ("reopen", "resend", "unsend")
AGAIN = 10
"""So many of her last words are shown again in the new topic."""


def is_about(event: DeskTapped) -> bool:
    """Whether a tap is about words for a closed case."""
    return event.act.partition(":")[0] in ACTS


def asked(scene: Scene, event: DeskSaid | DeskShowed) -> list[AnyEffect]:
    """Ask whether the case shall be opened again for these words. Nothing is sent."""
    case, kind = scene.closed, scene.quoted.partition(":")[0]
    if case is None or kind not in {"hers", "card", "alert"}:
        return []
    reply, old = replies.reply_of(event), case.matter.draft
    if event.edited and old != event.message:
        return [_said(scene, "replies.edit_closed", case)]
    if scene.elsewhere:
        return [_said(scene, "replies.elsewhere", case, other=scene.elsewhere)]
    if isinstance(event, DeskShowed) and (event.what not in replies.SHOWN or not event.file):
        return [_said(scene, "replies.not_this", case)]
    if replies.is_too_long(reply):
        return [_said(scene, "replies.too_long", case)]
    new = structs.replace(case, matter=structs.replace(case.matter, draft=reply.message))
    text = scene.tell("replies.reopen", number=case.number)
    return [
        Stamp(case=new),
        replies.line(case, "draft", reply),
        Record(act="asked_reopening", case=case.number, actor=event.by.id),
        _shown(scene, new, text, "reopen", edit=event.edited),
    ]


def tapped(scene: Scene, event: DeskTapped) -> list[AnyEffect]:
    """The first tap shows the words, the second sends them; or they are let go. Any other tap does nothing."""
    case, (act, _, message) = scene.closed, event.act.partition(":")
    if case is None or case.number != event.case:
        return []
    draft = replies.said_as(scene, case.matter.draft)
    if draft is None or draft.voice != "draft" or str(draft.message) != message:
        return [_said(scene, "replies.draft_gone", case)]
    if act == "unsend":
        return [
            Stamp(case=_without_draft(case)),
            Record(act="left_closed", case=case.number, actor=event.by.id),
            _shown(scene, case, scene.tell("replies.unsent", number=case.number)),
        ]
    if scene.elsewhere:
        return [_said(scene, "replies.elsewhere", case, other=scene.elsewhere)]
    if act == "reopen":
        what = draft.text or scene.tell(f"replies.what.{draft.file.partition(':')[0]}")
        text = scene.tell("replies.resend", number=case.number, words=what, arrives=replies.arrival(scene))
        return [_shown(scene, case, text, "resend")]
    return _opened(scene, case, event.by, draft)


def _opened(scene: Scene, case: Case, by: Staff, draft: CaseLine) -> list[AnyEffect]:
    """The case is open again, in the hands of whoever tapped; the words go to her."""
    if replies.out_of_reach(scene):
        return [_said(scene, "replies.not", case)]
    matter = structs.replace(_without_draft(case).matter, holder=by.id)
    new = structs.replace(
        case, state="taken", closed_at=None, taken_by=by.name, taken_at=scene.now, handled_at=scene.now, matter=matter
    )
    hers = [line for line in scene.lines if line.voice == "hers"]
    first = len(hers) - len(hers[-AGAIN:]) + 1
    inside = structs.replace(scene, case=new, closed=None)
    return [
        Stamp(case=new),
        Record(act="reopened", case=case.number, actor=by.id),
        _shown(scene, case, scene.tell("replies.reopened", number=case.number, name=by.name)),
        alert(scene, new, edit=True),
        taps.card(inside, new, first=True),
        *(mirrored(new, count, line.text, line.file) for count, line in enumerate(hers[-AGAIN:], start=first)),
        in_topic(new, scene.tell("desk.how_to_reply")),
        *replies.sent(
            inside,
            new,
            Reply(text=draft.text, file=draft.file, message=draft.message, by=by.name, id=by.id),
        ),
    ]


def _without_draft(case: Case) -> Case:
    return structs.replace(case, matter=structs.replace(case.matter, draft=0))


def _shown(scene: Scene, case: Case, text: str, act: str = "", *, edit: bool = True) -> Send:
    """The question, its preview or how it ended: one message, changed in place."""
    draft = case.matter.draft
    keys: tuple[Button, ...] = ()
    if act and draft:
        yes, no = (button(scene, case, one) for one in (act, "unsend"))
        keys = tuple(Button(one.label, f"{one.data}:{draft}") for one in (yes, no))
    message = Message(text=text, buttons=(keys,) if keys else ())
    return Send(to=CASES, message=message, slot=f"reopen:{case.number}", edit=edit, silent=True)


def _said(scene: Scene, key: str, case: Case, **variables: object) -> Send:
    text = scene.tell(key, number=case.number, **variables)
    return Send(to=CASES, message=Message(text=text), silent=True)
