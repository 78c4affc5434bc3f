"""The language flows are written in, and the short engine that plays them.

Rules everyone keeps:

1. No generator is kept between events. What is kept is a `Place`: her answers by question, the facts the flow
   branched on, and the name of the open question. At each event the flow is played again from its first line;
   answered questions pass in silence, and speech begins where she left off.
2. So a flow may look only at its scene, and whatever may change between two events (the hour, an open case)
   it looks at through `given`, which remembers what was seen first.
3. A question's name is unique in its flow. Names beginning with `~` are waits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct, structs

from flows.effects import AnyEffect, Become, Lane, Schedule, Send
from flows.model import Button, Message, Place, Scene, in_rows

T = TypeVar("T")

SKIP, BACK = "~skip", "~back"
NUMBER = re.compile(r"[^\w+.,−–—-]*(\d+)[^\w]*")
"""A number as it is typed for a button: "2", "2.", "(2)", a keycap; "-1" and "1,5" are other numbers."""
SIGNED = re.compile(r"\s*[−–—-]\s*\d")
MAX_STEPS = 500
BESIDE = 2
"""How many stand in a row of what is offered beside the answers: in a column it would push the question off her screen."""
SHORT = 16
"""A label of so many characters is read whole on half a row of a small phone; a longer one would be cut off there."""


def paired(options: tuple[tuple[str, str], ...]) -> tuple[int, ...]:
    """How many answers stand in each row, in their order: two neighbours where both are short, else one."""
    shape: list[int] = []
    rest = [len(label) <= SHORT for _, label in options]
    while rest:
        shape.append(2 if rest[:2] == [True, True] else 1)
        rest = rest[shape[-1] :]
    return tuple(shape)


class Choice(Struct, frozen=True):
    """One of a few buttons; typed, its number or its words. `options` are (value, label) pairs.

    `numbers` are typed instead of 1, 2, 3 where the options have numbers of their own (months). `also` are pairs that
    may be typed though no button of this screen shows them. `shape`: how many stand in each row, `columns` where it is
    empty. `unsaid` is the (value, label) pair that stands beside back, in place of skip, which may still be typed.
    """

    options: tuple[tuple[str, str], ...]
    columns: int = 1
    numbers: tuple[int, ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    shape: tuple[int, ...] = ()
    unsaid: tuple[str, str] | None = None

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """What has a button."""
        return (*self.options, *([self.unsaid] if self.unsaid else []))

    def tapped(self, value: str) -> str | None:
        """The value, if it is one of ours: what a phone sends is a claim."""
        return value if any(value == known for known, _ in self.shown) else None

    def typed(self, text: str) -> str | None:
        """The value whose number or label she typed, else None."""
        number = number_in(text)
        numbers = self.numbers or range(1, len(self.options) + 1)
        for at, (value, label) in zip(numbers, self.options, strict=True):
            if number == str(at) or says(text, label):
                return value
        others = (*([self.unsaid] if self.unsaid else []), *self.also)
        return next((value for value, label in others if says(text, label)), None)


class Scale(Struct, frozen=True):
    """A whole number from `low` up, one label each. `shape`: how many stand in each row, one where it is empty.

    `beside` are (value, label) pairs that are no number: they stand two in a row, and skip among them.
    """

    low: int
    labels: tuple[str, ...]
    shape: tuple[int, ...] = ()
    beside: tuple[tuple[str, str], ...] = ()

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """(value, label) pairs, as `Choice` has them."""
        return tuple((str(self.low + at), label) for at, label in enumerate(self.labels))

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """What has a button."""
        return (*self.options, *self.beside)

    def tapped(self, value: str) -> int | str | None:
        """The number, if it is on the scale, or what is offered beside it."""
        return self._known(Choice(self.shown).tapped(value))

    def typed(self, text: str) -> int | str | None:
        """The number she typed, or the one whose label she typed; or what is offered beside, by its label."""
        number, beside = number_in(text), dict(self.beside)
        found = (
            value
            for value, label in self.shown
            if number == value or says(text, label) or (value in beside and says(text, value))
        )
        return self._known(next(found, None))

    def _known(self, value: str | None) -> int | str | None:
        return value if value is None or value in dict(self.beside) else int(value)


class Words(Struct, frozen=True):
    """Any words of hers. `options` are buttons beside them, whose value is then the answer.

    `idle`: words, as `plain` has them, which answer nothing where they stand alone.
    """

    options: tuple[tuple[str, str], ...] = ()
    columns: int = 1
    idle: frozenset[str] = frozenset()

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """What has a button."""
        return self.options

    def tapped(self, value: str) -> str | None:
        """The button's value, if it is one of ours."""
        return Choice(self.options).tapped(value)

    def typed(self, text: str) -> str | None:
        """A button's value if she typed its label or number, else her words as they are. None: they answer nothing."""
        return Choice(self.options).typed(text) or (None if plain(text) in self.idle else text.strip() or None)


