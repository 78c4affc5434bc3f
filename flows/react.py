"""The front door: one event, one scene, and everything that should follow.

The order is the promise. What concern found in her words is answered before anything else looks at them; then the
words that work in every state (stop, help); then her case, her open question, the menu. Nothing here waits, keeps
or sends: it returns effects.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import structs

from flows import (
    comeback,
    commands,
    consent,
    first_week,
    joining,
    menu,
    nearby,
    privacy,
    reachable,
    research,
    rhythm,
    settings,
    wishes,
)
from flows.checkins import left, screening
from flows.circles import astray, news, reading, room, shield, waiting, writing
from flows.concern import Finding, by_rules
from flows.desk import (
    arriving,
    cases,
    discreet,
    drill,
    history,
    notice,
    putting,
    referred,
    referring,
    reopening,
    replies,
    restoring,
    rights,
    sample,
    saved,
    taps,
)
from flows.effects import HER, TECH, AnyEffect, Become, Cancel, Draw, Flag, Hand, Hush, Schedule, Send
from flows.events import (
    AnyEvent,
    CircleTold,
    Delivered,
    DeskOrdered,
    DeskSaid,
    DeskShowed,
    DeskTapped,
    Due,
    Hearted,
    KinAnswered,
    KinBrought,
    KinCame,
    KinGone,
    KinLinked,
    KinThawed,
    KinThreat,
    Left,
    Posted,
    Reacted,
    Returned,
    Said,
    Seated,
    Showed,
    Tapped,
    TopicLost,
    Vanished,
    Withdrawn,
)
from flows.family import carry, inviting, linking, pieces, threat
from flows.model import Case, Message, Scene
from flows.programme import almanac, baby, calendar, hooks, listening, mourning, myweek, session, shelves
from flows.script import BACK, Flow
from flows.step import Step
from flows.worry import answering, context, harm, media, reach, sorrow, support

FLOWS: dict[str, Flow] = {
    flow.name: flow
    for flow in (
        joining.FLOW,
        joining.REMINDER,
        consent.FLOW,
        support.SAFETY,
        support.PERSON,
        answering.FLOW,
        answering.ASKED_ONCE,
        harm.AGAIN,
        sorrow.ONCE_MORE,
        waiting.FLOW,
        waiting.WELCOMED,
        astray.FLOW,
        session.SESSION,
        session.PULSE,
        session.LATE,
        almanac.FLOW,
        mourning.FLOW,
        screening.FLOW,
        first_week.FLOW,
        research.FLOW,
        myweek.FLOW,
        nearby.FLOW,
        shelves.FLOW,
        baby.BIRTH,
        baby.SAD,
        *settings.FLOWS,
        privacy.DELETE,
        notice.FLOW,
        news.FLOW,
        *referred.FLOWS,
        inviting.FLOW,
        linking.FLOW,
        *pieces.FLOWS,
        carry.FLOW,
        comeback.FLOW,
    )
}
DOUBLE_TAP = timedelta(seconds=10)
OF_THE_DESK = frozenset({cases.PAGE, arriving.ARRIVES, putting.KEY, referred.ASK, referred.AFTER, *taps.DUE})
"""The keys of due rows that are the desk's own: with these a case is looked at as it is."""
ACKNOWLEDGE_AFTER = timedelta(minutes=10)
OFFERED_WHEN_NOT = "tg"
"""The language of an answer to words in a language we hear but do not speak yet (Uzbek): Tajik first."""


def react(scene: Scene, event: AnyEvent) -> list[AnyEffect]:
    """Everything that follows from `event` in `scene`. Pure; an exception means a fault of ours, never of hers."""
    return drill.react(scene, event, _kept_true) if drill.is_one(scene) else _kept_true(scene, event)


def _kept_true(scene: Scene, event: AnyEvent) -> list[AnyEffect]:
    hers = discreet.veiled(scene, event, OF_THE_DESK)
    return arriving.kept_true(scene, event, history.kept(scene, event, _follows(hers, event)))


