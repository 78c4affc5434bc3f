"""Walks every way through every flow.

Each way is walked three times side by side: by tapping, by typing the number, by typing the words. All three must
lead to the same lines and leave her in the same place, and every way must end. `tests/beginnings.py` says where
walks begin, `tests/prose.py` writes down what was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from typing import Any

import msgspec
from msgspec import structs

from flows import concern
from flows.effects import Keep
from flows.events import Said
from flows.model import Scene
from flows.react import FLOWS
from flows.script import BACK, SKIP, Ask, Choice, Scale, Words
from flows.step import Step
from tests.talk import Her

DEEPEST_WAY = 40
MOST_STEPS = 6000
NONSENSE = "бале-не"
ALIKE = frozenset(
    {
        "second",
        "phone",
        "year",
        "month",
        "due",
        "region",
        "district",
        "district_more",
        "city",
        "city_more",
        "days",
        "part",
    }
)
"""Questions of many answers that change nothing of what follows but the next question: see `Explorer`."""
ALIKE_FLOWS = frozenset({"screening"})
"""Flows all of whose questions are such: what follows from each total of a check-in is tried in tests/flows."""
LONG = 8
LONG_FLOWS = frozenset({"joining", "screening"})
"""Where back is walked once at each question, not once on each way."""
READ: dict[str, concern.Finding | None] = {}
OWN_WORDS = {
    "en": "it is hard to say",
    "ru": "трудно сказать",
    "tg": "гуфтанаш душвор аст",
}


class Act(msgspec.Struct, frozen=True):
    """One thing she can do now, in each profile: `tap` is button data, `number` and `words` are typed.

    `due`: a row that comes instead of her. Without `tap`, the words are typed in every profile. `aside`: it only
    leads back to a question already put, or is walked here alone, for every way that comes to its question.
    """

    shown: str
    tap: str = ""
    number: str = ""
    words: str = ""
    due: str = ""
    aside: bool = False


class Node(msgspec.Struct):
    """What was seen after one act, as prose, and every way on from there. No ways: here it ends."""

    lines: list[str]
    ways: list[tuple[Act, Node]] = []
    cut: bool = False

    def seen(self) -> str:
        """All that can be seen from here on, but for steps back and words that are no answer."""
        return "\n".join(self.lines) + self.onward()

    def onward(self) -> str:
        """All that can be seen after this: equal texts are equal conversations."""
        return "".join(f"{act.shown}>{node.seen()}<" for act, node in self.ways if not act.aside)

    def ends(self) -> int:
        """How many ways there are from here."""
        return sum(node.ends() for _, node in self.ways) or 1


class Walker(Her):
    """She, in one profile; can be split where the ways part."""

    def split(self) -> Walker:
        """A second one, who stands where this one stands and shares nothing that changes."""
        other = copy(self)
        other.kept = msgspec.json.decode(msgspec.json.encode(self.kept), type=type(self.kept))
        for name in ("keyboard", "unheard", "held", "at_desk", "records", "transcript"):
            setattr(other, name, copy(getattr(self, name)))
        return other

    def says(self, text: str, **more: Any) -> Walker:
        """As any other, but words that were read once are not read again."""
        self.transcript.append(f"  her: {text}")
        if text not in READ:
            READ[text] = concern.read(text, self.library.rules)
        self._event(Said(text=text, finding=READ[text], **more))
        return self

    def scene(self) -> Scene:
        """What a step would look at now."""
        kept = self.kept
        return Scene(
            now=self.now,
            person=kept.person,
            library=self.library,
            desk=self.desk_set,
            places=tuple(kept.places),
            case=kept.case,
            seat=kept.seat,
        )

    def does(self, act: Act, profile: str) -> Walker:
        """Carry out an act as somebody of this profile does it."""
        self.quietly()
        if act.due:
            self.is_due(act.due)
        elif act.tap and profile == "tap":
            self.taps_data(act.tap)
        else:
            self.says(act.number if profile == "number" and act.number else act.words)
        return self

    def outcome(self) -> dict[str, Any]:
        """What must not depend on how she answers: what she heard, where she stands, what is kept and planned.

        Words typed while a case is open are read by the desk too, so the lines of a case are left out.
        """
        kept = self.kept
        return {
            "heard": self.unheard,
            "person": kept.person,
            "places": [structs.replace(place, misses=0) for place in kept.places],
            "case": kept.case and structs.replace(kept.case, lines=0),
            "due": kept.due,
            "kept": [effect for effect in self.effects if isinstance(effect, Keep)],
        }


class Explorer:
    """One walk through everything that can follow from one beginning. `describe` says what an event brought.

    At a question of `ALIKE` every answer is walked where its screen is first met, and later only the first one: that
    it is the same way by every other role would be walked a million times. Of a list of `LONG` and more the first, the
    last two and skip are walked; that each name is taken is tested with joining.
    """

    def __init__(self, describe: Callable[[Walker], Iterable[str]]) -> None:
        self.describe = describe
        self.steps = 0
        self.puzzled: set[str] = set()
        self.walked: set[str] = set()
        self.met: set[tuple[str, tuple[tuple[str, str], ...]]] = set()

    def walk(self, walkers: dict[str, Walker], used: frozenset[str] = frozenset(), depth: int = 0) -> Node:
        """The node of where she stands after the event just carried out, and all that follows."""
        her = walkers["tap"]
        assert depth < DEEPEST_WAY, her._story("this way does not end")
        for profile, twin in walkers.items():
            assert twin.outcome() == her.outcome(), twin._story(f"by {profile} it goes another way than by tapping")
        node = Node(list(self.describe(her)))
        for act, spent in self._acts(her, used):
            if self.steps >= MOST_STEPS:
                node.cut = True
                break
            self.steps += 1
            split = {profile: twin.split().does(act, profile) for profile, twin in walkers.items()}
            if spent == "puzzled":
                assert open_question(split["tap"]) == open_question(her), her._story("the question is not put again")
                node.ways.append((act, Node(list(self.describe(split["tap"])))))
            else:
                node.ways.append((act, self.walk(split, used | {spent} - {""}, depth + 1)))
        return node

    def _answers(self, her: Walker, talk: int, question: Ask) -> list[Act]:
        """The answers walked here."""
        every = list(answers(her, talk, question))
        flow = next(place.flow for place in her.kept.places if place.talk == talk)
        if question.question not in ALIKE and flow not in ALIKE_FLOWS:
            return every
        screen = (question.question, question.kind.shown)
        if screen in self.met:
            return every[:1]
        self.met.add(screen)
        others = every[1:] if len(question.kind.shown) < LONG else every[-3:]
        return [every[0], *(structs.replace(act, aside=True) for act in others)]

    def _acts(self, her: Walker, used: frozenset[str]) -> Iterator[tuple[Act, str]]:
        """What she, or time, can do now, and what that uses up on this way."""
        open_now = open_question(her)
        if open_now is not None:
            talk, question = open_now
            yield from ((act, "") for act in self._answers(her, talk, question))
            place = next(place for place in her.kept.places if place.talk == talk)
            once = place.flow in LONG_FLOWS and question.question in self.walked
            self.walked.add(question.question)
            begun = bool(place.answers) and not once
            if question.back and begun and "back" not in used:
                back = her.scene().say("ask.back")
                yield Act(f"[{back}]", tap=f"{talk}:{question.question}:{BACK}", words=back, aside=True), "back"
            if not question.loose and not isinstance(question.kind, Words) and question.question not in self.puzzled:
                self.puzzled.add(question.question)
                yield Act(f"writes: {NONSENSE}", words=NONSENSE, aside=True), "puzzled"
        for key in sorted(her.kept.due):
            if key.startswith("wait:") or (key == "silence" and open_now is not None and "silence" not in used):
                yield Act("", due=key), key
            if key == "reask" and (about := f"reask:{her.kept.due[key][1]}") not in used:
                yield Act("", due=key), about


def answers(her: Walker, talk: int, question: Ask) -> Iterator[Act]:
    """Every answer to a question: what has a button, skip, and words of her own where words are asked."""
    name, kind = question.question, question.kind
    assert isinstance(kind, Choice | Scale | Words)
    numbers = (kind.numbers if isinstance(kind, Choice) else ()) or range(1, len(kind.options) + 1)
    for number, (value, label) in zip(numbers, kind.options, strict=True):
        if name == "language" and value != her.person.language:
            continue  # the others have files of their own
        typed = value if isinstance(kind, Scale) else str(number)
        yield Act(f"[{label}]", tap=f"{talk}:{name}:{value}", number=typed, words=label)
    for value, label in kind.shown[len(kind.options) :]:
        typed = value if isinstance(kind, Scale) else ""
        yield Act(f"[{label}]", tap=f"{talk}:{name}:{value}", number=typed, words=label)
    if isinstance(kind, Words):
        words = OWN_WORDS[her.person.language]
        yield Act(f"writes: {words}", words=words)
    if question.skip:
        skip = her.scene().say("ask.skip")
        yield Act(f"[{skip}]", tap=f"{talk}:{name}:{SKIP}", words=skip)


def open_question(her: Walker) -> tuple[int, Ask] | None:
    """The talk she is in and the question open there."""
    found = Step(her.scene(), FLOWS).open()
    return None if found is None else (found[0].talk, found[1])
