"""The week: one flow plays every session of every programme, one plays the pulse, one the late answer.

`about` of a session is `programme:week:push:how` (`flows/programme/pages.py` says what a page is). `how`: `knock` for a push,
`open` when she opened it again from "My week", `next` when the coming page was asked for at once, `later` when she
asked for it to come again today.
"""

from __future__ import annotations

from msgspec import structs

from content.courses import Part, Programme
from flows import capacity, first_week, research
from flows.checkins import faces, left, rotation, screening, times
from flows.circles import waiting as circle
from flows.effects import Begin, Draw, Flag, Keep, Release
from flows.knock import knock
from flows.model import Button, Face, Scene
from flows.programme import afterwards, almanac, calendar, expecting, hooks, listening, pages, shelves
from flows.programme.pages import QUESTION, REFLECT, TRY
from flows.script import Choice, Flow, Scale, Script, ask, become, given, speak
from flows.step import Step
from flows.worry import support

READY = {"dads": ("tracks.play_dads", "session.play_go")}
"""What stands before the part to do together where there is no child in front of whoever reads."""

BRIEF = ("dads",)
"""Programmes of which a tap brings three messages at most, since Telegram may reach whoever reads only now and then."""

GLAD = 7
"""Ways of being glad of each answer to how a try went, one a week in turn: none comes twice in seven weeks."""
HOW_IT_WENT = ("yes", "partly", "no")
WEEKS, MORE = "weeks", "questions"
"""What stands under the faces: her last weeks, and more questions for who would like them."""
LOW = 2
LOWEST = 1
FACES = (2, 1, 2)
"""The faces in three rows, the middle one alone: in a column they would push the question off a small screen."""
MOOD = "mood"
"""The name of the question with the faces, whichever talk puts it."""


def _session(scene: Scene, about: str) -> Script[None]:
    programme, number, part, how = about.split(":")
    week, push = int(number), int(part)
    course = scene.library.programme(programme)
    lead = yield from _led(scene, course, week, push, how)
    if not lead:
        yield from knock(scene, how, _line(course, week, push))
    if push == REFLECT:
        lead = yield from _followed_up(scene, week, lead)
    if week > course.length:
        for lines in (yield from given("ends", _end(scene, programme))):
            yield speak(_joined(*(scene.say(line) for line in lines.split())))
        read = True
    else:
        read = yield from _page(scene, programme, week, push, lead=lead)
    if read:
        yield from capacity.told(scene)
    if read and push == REFLECT and how != "open" and week <= course.length:
        yield from circle.offered(scene)
    if read and push == TRY:
        if (yield from _checked_in(scene)):
            return
        yield from first_week.offered(scene, week, quiet=_is_quiet(scene, about))
    if push == QUESTION and (yield from given("latest", how != "open" or pages.reached(scene)[-1:] == [(week, push)])):
        if not course.stirs(week) and (yield from _checked_in(scene)):
            return
        mood = yield from pulse(scene, again=course.stirs(week))
        if mood is not None and mood <= LOW:
            return
        yield from research.asked(scene, well=mood is not None and _is_quiet(scene, about))
    if (yield from given("whole", bool(lead) and not read, older=False)):
        return  # no tap of hers brought it, and a second line would light up: what waits is in "My week"
    hers = scene.person.profile.programme == programme  # she may have gone on to another while this page stood open
    waiting = pages.without(scene.person.profile.waiting, week, push) if hers else ()
    yield from _another(scene, programme, (yield from given("waiting", list(waiting))))


def _checked_in(scene: Scene) -> Script[bool]:
    """The check-in whose time has come, in place of the pulse or of an offer. Whether there is one."""
    step = yield from given("check_in", times.due(scene), older="")
    if not step:
        return False
    yield from _put(scene, step, "open" if step.partition(":")[0] == times.DOOR else "offer")
    return True


def _put(scene: Scene, step: str, how: screening.How) -> Script[None]:
    """A check-in (`instrument:reason`) where this talk ends, in place of one that is still open."""
    instrument, _, reason = step.partition(":")
    yield from become(scene, **times.put(scene.person, step, scene.now))
    yield from screening.given_way(scene.places)
    yield Begin(flow=screening.NAME, about=screening.about(instrument, how, reason))


CLOSED = ("dads", "grandmothers")
"""Tracks whose closing stands behind the last week: a look back at the first, two people and one place, what comes now."""