def _follows(scene: Scene, event: AnyEvent) -> list[AnyEffect]:
    match event:
        case DeskTapped() | DeskSaid() | DeskShowed() if not rights.may(scene, event):
            return taps.refused(scene, event)
        case KinCame() | KinLinked() | KinGone() | KinThawed():
            step = Step(scene, FLOWS)
            linking.told(step, event)
        case KinBrought() | KinAnswered():
            step = Step(scene, FLOWS)
            pieces.brought(step, event)
        case KinThreat():
            step = Step(scene, FLOWS)
            step.add(*threat.heard(scene, event))
        case Posted() | Withdrawn() | Reacted() | Hearted():
            step = Step(scene, FLOWS)
            reading.brought(step, event)
        case Seated() | CircleTold():
            step = Step(scene, FLOWS, pushed=True)
            waiting.seated(step, event) if isinstance(event, Seated) else news.brought(step, event)
        case DeskTapped() if referring.is_step(event):
            step = Step(scene, FLOWS)
            referring.tapped(step, event)
        case DeskSaid() if referring.is_words(scene):
            return referring.wrote(scene, event)
        case DeskTapped() if saved.is_about(event):
            return saved.tapped(scene, event)
        case DeskTapped() if reopening.is_about(event):
            return reopening.tapped(scene, event)
        case DeskSaid() | DeskShowed() if scene.case is None:
            return reopening.asked(scene, event)
        case DeskTapped():
            return taps.tapped(scene, event)
        case DeskSaid() | DeskShowed():
            return room.called(scene, replies.wrote(scene, event))
        case Delivered():
            return replies.delivered(scene, event)
        case TopicLost():
            return restoring.restored(scene, event)
        case DeskOrdered():
            return []  # carried out as it is stored (`bot/desk/orders.py`): it is about nobody
        case Due():
            step = Step(scene, FLOWS, pushed=True)
            before = room.standing(step)
            rhythm.came_due(step, event)
            reachable.counted(step)
            room.interrupted(step, before)
        case Vanished():
            step = Step(scene, FLOWS)
            privacy.vanished(step, event)
        case Left() | Returned():
            step = Step(scene, FLOWS, pushed=True)
            _left(step) if isinstance(event, Left) else _returned(step)
        case Said() | Showed() | Tapped():
            step = Step(scene, FLOWS)
            _hers(step, event)
            _grant(step)
            step.effects = menu.brought_back(step.scene, step.effects)
            step.add(*commands.anew(scene.library, scene.person, step.scene.person))
            if _is_late(scene, event):
                left.kept(step)
                return _knocking(step)
    left.kept(step)
    return step.close()


def _grant(step: Step) -> None:
    """What she chose on a screen follows once the screen's own talk has gone on."""
    while step.wished:
        wishes.grant(step, step.wished.pop(0))


def _is_late(scene: Scene, event: Said | Showed | Tapped) -> bool:
    return event.at is not None and scene.now - event.at > calendar.LATE


def _knocking(step: Step) -> list[AnyEffect]:
    """An answer to what she wrote long ago (we were down): it is a push now, knocks, and waits for her tap."""
    if any(isinstance(effect, Send | Hand | Draw) and effect.to == HER for effect in step.effects):
        step.add(Schedule(key="late", at=step.scene.now))
    hers = [isinstance(effect, Send | Hand | Draw) and effect.to == HER for effect in step.close()]
    return [
        structs.replace(effect, held=True) if here and isinstance(effect, Send | Hand | Draw) else effect
        for effect, here in zip(step.effects, hers, strict=True)
    ]


def _hers(step: Step, event: Said | Showed | Tapped) -> None:
    if step.scene.person.state == "left":
        _returned(step)
    rested = reachable.rests(step.scene.person)
    reach.passed(step)
    left.passed(step)
    reach.woken(step, "" if isinstance(event, Tapped) else event.text)
    before = room.standing(step)
    twice = False
    if isinstance(event, Tapped):
        twice = _tapped(step, event)
    else:
        _words(step, event, _when(step.scene, event))
    room.interrupted(step, before)
    privacy.owed(step)
    if not twice:  # else whoever goes on tapping an old button would be met with silence for as long as that
        step.add(Become(changes={"heard_at": _when(step.scene, event)}))
    if rested:
        comeback.resumed(step)


