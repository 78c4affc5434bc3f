"""Whoever looks over her shoulder: what comes by itself begins neutrally, and where the phone is shared it only knocks.

Every walk through every flow is listened to, and nine weeks of pages in every language, opened or left lying.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from flows.effects import Send
from flows.events import AnyEvent, DeskSaid, Said, Showed, Tapped
from tests import talk
from tests.beginnings import BEGINNINGS, member
from tests.explore import Explorer, Walker
from tests.talk import LIBRARY, Her, to_her
from tests.test_transcripts import LANGUAGES

CHECKS = yaml.safe_load((Path(__file__).parent.parent / "content" / "checks.yaml").read_text(encoding="utf-8"))
RECENT = timedelta(minutes=10)


@pytest.fixture
def unasked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """(language, text) of every message that nothing of hers caused in the last ten minutes; filled as she lives."""
    found: list[tuple[str, str]] = []
    real = Her._event

    def event(her: Her, one: AnyEvent) -> Her:
        heard, stood = her.person.heard_at, dict(her.standing)
        real(her, one)
        if not isinstance(one, Said | Showed | Tapped) and (heard is None or her.now - heard > RECENT):
            shown = [send for send in to_her(her.effects) if not send.held]
            new = [send for send in shown if not _settled(send) and not _stays(send, stood)]
            found.extend((her.person.language, send.message.text) for send in new)
        return her

    monkeypatch.setattr(talk.Her, "_event", event)
    return found


def _settled(send: Send) -> bool:
    return send.edit and "\n\n✓ " in send.message.text


def _stays(send: Send, stood: dict[str, str]) -> bool:
    """Whether a message only loses its buttons: it begins as she has read it, or nothing of it stands there."""
    return send.stands and send.message.text.startswith(stood.get(send.slot, ""))


def risky(language: str, text: str) -> str:
    """The first word within what lights up that says something about her."""
    words = "|".join(CHECKS["languages"][language]["risk"])
    hit = re.search(rf"\b(?:{words})\w*", text[: CHECKS["preview"]].casefold())
    return hit[0] if hit else ""


def test_the_search_finds_what_it_looks_for() -> None:
    assert risky("en", "How is your heart?") == "heart"
    assert risky("ru", "Ребёнок спит") == "ребёнок"
    assert risky("tg", "Ҳоли дилатон") == "ҳоли"
    assert not risky("en", "x" * CHECKS["preview"] + " baby")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", BEGINNINGS)
def test_nothing_that_comes_by_itself_says_anything_about_her(
    flow: str, language: str, unasked: list[tuple[str, str]]
) -> None:
    for title, begin in BEGINNINGS[flow](language, LIBRARY):
        if flow == "session" and not title.startswith(("week 1,", "week 2,", "after")):
            continue  # the others come in the same way, with other words behind the tap
        Explorer(lambda _: ()).walk({"tap": begin()})
    assert [(text, hit) for code, text in unasked if (hit := risky(code, text))] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("opens", [True, False])
def test_nine_weeks_on_a_shared_phone_show_nothing_without_a_tap(
    language: str, *, opens: bool, unasked: list[tuple[str, str]]
) -> None:
    her = lives(language, opens=opens)
    knocks = {
        text
        for key, text in LIBRARY.texts[language].items()
        if key.startswith("push.") or key in ("week.older", "week.past")
    }
    assert len(unasked) > 20
    assert [text for _, text in unasked if text not in knocks] == []
    assert [text for code, text in unasked if risky(code, text)] == []
    her.quietly()


def lives(language: str, *, opens: bool) -> Walker:
    """Nine weeks; on the way words at the desk, an outage, and a person's late reply."""
    her = member(language, LIBRARY, shared=True, knocks=True, week=1)
    her.kept.due["session"] = (her.now + timedelta(hours=7), "")
    labels = tuple(her.scene().say(key) for key in ("push.open", "session.play_go", "pulse.3"))
    for at in range(27):
        her.is_due("session")
        for label in labels if opens else ():
            if label in her.keyboard:
                her.taps(label)
        if at == 5:
            _a_reply(her)
        her.keyboard.clear()
    return her


def _a_reply(her: Walker) -> None:
    """She writes to a person, who answers hours later."""
    words = "please write to me"
    her._event(Said(text=her.scene().say("menu.person")))
    her._event(Said(text=words))
    her.desk_taps("take").waits(hours=1)
    her.quoted = f"hers:{her.case.number}:1" if her.case else ""
    her._event(DeskSaid(by=talk.GULRU, text="your baby, your heart", message=7))
    her.is_due("late")