def _end(scene: Scene, programme: str) -> list[str]:
    """The messages once all weeks have been, each the ids of its texts: what comes now, or that more comes after the birth."""
    if scene.person.stage == expecting.STAGE and pages.after_birth(scene):
        return ["tracks.end_waiting"]
    closing = [f"end.{programme}_look", f"end.{programme}_hold"] if programme in CLOSED else []
    if programme in BRIEF:
        closing = [" ".join(closing)]
    return [*closing, "tracks.end_mums" if afterwards.there_are(scene) else "session.no_more"]


def _is_quiet(scene: Scene, about: str) -> bool:
    """Whether nothing else is asked of her and no other page waits: an offer she leaves alone would hold it back.

    The menu she may have come by, and what gives way to a page, do not count.
    """
    page, week, push = about.rpartition(":")[0], *about.split(":")[1:3]
    others = [place for place in scene.places if place.flow != "week" and place.question not in pages.PASSED]
    standing = [place for place in others if place.flow != pages.SESSION or place.about.rpartition(":")[0] != page]
    return not standing and not pages.without(scene.person.profile.waiting, int(week), int(push))


def _led(scene: Scene, course: Programme, week: int, push: int, how: str) -> Script[str]:
    """The neutral line that a page begins with where it does not knock; "" where it does.

    On a phone of her own she may do without knocks. What is for her alone, stirs or has nothing to read knocks
    all the same.
    """
    profile = scene.person.profile
    knocks = profile.knocks or profile.shared or how != "knock"
    if (yield from given("knocks", knocks)) or week > course.length:
        return ""
    if course.stirs(week) or course.alone(week) or not pages.has_words(course, week, push):
        return ""
    return scene.say("push.page_open")


def _line(course: Programme, week: int, push: int) -> str:
    """What knocks: a page, the question alone, or, once all written pages have been, a few words about that."""
    if week > course.length:
        return "push.words"
    return "push.page" if pages.has_words(course, week, push) else "push.question"


def _followed_up(scene: Scene, week: int, lead: str) -> Script[str]:
    """How the last have-a-go went, once; glad of any answer. Gives back the line the page still has to begin with."""
    last = scene.person.profile.trying
    trying = yield from given("trying", last if last < week else 0)
    if not trying:
        return lead
    tried = tuple((value, scene.say(f"tried.{value}")) for value in HOW_IT_WENT)
    typed = tuple((value, word) for value in HOW_IT_WENT for word in scene.say(f"tried.said_{value}").split("|"))
    kind = Choice(tried, also=typed)
    answer = yield from ask("tried", _joined(lead, scene.say("tried.ask")), kind, skip=True, loose=True)
    yield from become(scene, trying=0)
    if answer is not None:
        yield Keep(question=f"tried.{trying}", value=answer)
        yield speak(scene.say(f"tried.glad_{answer}_{(trying - 1) % GLAD + 1}"))
    return ""


def _page(scene: Scene, programme: str, week: int, push: int, *, lead: str = "", tag: str = "") -> Script[bool]:
    """One page, behind whatever stands before it. `tag` ends the names of its questions, where a talk plays several.

    Gives whether she has it open: not where it is kept for another day, nor where it came whole without a tap of hers,
    since a second message would light up then.
    """
    course = scene.library.programme(programme)
    has_words = pages.has_words(course, week, push)
    if has_words and course.alone(week) and not (yield from _is_alone(scene, week, push, tag)):
        return False
    waiting = pages.without(scene.person.profile.waiting, week, push)
    scene = yield from become(scene, waiting=waiting)
    if push == REFLECT:
        if course.stirs(week) and not (yield from _door(scene, tag)):
            return False
        yield from _reflect_and_play(scene, course, week, lead=lead, tag=tag)
    elif has_words:
        texts = yield from _bubbles(scene, course, week, "have_a_go" if push == TRY else "question")
        brief = _brief(course, (*texts, *(yield from hooks.words(scene, course, week, push))), alone=bool(lead))
        voice = listening.under(scene, texts) if brief != texts else ()
        under = (*voice, *(yield from hooks.under(scene, course, week, push)))
        yield from _read(scene, brief, lead=lead, more=push == QUESTION, under=under)
        return not lead or push == QUESTION or len(brief) > 1
    return True