def _words(step: Step, event: Said | Showed, when: datetime) -> None:
    """What she wrote or showed. Worrying words are answered first; those for her circle go there all the same, or are held."""
    finding = _found(step, event)
    asks = finding is not None and finding.level == answering.NONE
    if finding is not None:
        to_circle = writing.is_for(step, event, when)
        counts = None if asks else context.raised(finding, step.scene.person, step.scene.now)
        if kept := first_week.way(_asked(step), event.text, finding):
            step.add(Become(changes=kept))
        answering.ask_about(step) if asks else _worrying(step, event.text, finding)
        if isinstance(event, Showed):
            media.beside(step, event)
        if to_circle:
            writing.shows(step, event) if isinstance(event, Showed) else writing.says(step, event, counts)
        elif isinstance(event, Said):
            astray.beside(step, event, counts or finding, when)
        room.question_last(step)
    elif isinstance(event, Showed):
        _showed(step, event, when)
    elif event.edited:
        _edited(step, event, when)
    else:
        step.add(*sample.drawn(step, event.text))
        _said(step, event, when)


def _edited(step: Step, event: Said, when: datetime) -> None:
    """She changed a message. A person and her circle get the new words; as an answer of hers the first ones stay."""
    _in_case(step, event.text)
    if writing.is_for(step, event, when):
        writing.says(step, event)
    elif step.scene.person.profile.consent and _talked_in(step) is None:
        step.say("said.edited")


def _when(scene: Scene, event: Said | Showed | Tapped) -> datetime:
    """When she wrote. Telegram cuts the second off: what followed a *stop* within it must not seem to be before."""
    return scene.now if event.at is None else min(scene.now, event.at + timedelta(seconds=1))


# -- worrying words ----------------------------------------------------------------------------------------------


def _found(step: Step, event: Said | Showed) -> Finding | None:
    """What concern found in her words, where it counts.

    Before consent words are read and forgotten, unless red: nobody will read them who could judge whether the second
    ear was right to lower them, so they are not lowered. The words of a button in front of her are an answer.
    """
    finding = event.finding
    if not step.scene.person.profile.consent and finding is not None:
        finding = by_rules(finding) if support.is_red(by_rules(finding)) else None
    if finding is None or _is_ours(step, event.text):
        return None
    if first_week.is_answer(_asked(step), finding):
        return None
    if finding.level == answering.NONE:
        asks = isinstance(event, Said) and not event.edited and not menu.meant(step.scene.library, event.text)
        return finding if asks and answering.asks_about(step, finding) else None
    return finding


def _asked(step: Step) -> str:
    """The name of the open question, "" where there is none."""
    return top[0].question if (top := step.open()) is not None else ""


def _is_ours(step: Step, text: str) -> bool:
    """Whether these are words of a button: of the question in front of her, or of the menu."""
    return step.is_button(text) or menu.is_label(step.scene.library, text)


def _worrying(step: Step, words: str, finding: Finding) -> None:
    """Flag, help, and leave her place as it is: she is helped, and the conversation waits for her."""
    _speak_her_language(step, finding)
    answering.heard(step, words, finding)


def _speak_her_language(step: Step, finding: Finding) -> None:
    if step.scene.person.language:
        return
    offered = {language.code for language in step.scene.library.languages if language.live}
    language = finding.language if finding.language in offered else OFFERED_WHEN_NOT
    step.add(Become(changes={"language": language}))


# -- what she says, taps, shows ----------------------------------------------------------------------------------


def _said(step: Step, event: Said, when: datetime) -> None:
    text, to_circle = event.text, writing.is_for(step, event, when)
    wish = _wish(step, text)
    if wish == "stop":
        wishes.stop(step, when)
    elif wish == "help" and answering.in_safety(step):
        step.answer_text(step.scene.say("safety.help"))
    elif wish == "help":
        _in_case(step, text)
        wishes.help_now(step)
    elif wish == "start":
        wishes.start(step, text)
    elif wish == "hide":
        privacy.hide(step, when)
    elif wish in wishes.ALWAYS:
        wishes.ALWAYS[wish](step)
    elif wish == "sad" and not step.scene.person.profile.joined:
        _sorrow(step, text)
    elif not step.scene.person.profile.consent:
        _before_consent(step, text)
    elif wish:
        step.let_go(reach.OF_THE_MOMENT)
        wishes.grant(step, wish)
    elif _talked_in(step) is None and linking.is_code(step.scene, text):
        linking.typed(step, text)
    elif not event.reply_to and (verb := room.is_word(step, text)):
        shield.tapped(step, verb)
    elif to_circle:
        _in_case(step, text)
        writing.says(step, event)
    elif _talked_in(step) is None and astray.is_one(step, event, when):
        astray.asked(step, event)
    else:
        _to_the_bot(step, event, when)


