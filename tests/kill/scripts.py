"""What people do, act by act. An act is done when the effect of the one before it is on the phones, as people do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from bot.phones import Cloud, Impossible, User
from content.library import Library, load
from tests.kill.clock import SharedClock
from tests.talk import SHORTEST

SPOKEN = "en"
DESPAIR = "I don't want to live any more"
TYPED = (*SHORTEST[:4], "Skip", *SHORTEST[6:])
"""What a mother types from her role to her days, the child's month left out."""


@dataclass
class Stage:
    """Whom and what an act may touch. `next_due` and `case` (her newest) are looked up in the database."""

    cloud: Cloud
    her: User
    gulru: User
    desk: int
    clock: SharedClock
    next_due: Callable[[], timedelta]
    case: Callable[[], int]

    def case_topic(self) -> int:
        """The newest topic of her case."""
        number, topics = str(self.case()), self.cloud.chats[self.desk].topics
        found = [id for id, topic in topics.items() if topic.name.startswith(number)]
        if not found:
            raise Impossible("her case has no topic")
        return max(found)


@dataclass(frozen=True)
class Act:
    """`name` for people, `do` the deed. `calm`: time moves, so nothing may be left on its way."""

    name: str
    do: Callable[[Stage], object]
    calm: bool = False


@dataclass(frozen=True)
class Script:
    """A conversation. `joined`: it begins with somebody who has joined."""

    name: str
    acts: tuple[Act, ...]
    joined: bool = True


def says(text: str) -> Act:
    return Act(f"she says {text!r}", lambda stage: stage.cloud.say(stage.her, text))


def taps(label: str) -> Act:
    return Act(f"she taps {label!r}", lambda stage: stage.cloud.tap(stage.her, stage.her.id, None, label))


def gulru(act: str) -> Act:
    """Gulru taps `act` (take, close …) on her case."""

    def tap(stage: Stage) -> None:
        stage.cloud.tap(stage.gulru, stage.desk, None, f"case:{stage.case()}:{act}")

    return Act(f"Gulru taps {act!r}", tap)


def gulru_notes(text: str) -> Act:
    def note(stage: Stage) -> None:
        stage.cloud.say_in_group(stage.gulru, stage.desk, text, thread_id=stage.case_topic())

    return Act(f"Gulru notes {text!r}", note)


def gulru_answers(words: str, text: str) -> Act:
    """She replies to the newest copy of `words` in the topic."""

    def answer(stage: Stage) -> None:
        topic = stage.case_topic()
        shown = [one for one in stage.cloud.chat_view(stage.desk, topic) if one.text == words]
        stage.cloud.say_in_group(stage.gulru, stage.desk, text, thread_id=topic, reply_to=shown[-1].id)

    return Act(f"Gulru answers {text!r}", answer)


def time_comes() -> Act:
    """Time passes until the next thing that is due."""
    return Act("time comes", lambda stage: stage.clock.step_to(stage.next_due()), calm=True)


def waits(**time: float) -> Act:
    return Act("time passes", lambda stage: stage.clock.step_to(stage.clock.passed() + timedelta(**time)), calm=True)


JOINING = Script(
    "joining",
    (says("/start"), taps("English"), *(says(typed) for typed in TYPED), taps("Evening, 16 to 20")),
    joined=False,
)
WEEK = Script("week", (time_comes(), taps("Later"), time_comes(), taps("Open"), taps("Show it"), says("My week")))
CLOSING = (gulru("close"), gulru("closed:supported"))
PULSE = Script("pulse", (says("How I feel"), taps("🙁 Heavy"), taps("Yes"), gulru("take"), *CLOSING))
LOWEST = Script("lowest", (says("How I feel"), taps("😞 Very heavy"), taps("Yes"), gulru("take"), *CLOSING))
CRISIS = Script(
    "despair",
    (
        says(DESPAIR),
        gulru("take"),
        gulru_notes("only for us"),
        gulru_answers(DESPAIR, "I am Gulru, I am here"),
        taps("No"),
        says("thank you, I am alone"),
        gulru_answers("thank you, I am alone", "Is somebody near you?"),
        says("my sister comes"),
        *CLOSING,
    ),
)
LATE = Script(
    "late answer",
    (
        says(DESPAIR),
        taps("No"),
        gulru("take"),
        waits(minutes=40),
        gulru_answers(DESPAIR, "How are you now?"),
        time_comes(),
        taps("Open"),
    ),
)
STOP = Script("stop", (time_comes(), says("stop"), says("help"), says("/start")))
DANGER = Script("danger sign", (says("my baby is not feeding"), gulru("done:reached")))
PAGES = Script("pages", (says("I swallowed all the pills"), *(time_comes() for _ in range(4)), gulru("take")))
PERSON = Script(
    "a person",
    (
        says("Talk to a person"),
        says("I argue with my mother-in-law every day"),
        says("and today again"),
        gulru("take"),
        gulru_answers("and today again", "Tell me more"),
        gulru("close"),
        gulru("keep"),
        *CLOSING,
    ),
)
CHAT = Script("chat", (says("today we made bread"), says("My week"), says("Help now")))
QUIET = Script("quiet", (says("stop"), says("help"), says("/start")))

SCRIPTS = (JOINING, WEEK, PULSE, LOWEST, CRISIS, LATE, STOP, DANGER, PAGES, PERSON)
PIECES = (CHAT, QUIET, PULSE, LOWEST, CRISIS, DANGER, PERSON)
"""What may be played one after the other in any order: each ends where it began, and none waits for the clock."""


def english() -> Library:
    """The whole library, with the rules of the language they speak here: each life is forked with what is in memory."""
    whole = load()
    rules = msgspec.structs.replace(
        whole.rules,
        packs=tuple(pack for pack in whole.rules.packs if pack.language == SPOKEN),
        words={SPOKEN: whole.rules.words[SPOKEN]},
        guards={SPOKEN: whole.rules.guards[SPOKEN]},
    )
    return msgspec.structs.replace(whole, rules=rules)
