"""One step being made: the scene as it changes, her stack of talks, and the effects so far.

The front door makes a `Step`, calls its verbs, and closes it. It lives inside one call of `react` and is never
kept. Everything that begins, continues or ends a talk goes through here, so that the stack stays bounded and
every change of it is written down.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from msgspec import structs

from flows import tongues
from flows.desk import cases
from flows.effects import TECH, AnyEffect, Become, Begin, Cancel, End, Flag, Hush, Lane, Leave, Send, Stamp, Stand, Wish
from flows.family import threat
from flows.model import Message, Place, Scene
from flows.script import (
    BACK,
    SKIP,
    Ask,
    Choice,
    Flow,
    Played,
    Wait,
    Words,
    changed,
    is_closed,
    label_of,
    plain,
    play,
    put,
    settled,
    slot,
    speak,
    wait_key,
)

DEEPEST = 6
MISSES = 3


class Step:
    """The working state of one turn. `lane` is what plain lines of this turn travel by."""

    def __init__(self, scene: Scene, flows: Mapping[str, Flow], *, pushed: bool = False) -> None:
        """Begin a step; `pushed` when she did not cause it just now, so that its lines are a push."""
        self.scene = scene
        self.effects: list[AnyEffect] = []
        self.places = list(scene.places)
        self.wished: list[str] = []
        self._flows = flows
        self._pushed = pushed
        self._before = {place.talk: (depth, place) for depth, place in enumerate(scene.places)}
        self._met: tuple[Scene, Place, Ask | None] | None = None

    def add(self, *effects: AnyEffect) -> None:
        """Take effects into the step; what changes the scene changes it for the lines that follow."""
        for effect in effects:
            match effect:
                case Flag():
                    self.add(*cases.flagged(self.scene, effect), *threat.followed(self.scene, effect))
                    continue
                case Begin(flow=flow, about=about):
                    self.begin(flow, about)
                    continue
                case Leave(talk=talk):
                    for place in [place for place in self.places if place.talk == talk]:
                        self._put_by(place)
                    continue
                case Wish(name=name):
                    self.wished.append(name)
                    continue
                case Become(changes=changes):
                    self.scene = changed(self.scene, changes)
                case Stamp(case=case):
                    self.scene = structs.replace(self.scene, case=case, hidden=None)
                case Send() if self._pushed and effect.lane is Lane.REPLY and effect.to == "her":
                    effect = structs.replace(effect, lane=Lane.WEEKLY, push=True)  # noqa: PLW2901 - a push all the same
                case _:
                    pass
            self.effects.append(effect)

    def say(self, key: str, **variables: object) -> None:
        """A plain line to her, by its id in `content/strings`."""
        self.add(speak(self.scene.say_to_all(key, **variables)))

    def knows(self, name: str) -> bool:
        """Whether there is a flow of this name."""
        return name in self._flows

    def begin(self, name: str, about: str = "") -> None:
        """Start a talk on top of whatever is open; a menu that is open passes."""
        for passing in [
            place for place in self.places if place.flow in self._flows and self._flows[place.flow].passing
        ]:
            self._drop(passing)
        number = self.scene.person.talks + 1
        self.add(Become(changes={"talks": number}))
        flow = self._flows[name]
        version = f"{flow.version}/{self.scene.library.version}"
        place = Place(talk=number, flow=name, about=about, version=version)
        self.places.append(place)
        while len(self.places) > DEEPEST:
            self._drop(self.places[0])
        self._run(place, "")

    def open(self) -> tuple[Place, Ask] | None:
        """The talk she is in and its open question; waits are passed over."""
        for place in reversed(self.places):
            if (found := self._find(place)) is not None:
                return place, found
        return None

    def answer_text(self, text: str, *, talking: bool = False, taken: bool = False) -> bool:
        """Take typed words as the answer to the open question. False: there is none, or these are not for it.

        While she is `talking` to a person, words that are no answer are no miss; once her case is `taken`, only
        the words of a button are an answer at all.
        """
        if self._mended():
            return True
        if (top := self.open()) is None:
            return False
        place, question = top
        text = self._in_hers(place, question, text)
        if self._typed_verb(place, question, text):
            return True
        kind = Choice(question.kind.options) if taken and isinstance(question.kind, Words) else question.kind
        value = kind.typed(text)
        if value is not None:
            self._answer(place, question, value)
            return True
        if question.loose or talking:
            return False
        self._missed(place, question)
        return True

    def is_button(self, text: str) -> bool:
        """Whether these are the words of a button of the open question."""
        if (top := self.open()) is None:
            return False
        return plain(text) in {plain(label) for _, label in top[1].kind.shown}

    def answer_tap(self, talk: int, name: str, value: str) -> bool:
        """Take a tap as an answer. False: no such question is open, or the value is not one of its own."""
        place = next((place for place in self.places if place.talk == talk), None)
        if place is None or place.question != name:
            return False
        if (question := self._find(place)) is None:
            return self._mended()
        if value == BACK and question.back and place.answers:
            self._back(place)
            return True
        skipped = value == SKIP and question.skip
        answer = None if skipped else question.kind.tapped(value)
        if answer is None and not skipped:
            return False
        self._raise_up(place)
        self._answer(place, question, answer, tapped=True)
        return True

    def wake(self, talk: int, name: str) -> bool:
        """End a timed wait. False: the talk has gone on without it."""
        place = next((place for place in self.places if place.talk == talk and place.question == name), None)
        if place is None:
            return False
        self._raise_up(place)
        self._run(structs.replace(place, answers={**place.answers, name: True}), name)
        return True

    def put_again(self) -> bool:
        """Put the open question once more, as a new message. False: none is open."""
        if self._mended():
            return True
        if (top := self.open()) is None:
            return False
        self._put_anew(*top)
        return True

    def put_once_more(self) -> None:
        """Put the open question again as a new message, if it was not put again before: after that it waits."""
        top = self.open()
        if (top is None or not top[0].repeated) and self.put_again() and (again := self.open()) is not None:
            self._replace(structs.replace(again[0], repeated=True))

    def put_in(self, place: Place, words: str) -> bool:
        """Put the open question of this place once more, in these words, as a new message. False: it has none."""
        if (question := self._find(place)) is None:
            return False
        stands = self._stamped(place)
        self._replace(stands)
        self._put_anew(stands, structs.replace(question, text=words))
        return True

    def take_buttons(self, place: Place, words: str, *, alone: bool = False) -> None:
        """The question of this place stays on her phone without its buttons, `words` behind it, or `alone` in its place.

        Where nothing of it stands there, nothing is sent.
        """
        if (question := self._find(place)) is None:
            return
        text = words if alone else f"{question.leaves or question.text}\n\n{words}"
        self._bare(place, question, text, Lane.WEEKLY)

    def renew(self, before: datetime) -> None:
        """Put the open question once more if it was put before then, and not by this step; a menu has passed."""
        if (top := self.open()) is None:
            return
        place, question = top
        here = any(isinstance(effect, Send) and effect.slot == slot(place.talk) for effect in self.effects)
        if not here and place.asked_at is not None and place.asked_at < before:
            if self._flows[place.flow].passing:
                self._drop(place)
                self.renew(before)
                return
            self._replace(self._stamped(place))
            self.add(put(self.scene, place, question))

    def note(self, place: Place, **facts: Any) -> None:
        """Remember facts of a talk that its flow did not ask for: they must survive JSON."""
        self._replace(structs.replace(place, facts={**place.facts, **facts}))

    def leave(self, name: str) -> None:
        """End every talk of this flow without a word."""
        for place in [place for place in self.places if place.flow == name]:
            self._drop(place)

    def drop(self, place: Place) -> None:
        """End this talk without a word."""
        self._drop(place)

    def let_go(self, questions: Collection[str]) -> None:
        """End every talk that stands at one of these questions: an offer she passed over is not put again."""
        for place in [place for place in self.places if place.question in questions]:
            self._put_by(place)

    def stop_waiting(self) -> None:
        """End every talk that stands at a timed wait."""
        for place in [place for place in self.places if place.question.startswith("~")]:
            self._drop(place)

    def close(self) -> list[AnyEffect]:
        """All effects of the step, the changes of her stack last."""
        for depth, place in enumerate(self.places):
            if self._before.get(place.talk) != (depth, place):
                self.effects.append(Stand(place=place, depth=depth))
        here = {place.talk for place in self.places}
        self.effects.extend(End(talk=talk) for talk in self._before if talk not in here)
        return self.effects

    # -- the inside ------------------------------------------------------------------------------------------

    def _find(self, place: Place) -> Ask | None:
        """The open question of a place, if it is a question and the script still meets it."""
        if place.question.startswith("~") or place.flow not in self._flows:
            return None
        # Asked several times in a turn, of the same scene and place: the same play would find the same.
        if self._met is None or self._met[0] is not self.scene or self._met[1] is not place:
            found = play(self._flows[place.flow], self.scene, place, None).open
            met = found if isinstance(found, Ask) and found.question == place.question else None
            self._met = (self.scene, place, met)
        return self._met[2]

    def _answer(self, place: Place, question: Ask, value: Any, *, tapped: bool = False) -> None:
        answers = {**place.answers, question.question: value}
        self._run(structs.replace(place, answers=answers, misses=0), question.question, tapped=tapped)

    def _in_hers(self, place: Place, question: Ask, text: str) -> str:
        """What she typed, in her language where it is a button of this question in another one."""
        labels = [label for _, label in question.kind.options]
        labels += [self.scene.say("ask.skip")] if question.skip else []
        labels += [self.scene.say("ask.back")] if question.back and place.answers else []
        return tongues.in_hers(self.scene.library, self.scene.person.language, labels, text)

    def _typed_verb(self, place: Place, question: Ask, text: str) -> bool:
        """Skip and back, typed as their buttons say them."""
        word = plain(text)
        if question.skip and word == plain(self.scene.say("ask.skip")):
            self._answer(place, question, None)
            return True
        if question.back and place.answers and word == plain(self.scene.say("ask.back")):
            self._back(place, edit=False)
            return True
        return False

    def _back(self, place: Place, *, edit: bool = True) -> None:
        last = next(reversed(place.answers))
        answers = {name: value for name, value in place.answers.items() if name != last}
        self._replace(structs.replace(place, answers=answers, question=last))
        found = play(self._flows[place.flow], self.scene, structs.replace(place, answers=answers), None)
        if isinstance(found.open, Ask) and found.place is not None:
            self._replace(self._stamped(found.place))
            self.add(put(self.scene, found.place, found.open, edit=edit))

    def _run(self, place: Place, news: str, *, tapped: bool = False) -> None:
        """Play a place on from its news and write down what came of it."""
        played = play(self._flows[place.flow], self.scene, place, news)
        if played.astray:
            self._astray(place, news)
            return
        in_place = tapped and not any(isinstance(effect, Send) and effect.to == "her" for effect in played.effects)
        stays = played.answered is not None and bool(played.answered.under)
        edit = in_place and isinstance(played.open, Ask) and not stays
        # What is taken back lies before this answer: the tick under it stays.
        self.add(*(effect for effect in played.effects if isinstance(effect, Hush)))
        talks = self.scene.person.talks
        follows: list[AnyEffect] = [effect for effect in played.effects if not isinstance(effect, Hush)]
        closed = [] if edit else self._closed(place, played, news, tapped=tapped)
        # What she said of her safety is met before anything is cleared away.
        behind = played.answered is not None and bool(played.answered.leaves)
        self.add(*(follows if behind else closed), *(closed if behind else follows))
        if played.place is None or played.open is None:
            # What it began in its place is in front of her: nothing beneath is put again. Nor is it with a push that
            # came whole: a second line would light up, and nobody has tapped to see it.
            unasked = self._pushed and news == ""
            self._ended(place, again=talks == self.scene.person.talks and not unasked)
            return
        stands = self._stamped(played.place)
        self._replace(stands)
        self._put(stands, played, edit=edit)

    def _closed(self, place: Place, played: Played, news: str, *, tapped: bool) -> list[AnyEffect]:
        """What becomes of the question just answered, where it is not the next one's place.

        No less urgent than the next one, which would overtake it, and be the newest of this talk when it is written over.
        """
        answered, following = played.answered, played.open
        if answered is None or not (tapped or is_closed(answered, place.answers[news])):
            return []
        done = settled(place, answered, label_of(self.scene, answered, place.answers[news]))
        lane = min(done.lane, following.lane) if isinstance(following, Ask) else done.lane
        return [structs.replace(done, lane=lane)]

    def _put(self, place: Place, played: Played, *, edit: bool) -> None:
        if isinstance(played.open, Ask | Wait):
            self.add(put(self.scene, place, played.open, edit=edit))

    def _ended(self, place: Place, *, again: bool) -> None:
        again = again and self._flows[place.flow].again
        self._drop(place)
        if again and not self.wished:
            self.put_once_more()  # the question beneath

    def _mended(self) -> bool:
        """Whether the talk she is in had lost its open question to a change of ours, and she was asked again."""
        place = next((place for place in reversed(self.places) if not place.question.startswith("~")), None)
        if place is None or self._find(place) is not None:
            return False
        self._astray(place, place.question)
        return True

    def _astray(self, place: Place, news: str) -> None:
        """The script has moved under her: take back what no longer fits, ask again, and tell Tech."""
        self.add(Send(to=TECH, message=Message(text=self.scene.tell("desk.tech.astray", flow=place.flow)), silent=True))
        answers = dict(place.answers)
        answers.pop(news, None)
        while place.flow in self._flows:
            kept = structs.replace(place, answers=answers)
            found = play(self._flows[place.flow], self.scene, kept, None)
            if isinstance(found.open, Ask) and found.place is not None:
                self.say("ask.again")
                self._replace(self._stamped(structs.replace(found.place, misses=0)))
                self.add(put(self.scene, found.place, found.open))
                return
            if not answers:
                break
            answers.popitem()
        self._drop(place)
        self.say("said.lost")

    def _missed(self, place: Place, question: Ask) -> None:
        """Words that are no answer: a kind repeat, and after the third a way out."""
        place = structs.replace(place, misses=place.misses + 1)
        self._replace(place)
        self.say("ask.way_out" if place.misses >= MISSES else "ask.tap_please")
        self._put_anew(place, question)

    def _put_anew(self, place: Place, question: Ask) -> None:
        """As a new message: the older one keeps its words and no button, or the words that may stay of it."""
        if question.leaves:
            self.add(settled(place, question, ""))
        elif (stood := self._find(place)) is not None:
            pushed = self._pushed and question.lane is Lane.REPLY
            self._bare(place, stood, stood.text, Lane.WEEKLY if pushed else question.lane)
        self.add(put(self.scene, place, question))

    def _put_by(self, place: Place) -> None:
        """End a talk she has not answered: its words stay, and no button that does nothing any more."""
        here = any(isinstance(effect, Send) and effect.slot == slot(place.talk) for effect in self.effects)
        if not here and place.asked_at is not None and (question := self._find(place)) is not None:
            self._bare(place, question, question.leaves or question.text, Lane.WEEKLY if self._pushed else Lane.REPLY)
        self._drop(place)

    def _bare(self, place: Place, question: Ask, text: str, lane: Lane) -> None:
        """What stands of a question keeps no button of it. By the lane of what follows it, or that one would be bared."""
        message = Message(text=text, buttons=question.under)
        self.add(Send(message=message, lane=lane, slot=slot(place.talk), edit=True, stands=True))

    def _stamped(self, place: Place) -> Place:
        return structs.replace(place, asked_at=self.scene.now)

    def _replace(self, place: Place) -> None:
        self.places = [place if old.talk == place.talk else old for old in self.places]

    def _raise_up(self, place: Place) -> None:
        self.places = [old for old in self.places if old.talk != place.talk] + [place]

    def _drop(self, place: Place) -> None:
        self.places = [old for old in self.places if old.talk != place.talk]
        if place.question.startswith("~"):
            self.add(Cancel(key=wait_key(place.talk)))