def _to_the_bot(step: Step, event: Said, when: datetime) -> None:
    """Words for a person who reads along, an answer, or words that nothing had asked for; none of them for the circle."""
    to_us = writing.answers_bot(step, event, when) and not step.is_button(event.text)
    if (case := _talked_in(step)) is not None:
        _to_a_person(step, case, event.text)
    elif not step.answer_text(event.text) and not to_us:
        _unasked(step)
    if to_us:
        step.say("circle.not_sent")
    astray.was_closed(step)


def _unasked(step: Step) -> None:
    """Words that nothing had asked for. Who hid or stopped in the midst of joining is taken on with it."""
    if comeback.is_one(step.scene):
        comeback.greeted(step)
    elif step.scene.person.profile.joined:
        step.add(Send(message=Message(text=step.scene.say("said.bot"), keys=menu.keys(step.scene))))
        if screening.is_before_her(step) or session.is_pulse(step):
            step.put_once_more()
    else:
        wishes.join(step)


def _wish(step: Step, text: str) -> str:
    """What her words ask for; "" if it is nothing, or if they are those of a button she has in front of her."""
    wish = menu.meant(step.scene.library, text)
    return "" if wish and wish not in menu.FIRST and step.is_button(text) else wish


def _sorrow(step: Step, text: str) -> None:
    """She tells of a loss in the midst of joining: no question about a child is put again, and no reminder of it comes.

    Once she has agreed, a person is told.
    """
    _in_case(step, text)
    step.add(Cancel(key=joining.NUDGE))
    step.say("sad.before")
    if step.scene.person.profile.consent:
        why = step.scene.tell("desk.why.words", category=step.scene.tell("desk.category.loss"))
        step.add(Flag(level="concern", category="loss", why=why))
        step.add(reach.aid(support.who(step.scene, "concern")))


def _before_consent(step: Step, text: str) -> None:
    if (case := _talked_in(step)) is not None:
        _to_a_person(step, case, text)
    elif not step.answer_text(text):
        wishes.join(step)


def _talked_in(step: Step) -> Case | None:
    """Her open case, if a person reads along in it. A call-back is no conversation."""
    case = step.scene.case
    return None if case is None or cases.is_call(case) else case


def _to_a_person(step: Step, case: Case, text: str) -> None:
    """While a case is open every word of hers reaches it, wherever else it goes.

    Once a person has taken it, only a button's own words still answer a question of ours: she is talking to them.
    """
    step.add(*cases.said(case, text))
    if step.answer_text(text, talking=True, taken=case.state == "taken"):
        return
    heard = step.scene.person.heard_at
    if case.state == "open" or heard is None or step.scene.now - heard > ACKNOWLEDGE_AFTER:
        late = cases.is_late(step.scene, case)
        step.say("said.passed_on" if case.state == "taken" else "said.not_yet" if late else "said.in_case")


def _in_case(step: Step, text: str) -> None:
    if (case := _talked_in(step)) is not None:
        step.add(*cases.said(case, text))


def _showed(step: Step, event: Showed, when: datetime) -> None:
    if not step.scene.person.profile.consent and not step.open() and _talked_in(step) is None:
        step.begin("joining")
        return
    to_circle = writing.is_for(step, event, when)
    heard = to_circle and writing.shows(step, event)
    if not heard and media.offer(step, event):
        return
    if event.text:
        _in_case(step, event.text)
    if _talked_in(step) is not None:
        step.add(*cases.told(step.scene, "desk.showed", hers=True, what=event.what))
    if not to_circle:
        step.say("said.only_text")


