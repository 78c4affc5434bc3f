"""Short pages outside the weeks: the calm corner, papers and rights, when somebody drinks. Opened by her, never pushed.

An exercise of the calm corner comes as messages with a short wait between them; nothing is asked of her meanwhile.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from content.courses import Page, Shelf
from flows.desk import discreet
from flows.effects import Send
from flows.model import Message, Scene
from flows.programme import calendar, listening
from flows.script import Choice, Flow, Script, ask, given, speak, wait

CALM, RIGHTS, DRINK = "calm", "rights", "drink"


def pages(scene: Scene, shelf: str) -> tuple[Page, ...]:
    """The pages of a shelf for her, none where nobody has written it."""
    found = scene.library.shelf(shelf)
    lost = scene.person.profile.lost_at is not None
    return tuple(page for page in (found.pages if found is not None else ()) if not (lost and page.of_babies))


def _calm(scene: Scene, _about: str) -> Script[None]:
    """She chooses an exercise, and it plays."""
    shelf = scene.library.shelf(CALM)
    if shelf is None:
        return
    page = yield from _chosen(scene, shelf, "shelf.calm")
    texts = shelf.bubbles(page, scene.person.language)
    # Beside a red case nothing that was planned comes: there she has the whole exercise at once.
    at_once = yield from given("at_once", discreet.rests(scene))
    begun = datetime.fromisoformat((yield from given("begun", scene.now.isoformat())))
    after = timedelta()
    for number, (text, seconds) in enumerate(zip(texts, page.seconds or (0,) * len(texts), strict=True), 1):
        voice = listening.under(scene, texts) if number == 1 else ()  # before she has read it all by herself
        yield Send(message=Message(text=text, buttons=voice), silent=number > 1)
        after += timedelta(seconds=seconds)
        if seconds and not at_once:
            yield from wait(f"breath{number}", begun + after)
    yield Send(message=Message(text=scene.say("shelf.calm_end")), silent=True)


def read(scene: Scene, name: str, words: str) -> Script[None]:
    """A shelf to read: which page, where there are several, and its messages."""
    shelf = scene.library.shelf(name)
    if shelf is None:
        return
    page = shelf.pages[0] if len(shelf.pages) == 1 else (yield from _chosen(scene, shelf, words))
    if page.alone and not (yield from is_alone(scene)):
        return
    texts = shelf.bubbles(page, scene.person.language, calendar.wordings(scene.person, scene.now))
    yield from listening.spoken(scene, texts)


def is_alone(scene: Scene) -> Script[bool]:
    """What nobody else may see opens only when she says that nobody is near."""
    wanted = Choice((("yes", scene.say("near.yes")), ("later", scene.say("near.later"))))
    if (yield from ask("alone", scene.say("near.ask"), wanted, loose=True)) == "yes":
        return True
    yield speak(scene.say("nearby.later"))
    return False


def _chosen(scene: Scene, shelf: Shelf, words: str) -> Script[Page]:
    ids = yield from given(f"{shelf.id}_pages", [page.id for page in pages(scene, shelf.id)])
    listed = [page for page in shelf.pages if page.id in ids]
    titles = tuple((page.id, shelf.title(page, scene.person.language)) for page in listed)
    id = yield from ask(f"{shelf.id}_page", scene.say(words), Choice(titles), back=True, loose=True)
    return next(page for page in listed if page.id == id)


FLOW = Flow(name=CALM, version=1, play=_calm, passing=True)
