"""The engine: replay in silence, what is remembered, back, skip, waits, and a script that moved under her."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from flows.effects import TECH, AnyEffect, Become, Cancel, End, Keep, Schedule, Send, Stand
from flows.model import Desk, Person, Place, Scene
from flows.script import BACK, SKIP, Choice, Flow, Scale, Script, Words, ask, changed, given, speak, wait
from flows.step import DEEPEST, Step
from tests.talk import LIBRARY, MORNING

AB = Choice((("a", "Apple"), ("b", "Bread")))


class Talk:
    """One woman and the flows given; her places go through JSON between any two events."""

    def __init__(self, *flows: Flow) -> None:
        self.flows = {flow.name: flow for flow in flows}
        self.person = Person(id=7, language="en")
        self.places: tuple[Place, ...] = ()
        self.now = MORNING
        self.effects: list[AnyEffect] = []
        self.did: Any = None

    def begins(self, name: str, about: str = "") -> Talk:
        return self._step("begin", name, about)

    def says(self, text: str) -> Talk:
        return self._step("answer_text", text)

    def taps(self, talk: int, question: str, value: str) -> Talk:
        return self._step("answer_tap", talk, question, value)

    def wakes(self, talk: int, name: str) -> Talk:
        return self._step("wake", talk, name)

    def _step(self, verb: str, *given: Any) -> Talk:
        scene = Scene(now=self.now, person=self.person, library=LIBRARY, desk=Desk(), places=self.places)
        step = Step(scene, self.flows)
        self.did = getattr(step, verb)(*given)
        self.effects = step.close()
        for effect in self.effects:
            if isinstance(effect, Become):
                self.person = changed(msgspec.structs.replace(scene, person=self.person), effect.changes).person
        self.places = msgspec.json.decode(msgspec.json.encode(step.places), type=tuple[Place, ...])
        assert list(self.places) == step.places, "a place did not survive JSON"
        return self

    @property
    def heard(self) -> list[str]:
        """Lines to her; what changes in a message that stands (a choice under it, its buttons gone) is no line."""
        sends = [effect for effect in self.effects if isinstance(effect, Send) and effect.to == "her"]
        return [send.message.text for send in sends if "\n\n✓ " not in send.message.text and not send.stands]

    @property
    def kept(self) -> list[Any]:
        return [effect.value for effect in self.effects if isinstance(effect, Keep)]


def flow(play: Any, name: str = "talk", **more: Any) -> Flow:
    return Flow(name=name, version=1, play=play, **more)


def _two(scene: Scene, _about: str) -> Script[None]:
    yield speak("Before.")
    first = yield from ask("first", "One?", AB)
    yield Keep(question="first", value=first)
    yield speak(f"Between, {first}.")
    second = yield from ask("second", "Two?", Scale(1, ("low", "mid", "high")), skip=True, back=True)
    yield Keep(question="second", value=second)
    yield speak("After.")


def test_answered_questions_pass_in_silence_and_speech_begins_where_she_left_off() -> None:
    talk = Talk(flow(_two)).begins("talk")
    assert talk.heard == ["Before.", "One?"]
    assert talk.says("apple").heard == ["Between, a.", "Two?"]
    assert talk.kept == ["a"]
    assert talk.says("3").heard == ["After."]
    assert talk.kept == [3]
    assert talk.places == ()
    assert talk.effects[-1] == End(talk=1)


def test_a_place_is_written_only_when_it_changed() -> None:
    talk = Talk(flow(_two)).begins("talk")
    (stand,) = [effect for effect in talk.effects if isinstance(effect, Stand)]
    assert (stand.depth, stand.place.question, stand.place.asked_at) == (0, "first", MORNING)
    assert not [effect for effect in talk.wakes(1, "~nothing").effects if isinstance(effect, Stand)]


def test_an_answer_has_the_type_its_kind_promises_and_keeps_it_through_json() -> None:
    seen: list[Any] = []

    def play(scene: Scene, _about: str) -> Script[None]:
        seen[:] = [(yield from ask("n", "N?", Scale(1, ("x", "y")))), (yield from ask("w", "W?", Words()))]
        yield from ask("last", "Last?", AB)

    talk = Talk(flow(play)).begins("talk").says("2").says("  some words ")
    talk.says("?")
    assert seen == [2, "some words"]


def test_what_was_seen_first_is_remembered() -> None:
    def play(scene: Scene, _about: str) -> Script[None]:
        early = yield from given("early", scene.now.hour < 12)
        name = "morning" if early else "night"
        yield from ask(name, f"{name}?", AB)
        later = yield from given("later", scene.now.hour < 12)
        yield speak(f"{early} {later}")
        yield from ask("last", "Last?", AB)

    talk = Talk(flow(play)).begins("talk")
    assert talk.heard == ["morning?"]
    talk.now += timedelta(hours=12)
    assert talk.says("1").heard == ["True False", "Last?"]
    talk.now += timedelta(hours=12)
    assert talk.says("hm").heard[-1] == "Last?"
    assert talk.places[0].facts == {"early": True, "later": False}


def test_back_asks_the_question_before_and_the_new_answer_counts() -> None:
    talk = Talk(flow(_two)).begins("talk").says("1")
    talk.taps(1, "second", BACK)
    assert talk.heard == ["One?"]
    (put,) = [effect for effect in talk.effects if isinstance(effect, Send)]
    assert put.edit, "the question is changed in place"
    assert talk.places[0].answers == {}
    talk.taps(1, "first", "b")
    assert talk.kept == ["b"]
    assert talk.heard == ["Between, b.", "Two?"]


def test_back_typed_puts_the_question_as_a_new_message() -> None:
    talk = Talk(flow(_two)).begins("talk").says("1").says("Back")
    (put,) = [effect for effect in talk.effects if isinstance(effect, Send)]
    assert (put.message.text, put.edit) == ("One?", False)


@pytest.mark.parametrize("way", [lambda talk: talk.taps(1, "second", SKIP), lambda talk: talk.says("skip")])
def test_skip_is_an_answer(way: Any) -> None:
    talk = way(Talk(flow(_two)).begins("talk").says("1"))
    assert talk.kept == [None]
    assert talk.heard == ["After."]


FORGED = [
    (1, "first", "c"),
    (1, "first", ""),
    (1, "first", "Apple"),
    (1, "first", SKIP),
    (1, "first", BACK),
    (1, "second", "1"),
    (1, "", ""),
    (1, "~first", "True"),
    (2, "first", "a"),
    (0, "first", "a"),
    (-1, "first", "a"),
]


@pytest.mark.parametrize("tap", FORGED)
def test_a_forged_tap_changes_nothing(tap: tuple[int, str, str]) -> None:
    talk = Talk(flow(_two)).begins("talk")
    before = talk.places
    talk.taps(*tap)
    assert talk.did is False
    assert talk.places == before
    assert talk.effects == []


def test_a_tap_on_a_talk_beneath_brings_it_to_the_top() -> None:
    talk = Talk(flow(_two), flow(_two, "other")).begins("talk").begins("other")
    talk.taps(1, "first", "a")
    assert [place.talk for place in talk.places] == [2, 1]
    assert talk.says("2").heard == ["After.", "One?"], "the talk beneath is put again when the upper one ends"


def test_a_talk_may_end_without_putting_the_one_beneath_again() -> None:
    def short(scene: Scene, _about: str) -> Script[None]:
        yield from ask("only", "Only?", AB)

    talk = Talk(flow(_two), flow(short, "short", again=False)).begins("talk").begins("short").says("1")
    assert talk.heard == []
    assert [place.talk for place in talk.places] == [1]


def _later(scene: Scene, _about: str) -> Script[None]:
    yield from ask("first", "One?", AB)
    yield from wait("later", scene.now + timedelta(hours=3))
    yield speak("It is time.")
    yield from ask("second", "Two?", AB)


def test_a_timed_wait_is_planned_passed_over_and_ended() -> None:
    talk = Talk(flow(_two, "beneath"), flow(_later)).begins("beneath").begins("talk").says("1")
    assert Schedule(key="wait:2", at=MORNING + timedelta(hours=3), about="~later") in talk.effects
    assert talk.says("1").heard == ["Between, a.", "Two?"], "her words go to the talk that asks"
    talk.now += timedelta(hours=3)
    assert talk.wakes(2, "~later").heard == ["It is time.", "Two?"]
    assert talk.says("2").did
    assert talk.wakes(2, "~later").did is False


def test_a_wait_that_was_left_behind_is_cancelled() -> None:
    talk = Talk(flow(_later)).begins("talk").says("1")
    talk._step("leave", "talk")
    assert Cancel(key="wait:1") in talk.effects
    assert talk.wakes(1, "~later").did is False


# -- a script that moved ---------------------------------------------------------------------------------------------


def _moved(scene: Scene, _about: str) -> Script[None]:
    first = yield from ask("first", "One?", AB)
    renamed = yield from ask("renamed", f"Two, anew, {first}?", AB)
    yield Keep(question="renamed", value=renamed)


def _emptied(scene: Scene, _about: str) -> Script[None]:
    yield speak("Nothing is asked any more.")


AFTER_A_DEPLOY = [lambda talk: talk.says("2"), lambda talk: talk.taps(1, "second", "2"), lambda talk: talk.says("eh")]


@pytest.mark.parametrize("answer", AFTER_A_DEPLOY)
def test_a_question_lost_in_a_deploy_is_asked_again_and_tech_is_told(answer: Any) -> None:
    talk = Talk(flow(_two)).begins("talk").says("1")
    talk.flows["talk"] = flow(_moved)
    answer(talk)
    assert talk.did
    assert talk.heard == [LIBRARY.text("en", "ask.again"), "Two, anew, a?"]
    (tech,) = [effect for effect in talk.effects if isinstance(effect, Send) and effect.to == TECH]
    assert "talk" in tech.message.text
    assert talk.places[0].answers == {"first": "a"}, "answers before it are kept"
    assert talk.says("2").kept == ["b"]
    assert talk.places == ()


@pytest.mark.parametrize("answer", AFTER_A_DEPLOY)
def test_a_talk_with_nothing_left_to_ask_ends_with_a_word(answer: Any) -> None:
    talk = Talk(flow(_two)).begins("talk").says("1")
    talk.flows["talk"] = flow(_emptied)
    answer(talk)
    assert talk.heard == [LIBRARY.text("en", "said.lost")]
    assert talk.places == ()
    assert talk.effects[-1] == End(talk=1)


def test_a_flow_that_is_gone_ends_with_a_word() -> None:
    talk = Talk(flow(_two)).begins("talk")
    talk.flows = {}
    assert talk.says("1").heard == [LIBRARY.text("en", "said.lost")]
    assert talk.places == ()


def test_a_wait_lost_in_a_deploy_goes_back_to_a_question() -> None:
    talk = Talk(flow(_later)).begins("talk").says("1")
    talk.flows["talk"] = flow(_moved)
    assert talk.wakes(1, "~later").heard == [LIBRARY.text("en", "ask.again"), "Two, anew, a?"]


def test_a_question_that_only_changed_its_words_goes_on() -> None:
    def reworded(scene: Scene, _about: str) -> Script[None]:
        first = yield from ask("first", "One, in better words?", AB)
        yield Keep(question="first", value=first)

    talk = Talk(flow(_two)).begins("talk")
    talk.flows["talk"] = flow(reworded)
    assert talk.says("1").kept == ["a"]
    assert talk.heard == []


# -- bounds --------------------------------------------------------------------------------------------------------


def test_a_flow_that_never_asks_is_stopped() -> None:
    def endless(scene: Scene, _about: str) -> Script[None]:
        while True:
            yield speak("and on")

    with pytest.raises(RuntimeError, match="talk does not end"):
        Talk(flow(endless)).begins("talk")


def test_a_flow_that_asks_one_name_for_ever_is_stopped() -> None:
    def again(scene: Scene, _about: str) -> Script[None]:
        while True:
            yield from ask("same", "Same?", AB)

    with pytest.raises(RuntimeError, match="talk does not end"):
        Talk(flow(again)).begins("talk").says("1")


def test_the_stack_is_bounded_and_what_falls_off_is_ended() -> None:
    talk = Talk(flow(_later), flow(_two, "two")).begins("talk").says("1")
    for _ in range(DEEPEST):
        talk.begins("two")
    assert len(talk.places) == DEEPEST
    assert End(talk=1) in talk.effects
    assert Cancel(key="wait:1") in talk.effects
    assert [place.talk for place in talk.places] == list(range(2, DEEPEST + 2))
    assert talk.person.talks == DEEPEST + 1


def test_nothing_is_kept_of_words_that_are_no_answer() -> None:
    talk = Talk(flow(_two)).begins("talk").says("what").says("hm").says("no idea")
    assert talk.heard == [LIBRARY.text("en", "ask.way_out"), "One?"]
    assert talk.places[0].misses == 3
    assert talk.says("1").places[0].misses == 0