def _is_alone(scene: Scene, week: int, push: int, tag: str) -> Script[bool]:
    """A page for her alone opens only when she says that nobody is near."""
    wanted = (("yes", scene.say("near.yes")), ("later", scene.say("near.later")))
    answer = yield from ask(f"alone{tag}", scene.say("near.ask"), Choice(wanted), loose=True)
    if answer == "yes":
        return True
    waiting = pages.without(scene.person.profile.waiting, week, push)
    yield from become(scene, waiting=(*waiting, f"{week}:{push}"))
    yield speak(scene.say("session.kept"))
    return False


def _door(scene: Scene, tag: str) -> Script[bool]:
    """Before a page that may wake old pain: she chooses. Whether to go in."""
    wanted = tuple((value, scene.say(f"door.{value}")) for value in ("read", "skip", "person"))
    answer = yield from ask(f"door{tag}", scene.say("door.ask"), Choice(wanted), loose=True)
    if answer == "skip":
        yield speak(scene.say("session.kept"))
    elif answer == "person":
        yield from support.PERSON.play(scene, "")
    return bool(answer == "read")


def _reflect_and_play(scene: Scene, course: Programme, week: int, *, lead: str, tag: str) -> Script[None]:
    title = course.title(week, scene.person.language)
    reflect = yield from _bubbles(scene, course, week, "reflect")
    play = yield from _bubbles(scene, course, week, "play")
    brief = course.id in BRIEF
    ready, show = READY.get(course.id, ("session.play_ready", "session.play_go"))
    last: tuple[str, ...] = ()
    voice: tuple[tuple[Button, ...], ...] = ()
    if brief and play and reflect:
        reflect, last, voice = reflect[:-1], reflect[-1:], listening.under(scene, reflect)
    if lead:
        lead = _joined(lead, title)
    elif brief:
        reflect = (_joined(title, *reflect[:1]), *reflect[1:])
    else:
        yield speak(title)
    yield from _read(scene, reflect, lead=lead, more=True)
    if play:
        words = _joined(*last, scene.say(ready))
        yield from ask(f"play{tag}", words, Choice((("go", scene.say(show)),)), loose=True, under=voice)
        yield from listening.spoken(scene, play)
    yield from almanac.told(scene, course, week, tag)
    yield speak(scene.say("session.end"))


def _brief(course: Programme, texts: tuple[str, ...], *, alone: bool) -> tuple[str, ...]:
    """Two messages where there would be more, two texts to each; the first `alone` behind a line of its own."""
    if course.id not in BRIEF or len(texts) <= 2:
        return texts
    first, rest = (texts[:1], texts[1:]) if alone else ((), texts)
    return (*first, *(_joined(*rest[at : at + 2]) for at in range(0, len(rest), 2)))


def _bubbles(scene: Scene, course: Programme, week: int, part: Part) -> Script[tuple[str, ...]]:
    """The messages of a part, as fitted her and her child when this talk first asked."""
    wanted = yield from given("wordings", list(calendar.wordings(scene.person, scene.now)))
    return course.bubbles(week, part, scene.person.language, wanted)


def _read(
    scene: Scene,
    texts: tuple[str, ...],
    *,
    lead: str,
    more: bool,
    under: tuple[tuple[Button, ...], ...] = (),
) -> Script[None]:
    """One message after the other. With `lead` the first begins with it, and what follows comes on a tap.

    So one message lights up, and its first 60 characters are neutral. `more`: the page goes on after these. `under`:
    rows of buttons of no talk under the last of the texts.
    """
    said = listening.spoken(scene, texts)
    if said and under:
        last = structs.replace(said[-1].message, buttons=(*said[-1].message.buttons, *under))
        said = [*said[:-1], structs.replace(said[-1], message=last)]
    if lead:
        first, voice = _joined(lead, *texts[:1]), said[0].message.buttons if said else ()
        said = said[1:]
        if said or more:
            yield from ask("go_on", first, Choice((("go", scene.say("push.go_on")),)), loose=True, under=voice)
        else:
            yield speak(first, buttons=voice)
    yield from said


def _joined(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)


def _another(scene: Scene, programme: str, waiting: list[str]) -> Script[None]:
    """Pages whose knock gave way to this one are offered in their order, as long as she likes to go on."""
    for page in waiting:
        week, push = pages.as_page(page)
        tag = f".{week}.{push}"
        wanted = Choice((("open", scene.say("session.another_open")),))
        yield from ask(f"another{tag}", scene.say("session.another"), wanted, loose=True)
        yield from _page(scene, programme, week, push, tag=tag)


