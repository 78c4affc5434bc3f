"""The carry card: a few words she passes on to him by any messenger, by her own hand, whether he can be reached or not.

Nothing she sees depends on him. He says two words back, to her, and she taps: so we know that it arrived.
"""

from __future__ import annotations

from flows.effects import Keep, Send
from flows.model import Button, Message, Scene
from flows.programme import listening
from flows.script import Choice, Flow, Script, ask, speak

SHELF = "carry"
LONGEST = 256
"""Characters that a copy button of Telegram holds (Bot API, `CopyTextButton`)."""


def _carry(scene: Scene, _about: str) -> Script[None]:
    shelf, language = scene.library.shelf(SHELF), scene.person.language
    if shelf is None:
        return
    titles = tuple((page.id, shelf.title(page, language)) for page in shelf.pages)
    close = ("close", scene.say("kin.close"))
    chosen = yield from ask("card", scene.say("carry.ask"), Choice((*titles, close)), loose=True)
    page = shelf.page(chosen)
    if page is None:
        yield speak(scene.say("kin.closed"))
        return
    text, words = shelf.bubbles(page, language)
    copy = Button(scene.say("carry.copy"), "", copy=text)
    yield Send(message=Message(text=text, buttons=((copy,), *listening.under(scene, (text,)))))
    options = (("arrived", scene.say("carry.arrived", words=words)), ("later", scene.say("carry.later")))
    if (yield from ask("back", scene.say("carry.back", words=words), Choice(options), loose=True)) == "arrived":
        yield Keep(question=f"carry.{page.id}", value="arrived")
        yield speak(scene.say("carry.thanks"))
    else:
        yield speak(scene.say("carry.later_ok"))


FLOW = Flow(name="carry", version=1, play=_carry)