Kind = Choice | Scale | Words


class Ask(Struct, frozen=True, kw_only=True):
    """A question put to her. `lane` SAFETY overtakes; with `loose`, text that is no answer is not a miss.

    `veiled`: once answered, her choice is not shown. `under` are buttons of no talk, which stay once it is answered.
    `leaves`: the words that stand in its place once answered, without her choice, whosever phone it is: whoever scrolls
    up reads neither.
    """

    question: str
    text: str
    kind: Kind
    skip: bool = False
    back: bool = False
    loose: bool = False
    veiled: bool = False
    lane: Lane = Lane.REPLY
    under: tuple[tuple[Button, ...], ...] = ()
    leaves: str = ""


class Wait(Struct, frozen=True, kw_only=True):
    """A pause that ends by itself at `until`."""

    question: str
    until: datetime


class Given(Struct, frozen=True, kw_only=True):
    """A fact the flow branches on, remembered as it was when first seen; `older` where the talk was past it by then."""

    name: str
    value: Any
    older: Any = None


Script = Generator[Any, Any, T]


class Flow(Struct, frozen=True, kw_only=True):
    """A conversation by name. Raise `version` when a change moves its questions.

    `again`: whether the question beneath is put again when this talk ends. `passing`: a menu, gone as soon as
    another talk begins.
    """

    name: str
    version: int
    play: Callable[[Scene, str], Script[None]]
    again: bool = True
    passing: bool = False


def ask(
    question: str,
    text: str,
    kind: Kind,
    *,
    skip: bool = False,
    back: bool = False,
    loose: bool = False,
    veiled: bool = False,
    lane: Lane = Lane.REPLY,
    under: tuple[tuple[Button, ...], ...] = (),
    leaves: str = "",
) -> Script[Any]:
    """Put a question and give back its answer: a str for `Choice` and `Words`, an int for `Scale`, None if skipped."""
    how: dict[str, Any] = {"skip": skip, "back": back, "loose": loose, "veiled": veiled, "lane": lane, "under": under}
    return (yield Ask(question=question, text=text, kind=kind, leaves=leaves, **how))


def wait(name: str, until: datetime) -> Script[None]:
    """Stand still until `until` (aware), then go on."""
    yield Wait(question=f"~{name}", until=until)


def given(name: str, value: T, *, older: T | None = None) -> Script[T]:
    """The value as it was the first time the talk came here. It must survive JSON.

    `older`, unless None, holds in its place for a talk that went past here before the flow asked for this fact: where
    the fact could lead away from what she has answered since, name the way such a talk has gone.
    """
    return (yield Given(name=name, value=value, older=older))  # type: ignore[no-any-return]


def speak(text: str, lane: Lane = Lane.REPLY, **more: Any) -> Send:
    """A plain line to her."""
    return Send(message=Message(text=text, **more), lane=lane)


def become(scene: Scene, **changes: Any) -> Script[Scene]:
    """Change what we know of her, and give back the scene as it is from here on."""
    yield Become(changes=changes)
    return changed(scene, changes)


def changed(scene: Scene, changes: dict[str, Any]) -> Scene:
    """The scene with fields of the person, or of her profile, replaced by name."""
    person = scene.person
    hers = {name: value for name, value in changes.items() if name in person.__struct_fields__}
    told = {name: value for name, value in changes.items() if name not in hers}
    profile = structs.replace(person.profile, **told) if told else person.profile
    return structs.replace(scene, person=structs.replace(person, profile=profile, **hers))


class Played(Struct, frozen=True, kw_only=True):
    """What came of playing a flow: new effects, and where she stands now (None: the talk is over).

    `open` is the question she stands at. `astray`: the script no longer meets the question she answered.
    """

    effects: tuple[AnyEffect, ...] = ()
    place: Place | None = None
    open: Ask | Wait | None = None
    answered: Ask | None = None
    astray: bool = False