def _tapped(step: Step, event: Tapped) -> bool:
    """Whether it was a second tap on what she had just answered, which says nothing."""
    if listening.is_tap(step.scene, event):
        listening.play(step, event)
        return False
    if hooks.is_tap(step.scene, event):
        hooks.play(step, event)
        return False
    if shield.is_tap(step.scene, event):
        shield.tapped(step, event.value)
        return False
    if any(place.talk == event.talk and place.flow == joining.FLOW.name for place in step.places):
        step.leave(joining.REMINDER.name)  # she goes on by an older button: there is nothing to remind her of
    reach.turned_to(step, event.talk, event.question)
    if step.answer_tap(event.talk, event.question, event.value):
        return False
    if _twice(step.scene, event):
        return True
    if event.question == event.value == "undo" and privacy.undo(step):
        return False  # its talk was dropped by a stop, but the button still says what it does
    if step.open():
        step.say("tap.old_open")
        step.put_again()
    elif step.scene.person.profile.consent:
        step.add(Send(message=Message(text=step.scene.say("tap.old"), keys=menu.keys(step.scene))))
    else:
        step.begin("joining")
    return False


def _twice(scene: Scene, event: Tapped) -> bool:
    """A second tap on a button just answered: the phone was slow, there is nothing to say."""
    heard = scene.person.heard_at
    place = next((place for place in scene.places if place.talk == event.talk), None)
    answered = event.value == BACK or place is None or event.question in place.answers
    ours = 0 < event.talk <= scene.person.talks
    return ours and answered and heard is not None and scene.now - heard < DOUBLE_TAP


# -- leaving and coming back -------------------------------------------------------------------------------------


def _left(step: Step) -> None:
    """She blocked the bot. Unsent lines go; an open case stays open, and the desk is told."""
    step.stop_waiting()
    step.leave("late")
    step.add(Hush(), *(Cancel(key=key) for key in ("session", "late", "nudge", "wait:*")))
    away = Become(changes={"state": "left", "left_at": step.scene.now})
    step.add(away, *reading.put_away(step.scene), *cases.told(step.scene, "desk.left"))


def _returned(step: Step) -> None:
    person = step.scene.person
    if person.state != "left":
        return
    if person.profile.stopped_at is not None:
        step.add(Become(changes={"state": "stopped"}))
        return
    if not person.profile.joined:
        step.add(Become(changes={"state": "joining"}))
        return
    step.add(Become(changes={"state": "active"}), *rhythm.next_session(step.scene))


# -- when a turn of ours broke -----------------------------------------------------------------------------------


def apologise(scene: Scene, event: AnyEvent, what: str) -> list[AnyEffect]:
    """For an event whose turn failed for good: she hears an apology, people hear of her. It plays no flow.

    Worrying words keep their level and reach the desk whole; the numbers are given at once. `what` names the
    fault and holds no words of hers.
    """
    return drill.marked(scene, _sorry(scene, event, what))


def _sorry(scene: Scene, event: AnyEvent, what: str) -> list[AnyEffect]:
    step = Step(scene, {}, pushed=isinstance(event, Due))
    tech = Message(text=scene.tell("desk.tech.turn", what=what))
    step.add(Send(to=TECH, message=tech, silent=True))
    finding = event.finding if isinstance(event, Said | Showed) else None
    finding = None if finding is not None and finding.level == answering.NONE else finding
    words = event.text if isinstance(event, Said | Showed) and finding is not None else ""
    level = finding.level if finding is not None else "watch"
    category = finding.category if finding is not None else "fault"
    file = event.file if isinstance(event, Showed) and scene.person.profile.consent else ""
    step.add(Flag(level=level, category=category, why=scene.tell("desk.why.fault"), words=words, file=file))
    if support.is_red(finding):
        wishes.help_now(step)
    if isinstance(event, Due) and event.key == "session":
        step.add(Schedule(key=event.key, at=scene.now + timedelta(days=1), about=event.about))
    if isinstance(event, Said | Showed | Tapped):
        step.say("said.sorry")
        if _is_late(scene, event):
            return _knocking(step)
    return step.close()
