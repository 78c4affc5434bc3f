"""Nobody knows what she will do next: whatever it is, a few things always hold."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows import menu
from flows.concern import red
from flows.desk.feedback import MARKS
from flows.effects import HER, Hand, Lane, Send, Vanish
from flows.events import AnyEvent, Said, Tapped
from flows.programme import calendar
from flows.react import FLOWS, _twice
from flows.script import BACK, SKIP
from flows.step import DEEPEST, Step
from flows.worry import media
from flows.worry.reach import OF_THE_MOMENT
from flows.worry.support import QUESTION
from tests.explore import Walker
from tests.talk import LIBRARY, Her

WORRIES = ("Дигар зистан намехоҳам", "Я выпила все таблетки", "I would rather not wake up tomorrow", "кӯдак намемакад")
WORDS = ("hmm", "1", "2", "3", "4", "Yes", "no", "Open", "English", "today we made bread", "…", "😞", "Skip", "Back")
OTHERS = ("ҳа", "не", "да", "нет", "Кушодан", "Открыть", "Моя неделя", "Тоҷикӣ", "Русский", "English", "язык", "ёрӣ")
"""Her words in another language, and the names of languages, at any moment."""
SHOWN = ("sticker", "voice", "photo", "video", "contact", "location", "something")
MENU = (
    "My week",
    "How I feel",
    "Talk to a person",
    "/start",
    "/week",
    "/feel",
    "/person",
    "/help",
    "Help now",
    "sos",
    "Settings",
    "/language",
    "Ask",
    "More",
    "/hide",
)
STOPS = ("stop", "/stop", "бас", "хватит")
JOINING = ("/start", "English", "Mother", "Yes", "1", "1", "Skip", "7", "1", "3")
FORGED = ("yes", "", "99", BACK, SKIP, "True", "~later", "a:b:c")
ACTS = (
    "take",
    "close",
    "closed:supported",
    "agree",
    "keep",
    "done",
    "pass",
    "hand:1",
    "level",
    "raise:now",
    "saved",
    "saved:hello",
    "saved_send:hello",
    "nonsense",
)
HERS = {
    "says",
    "chooses",
    "menu",
    "worries",
    "stops",
    "taps",
    "taps an old one",
    "forges",
    "shows",
    "edits",
    "is late",
    "another language",
}
STEPS = (*sorted(HERS), "chooses", "taps", "taps", "due", "due", "time", "time", "leaves", "returns", "desk", "replies")


class Wanderer(Walker):
    """She, at random; every step is judged."""

    def __init__(self) -> None:
        super().__init__()
        self.old: list[str] = []
        self.quiet = False
        self.last: AnyEvent = Said(text="")

    def wanders(self, step: str, choice: int) -> None:
        before = self.judged_before()
        self.effects = []
        self.quietly()
        {
            "says": lambda: self.says(pick(WORDS, choice)),
            "chooses": lambda: self.says(str(choice % 5 + 1)),
            "menu": lambda: self.says(pick(MENU, choice)),
            "worries": lambda: self.says(pick(WORRIES, choice)),
            "stops": lambda: self.says(pick(STOPS, choice)),
            "taps": lambda: self.taps_one(self.old[-6:], choice),
            "taps an old one": lambda: self.taps_one(self.old, choice),
            "forges": lambda: self.forges(choice),
            "another language": lambda: self.says(pick(OTHERS, choice)),
            "shows": lambda: self.shows_one(pick(SHOWN, choice), pick(("", "a caption", "stop", "1"), choice // 7)),
            "edits": lambda: self._event(Said(text=pick(WORDS, choice), edited=True)),
            "is late": lambda: self.says(
                pick(WORDS + MENU + WORRIES + STOPS, choice), at=self.now - timedelta(minutes=20)
            ),
            "due": lambda: self.something_is_due(choice),
            "time": lambda: self.waits(minutes=(1, 12, 40, 200, 1500)[choice % 5]),
            "leaves": self.leaves,
            "returns": self.returns,
            "desk": lambda: self.kept.case and self.desk_taps(pick((*ACTS, *self.marks()), choice)),
            "replies": lambda: self.desk_says("I am here.", quoting=self.quotes(choice)),
        }[step]()
        sends = [effect for effect in self.effects if isinstance(effect, Send)]
        self.old += [button.data for send in sends if send.to == HER for row in send.message.buttons for button in row]
        self.judge(step, sends, before)

    def _event(self, event: AnyEvent) -> Wanderer:
        self.last = event
        super()._event(event)
        return self

    def finds_out(self) -> None:
        """There is no dead end: wherever she stands, /start gives her words, with a menu or an open question."""
        self.effects = []
        self.returns().quietly()
        self.says("/start")
        mine = [effect for effect in self.effects if isinstance(effect, Send) and effect.to == HER]
        assert any(send.message.text for send in mine), self._story("after /start")
        shown = any(send.message.buttons or send.message.keys for send in mine)
        assert shown or self.asked() or self.kept.case is not None, self._story("a dead end after /start")

    # -- what she does -------------------------------------------------------------------------------------------

    def taps_one(self, data: list[str], choice: int) -> None:
        self.taps_data(pick(data, choice) if data else "1:language:en")

    def shows_one(self, what: str, caption: str) -> None:
        self.shows(what, caption, file=f"{what}:x" if what in media.KINDS else "")

    def marks(self) -> list[str]:
        return [f"{before}{mark}:{key}" for key in self.kept.flags for before in ("", "last_") for mark in MARKS]

    def forges(self, choice: int) -> None:
        questions = [place.question for place in self.kept.places] + ["knock", "days", "no_such"]
        talk = choice % (self.person.talks + 2)
        self.taps_data(f"{talk}:{pick(questions, choice)}:{pick(FORGED, choice)}")

    def something_is_due(self, choice: int) -> None:
        if self.kept.due:
            rows = sorted(self.kept.due, key=lambda key: self.kept.due[key])
            self.is_due(pick(rows[:2], choice))

    def quotes(self, choice: int) -> str:
        if self.kept.case is None:
            return ""
        number = self.kept.case.number
        return ("", f"hers:{number}:1", f"card:{number}", f"alert:{number}")[choice % 4]

    # -- what always holds -----------------------------------------------------------------------------------------

    def judged_before(self) -> dict[str, object]:
        case = self.kept.case
        return {
            "asked": self.asked(),
            "taken": case is not None and case.state == "taken",
            "quiet": self.quiet,
            "scene": self.scene(),
            "places": list(self.kept.places),
        }

    def asked(self) -> str:
        found = Step(self.scene(), FLOWS).open()
        return found[1].question if found else ""

    def judge(self, step: str, sends: list[Send], before: dict[str, object]) -> None:
        mine = [send for send in sends if send.to == HER]
        told = self._story(f"at “{step}”")
        assert len(self.kept.places) <= DEEPEST, told
        assert all(
            len(button.data.encode()) <= 64 for send in sends for row in send.message.buttons for button in row
        ), told
        put = [send.message.text for send in mine if send.message.buttons and not send.held]
        assert len(put) == len(set(put)), told
        self.judge_quiet(step, mine, told)
        self.judge_plans(told)
        if step in HERS:
            self.judge_answer(step, mine, before, told)
        else:
            self.judge_unasked(mine, told)

    def judge_quiet(self, step: str, mine: list[Send], told: str) -> None:
        """After stop, nothing comes until she writes."""
        if step in HERS:
            self.quiet = self.person.profile.stopped_at == self.now and self.person.state == "stopped"
        elif self.quiet:
            assert not [send for send in mine if not send.held], told

    def judge_unasked(self, mine: list[Send], told: str) -> None:
        """What she did not cause comes inside her safe hours, or while she is talking with a person."""
        for send in mine:
            safe = calendar.is_safe(self.person, self.now)
            talking = calendar.conversation_open(self.person, self.now) and send.lane is Lane.SAFETY
            assert safe if send.push else safe or talking or send.held, told

    def judge_plans(self, told: str) -> None:
        """The programme never falls asleep, and a red case nobody took is paged."""
        if self.person.state == "active":
            assert "session" in self.kept.due, told
        case = self.kept.case
        if case is not None and case.state == "open" and red(case.level):
            assert "page" in self.kept.due or (case.category.endswith("_danger") and case.pages), told
        waiting = {f"wait:{place.talk}" for place in self.kept.places if place.question.startswith("~")}
        assert waiting == {key for key in self.kept.due if key.startswith("wait:")}, told

    def judge_answer(self, step: str, mine: list[Send], before: dict[str, object], told: str) -> None:
        """Each act of hers is answered; by the safety lane only after words that worry, or a call for help."""
        event = self.last
        worried = getattr(event, "finding", None) is not None
        called = isinstance(event, Said) and menu.meant(LIBRARY, event.text) == "help"
        asked = {before["asked"], self.asked(), *(place.question for place in before["places"])}  # type: ignore[attr-defined]
        asking = bool({QUESTION, *OF_THE_MOMENT} & asked)
        if any(send.lane is Lane.SAFETY for send in mine):
            helped = [place.flow for place in (*before["places"], *self.kept.places)]  # type: ignore[misc]
            assert worried or called or asking or {"safety", "worry", "idiom", "reask"} & {*helped}, told
        talking = bool(before["taken"]) or step == "edits"
        twice = isinstance(event, Tapped) and _twice(before["scene"], event)  # type: ignore[arg-type]
        if not talking and not twice:
            # What empties the chat, or makes a file, speaks when it is done.
            assert mine or self.unheard or any(isinstance(effect, Vanish | Hand) for effect in self.effects), told
        if any(send.held for send in mine) and not self.quiet:
            assert "late" in self.kept.due, told
        if worried and red(event.finding.level):  # type: ignore[union-attr]
            assert any(send.lane is Lane.SAFETY for send in mine), told
            assert self.kept.case is not None, told


def pick(of: tuple[str, ...] | list[str], choice: int) -> str:
    return of[choice % len(of)]


walks = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 10_000)), min_size=1, max_size=50)


@settings(max_examples=400, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(begun=st.integers(0, len(JOINING)), walk=walks)
def test_whatever_she_does(begun: int, walk: list[tuple[str, int]]) -> None:
    her = Wanderer()
    for word in JOINING[:begun]:
        her.says(word)
    her.old += her.keyboard.values()
    for step, choice in walk:
        her.wanders(step, choice)
    her.finds_out()


# -- what walks have found -------------------------------------------------------------------------------------------


def midway() -> Her:
    """She has consented, and has not yet chosen her days."""
    her = Her()
    for word in JOINING[:8]:
        her.says(word)
    return her.quietly()


def test_my_week_in_the_middle_of_joining_goes_on_with_joining() -> None:
    midway().says("My week").hears("join.days")


def test_start_in_the_middle_of_joining_goes_on_with_joining() -> None:
    midway().says("/start").hears("join.days")


def test_stop_in_the_middle_of_joining_and_back_again_joins() -> None:
    her = midway().says("stop").quietly()
    her.joins()
    assert her.person.state == "active"
    her.is_due("session")


def test_a_page_put_off_and_then_a_blocked_bot_leaves_no_talk_that_waits_for_ever() -> None:
    her = Her().joins().is_due("session").taps("Later").leaves()
    assert not her.kept.places
    assert not [key for key in her.kept.due if key.startswith("wait:")]


def test_words_after_stop_are_answered_even_when_the_answer_comes_late() -> None:
    her = Her().joins().says("stop").quietly().waits(hours=1)
    her.says("help", at=her.now - timedelta(minutes=20)).hears()
    her.is_due("late")
    while not her.unheard:
        her.is_due("late")
    her.hears("push.answer").taps("Open").hears("help.now")