def play(flow: Flow, scene: Scene, place: Place, news: str | None) -> Played:
    """Play `flow` to its open question or its end.

    `news` names the question just answered in `place.answers`; "" begins the talk; None only finds the open
    question again. Effects before the news were carried out long ago and are left in silence.
    """
    script = flow.play(scene, place.about)
    facts = dict(place.facts)
    effects: list[AnyEffect] = []
    answered: Ask | None = None
    met, value = news == "", None
    for _ in range(MAX_STEPS):
        try:
            step = script.send(value)
        except StopIteration:
            return Played(effects=tuple(effects), answered=answered, astray=not met and news is not None)
        value = None
        match step:
            case Given(name=name, value=seen, older=older):
                value = facts.setdefault(name, seen if met or older is None else older)
            case Ask() | Wait() if step.question in place.answers:
                value = place.answers[step.question]
                if step.question == news:
                    met, answered = True, step if isinstance(step, Ask) else None
            case Ask() | Wait():
                repeated = place.repeated and step.question == place.question
                stands = structs.replace(place, facts=facts, question=step.question, repeated=repeated)
                lost = not met and news is not None
                return Played(effects=tuple(effects), place=stands, open=step, answered=answered, astray=lost)
            case _ if met:
                effects.append(step)
    raise RuntimeError(f"flow {flow.name} does not end: {MAX_STEPS} steps without an open question")


def put(scene: Scene, place: Place, step: Ask | Wait, *, edit: bool = False) -> AnyEffect:
    """The effect that puts an open question (or plans the end of a wait)."""
    if isinstance(step, Wait):
        return Schedule(key=wait_key(place.talk), at=step.until, about=step.question)
    message = Message(text=step.text, buttons=buttons(scene, place, step))
    return Send(message=message, lane=step.lane, slot=slot(place.talk), edit=edit)


def settled(place: Place, step: Ask, label: str) -> Send:
    """The question as it stays in the chat once answered by a button: its words, her choice or "", none of its buttons."""
    message = Message(text=f"{step.leaves or step.text}\n\n✓ {label}", buttons=step.under)
    return Send(message=message, lane=step.lane, slot=slot(place.talk), edit=True)


def buttons(scene: Scene, place: Place, step: Ask) -> tuple[tuple[Button, ...], ...]:
    """Rows of buttons: the options, then back and skip where the question allows them, and what stands beside these."""
    kind = step.kind
    columns = 1 if isinstance(kind, Scale) else kind.columns
    shape = () if isinstance(kind, Words) else kind.shape
    answers = [_button(place, step, value, label) for value, label in kind.options]
    extra = [*kind.beside] if isinstance(kind, Scale) else []
    extra += [(BACK, scene.say("ask.back"))] if step.back and place.answers else []
    if isinstance(kind, Choice) and kind.unsaid:
        extra.append(kind.unsaid)
    elif step.skip:
        extra.append((SKIP, scene.say("ask.skip")))
    others = in_rows([_button(place, step, value, label) for value, label in extra], BESIDE)
    return (*(_shaped(answers, shape) or in_rows(answers, columns)), *others, *step.under)


def _shaped(buttons: Sequence[Button], shape: tuple[int, ...]) -> tuple[tuple[Button, ...], ...]:
    """So many in each row as `shape` says, from the top; none where it says nothing."""
    begins = [sum(shape[:at]) for at in range(len(shape))]
    return tuple(tuple(buttons[begin : begin + wide]) for begin, wide in zip(begins, shape, strict=True))


def _button(place: Place, step: Ask, value: str, label: str) -> Button:
    return Button(label, f"{place.talk}:{step.question}:{value}")


def label_of(scene: Scene, step: Ask, value: Any) -> str:
    """What the button of `value` says; "" where whoever takes the phone next must not read her choice."""
    if step.veiled or step.leaves or (step.lane is Lane.SAFETY and scene.person.profile.shared):
        return ""
    if value is None:
        return scene.say("ask.skip")
    also = step.kind.also if isinstance(step.kind, Choice) else ()
    return next((label for known, label in (*step.kind.shown, *also) if known == str(value)), str(value))


def is_closed(step: Ask, value: Any) -> bool:
    """Whether a typed answer closes its question in the chat, as a tap does: it is what one of its buttons says.

    Her own words are not repeated to her, and after a question about her safety nothing goes before the answer. One that
    `leaves` other words behind is closed whatever she typed, behind the answer.
    """
    chosen = any(known == str(value) for known, _ in step.kind.shown)
    return bool(step.leaves) or (step.lane is not Lane.SAFETY and chosen)


def slot(talk: int) -> str:
    """The slot of a talk's open question."""
    return f"talk:{talk}"


def wait_key(talk: int) -> str:
    """The due key of a talk's timed wait."""
    return f"wait:{talk}"


def number_in(text: str) -> str:
    """The number she typed, if that is all she typed; else ""."""
    found = NUMBER.fullmatch(text)
    return found[1] if found is not None else ""


def says(text: str, label: str) -> bool:
    """Whether she typed what a button says; "-1" is not the button "1"."""
    word = plain(text)
    return bool(word) and word == plain(label) and (SIGNED.match(text) is None or SIGNED.match(label) is not None)


def plain(text: str) -> str:
    """Text as it is compared with labels: case, space, faces and closing marks do not count."""
    return "".join(c for c in text.casefold() if c.isalnum() or c.isspace()).strip()