def pulse(scene: Scene, *, asked: bool = False, again: bool = False) -> Script[int | None]:
    """Five faces, one tap; low offers company, lowest asks the safety question. No score is shown. Gives the face.

    After a face that is not low comes a second tap, on something else each week. Left out while check-ins wait for her; and when she answered one in the last days, unless she `asked` for it
    herself, or it is put `again` for a reason of its own.
    """
    if (yield from capacity.waits(scene, asked=asked)):
        return None
    if (yield from given("fresh", calendar.pulse_is_fresh(scene.person, scene.now) and not asked and not again)):
        return None
    scene = yield from become(scene, put={**scene.person.profile.put, rotation.PULSE: scene.now})
    calm = ((shelves.CALM, scene.say("feel.calm")),) if asked and shelves.pages(scene, shelves.CALM) else ()
    drawn = ((WEEKS, scene.say("picture.ask")),) if asked and scene.person.profile.pulsed_at is not None else ()
    more = ((MORE, scene.say("feel.more")),) if asked and _may_wish(scene) else ()
    labels = tuple(scene.say(f"pulse.{value}") for value in range(1, 6))
    scale = Scale(1, labels, shape=FACES, beside=(*calm, *drawn, *more))
    mood = yield from ask(MOOD, scene.say("pulse.ask"), scale, skip=True, loose=True)
    if mood == shelves.CALM:
        yield Begin(flow=shelves.CALM)
        return None
    if mood == WEEKS:
        yield Draw()
        return None
    if mood == MORE:
        yield from _wished(scene)
        return None
    if mood is None:
        yield speak(scene.say("pulse.skipped"))
        return None
    after = yield from given("after_pulse", times.after_pulse(scene.person, mood))
    seen = faces.kept(scene.person.profile.faces, Face(scene.now, int(mood)))
    scene = yield from become(scene, pulsed_at=scene.now, lows=after["lows"], owed=tuple(after["owed"]), faces=seen)
    yield Keep(question="pulse.mood", value=mood)
    if (
        mood == LOWEST
        and (yield from support.safety_question(scene, scene.say("safety.ask_pulse"), after="pulse")) != "no"
    ):
        return LOWEST
    if mood <= LOW:
        yield from _company(scene)
    else:
        yield from rotation.asked(scene)
        yield speak(scene.say("pulse.thanks"))
    return int(mood)


def is_pulse(step: Step) -> bool:
    """Whether the open question is one of the pulse: its faces, or the second tap."""
    top = step.open()
    return top is not None and top[0].question in {MOOD, rotation.QUESTION}


def _may_wish(scene: Scene) -> bool:
    return scene.person.profile.joined and bool(times.by_herself(scene.library, scene.person))


def _wished(scene: Scene) -> Script[None]:
    """She would like to answer more: what has rested long enough, else a kind word and the way to a person.

    One that she has open already comes again by itself as this talk ends.
    """
    if left.is_open(scene):
        return
    step = times.asked(scene)
    if step:
        yield from _put(scene, step, "open")
    elif scene.person.waits_since is not None:
        yield speak(scene.say("capacity.not_yet"))
    else:
        yield speak(scene.say("feel.more_rests" if scene.case is None else "feel.more_waits"))


def _company(scene: Scene) -> Script[None]:
    wanted = Choice((("yes", scene.say("word.yes")), ("no", scene.say("word.no"))), columns=2)
    company = yield from ask("company", scene.say("pulse.company"), wanted)
    if company == "yes":
        yield Flag(level="watch", category="asked", why=scene.tell("desk.why.company"))
        yield speak(scene.say("pulse.company_yes", emergency=support.emergency(scene), **support.hours(scene)))
    else:
        yield speak(scene.say("pulse.thanks"))


def _pulse(scene: Scene, about: str) -> Script[None]:
    if about == "knock":
        wanted = (("open", scene.say("push.open")),)
        yield from ask("knock", scene.say("push.question"), Choice(wanted), loose=True)
        if (yield from _checked_in(scene)):
            return
    yield from pulse(scene, asked=True)


def _late(scene: Scene, _about: str) -> Script[None]:
    """An answer she is no longer waiting for is a push: it knocks, and comes on her tap."""
    yield from ask("knock", scene.say("push.answer"), Choice((("open", scene.say("push.open")),)), loose=True)
    yield Release()


SESSION = Flow(name="session", version=3, play=_session)
PULSE = Flow(name="pulse", version=2, play=_pulse)
LATE = Flow(name="late", version=1, play=_late)
