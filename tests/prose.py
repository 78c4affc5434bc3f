"""Writes down what a walk saw, for a clinician to sign off in a diff.

Her acts, the bot's lines, the buttons in square brackets; in round brackets what else follows and matters: a person
is told, something is kept, something is planned. Each conversation is written once: a way that goes on word for word
like another one says so.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import datetime, timedelta

from content.library import Library
from flows.effects import AnyEffect, Become, Cancel, Draw, Keep, Lane, Record, Release, Schedule, Send
from flows.programme.calendar import WITHOUT_END
from tests.beginnings import BEGINNINGS
from tests.explore import Act, Explorer, Node, Walker
from tests.talk import LIBRARY

MOST_WRITTEN = 500
WIDTH = 100


def transcript(flow: str, language: str, library: Library = LIBRARY) -> str:
    """Every way through a flow, as prose in one language."""
    writer, nodes = Writer(), []
    for title, begin in BEGINNINGS[flow](language, library):
        walkers = {profile: begin() for profile in ("tap", "number", "words")}
        node = Explorer(prose).walk(walkers)
        nodes.append(node)
        writer.chapter(title, node)
    ways = sum(node.ends() for node in nodes)
    head = [
        f"{flow} · {language}",
        "",
        "Written by tests/prose.py; `make transcripts` writes it anew. her: what she does. bot: what the bot says.",
        "help: by the way that overtakes everything. push: lights up on her phone unasked. [ ]: buttons.",
        f"Ways through: {ways}. Each was walked by tapping, by typing numbers and by typing words, and each ends.",
        "Back is walked once on each way, words that are no answer once at each question; what only repeats is named.",
    ]
    if writer.left_out:
        head.append(f"Left out here, though walked: {writer.left_out} ways. This file holds {MOST_WRITTEN} at most.")
    return "\n".join(line.rstrip() for line in [*head, *writer.lines]) + "\n"


def prose(her: Walker) -> Iterator[str]:
    """What the last event brought, as a reader sees it."""
    for effect in her.effects:
        if isinstance(effect, Send) and effect.to == "her" and not effect.held and not is_settled(effect):
            yield from _bot(effect)
        elif (follows := _follows(her, effect)) != "":
            yield from _wrapped("", f"({follows})")
    if any(isinstance(effect, Release) for effect in her.effects):
        yield from _wrapped("bot", her.unheard[-1])


def _checked(question: str) -> str | None:
    """Answers of a check-in, in one line for all of them: what each adds up to stands in tests/flows/test_follow.py."""
    instrument, _, item = question.partition(".")
    if instrument == "pulse" or instrument not in LIBRARY.instruments or item == "safety":
        return None
    return "kept: her answers and what they come to" if item == "result" else ""


def is_settled(send: Send) -> bool:
    """Whether this only writes her choice under the question, or takes the buttons from what stands there."""
    return (send.edit and "\n\n✓ " in send.message.text) or (send.stands and not send.receipt)


def _bot(send: Send) -> Iterator[str]:
    who = "help" if send.lane is Lane.SAFETY else "push" if send.push else "bot"
    yield from _wrapped(who, send.message.text)
    for row in send.message.buttons:
        yield from _wrapped("", " ".join(f"[{button.label}]" for button in row))
    if send.message.keys:
        labels = " ".join(f"[{label}]" for row in send.message.keys for label in row)
        yield from _wrapped("", f"at the bottom: {labels}")


def _follows(her: Walker, effect: AnyEffect) -> str:
    """What else follows and matters to a reader; "" for the rest."""
    match effect:
        case Record(act=act) if act.startswith(("opened:", "raised:")):
            told = "a person is told" if act.startswith("opened:") else "raised"
            return f"{told}: {act.partition(':')[2]}, {her.case.category if her.case else ''}"
        case Schedule(key="page", at=at):
            return f"nobody takes it: paged again in {_span(at - her.now)}"
        case Schedule(key="silence", at=at):
            return f"no answer for {_span(at - her.now)} counts as urgent"
        case Schedule(key="session", at=at):
            return f"next push: {at.astimezone(her.person.tz):%a %H:%M}"
        case Schedule(at=at) if effect.key.startswith("wait:"):
            return f"nothing until {at.astimezone(her.person.tz):%a %H:%M}"
        case Schedule(key="reask", at=at, about=about):
            span = _span(at - her.now)
            return f"no answer in {span} calls the desk again" if about else f"asked again in {span}"
        case Become(changes={"quiet_at": datetime()}):
            return "nothing comes until she writes"
        case Become(changes={"loss_asked_at": datetime()}):
            return "pages about babies are held back until she has answered"
        case Become(changes={"loss_again_at": datetime()}):
            return "asked once more, and never again"
        case Become(changes={"tonight": datetime() as until}):
            return f"may be written to until {until.astimezone(her.person.tz):%a %H:%M}"
        case Become(changes={"overlooked_until": datetime()}):
            return "replies knock for a day"
        case Draw():
            return "her last weeks come as a picture and a sentence; on a shared phone as words"
        case Keep(question=question) if (kept := _checked(question)) is not None:
            return kept
        case Keep(question=question, value=value):
            return f"kept: {question} = {value}"
        case Become(changes={"state": state}):
            return f"she is now: {state}"
        case Become(changes={"waits_since": since}):
            return "she is let in" if since is None else "she is on the waiting list"
        case Become(changes={"research": version}):
            return f"kept: consent to research, text {version}" if version else "kept: no consent to research"
        case Become(changes={"consent": consent}):
            return f"kept: consent, text {consent}"
        case Become(changes={"lost_at": datetime()}):
            return "nothing about a baby is sent from now on"
        case Become(changes={"child": child}):
            return f"kept: the child is of {child}"
        case Become(changes={"lost_at": None}):
            return "pages are sent again"
        case Become(changes={"paused_until": until}):
            return _pause(her, until)
        case Cancel(key="session"):
            return "no push is planned"
    return ""


def _pause(her: Walker, until: datetime | None) -> str:
    if until is None:
        return "no longer paused"
    return "paused" if until == WITHOUT_END else f"paused until {until.astimezone(her.person.tz):%a %d.%m. %H:%M}"


def _span(time: timedelta) -> str:
    hours, minutes = divmod(round(time.total_seconds() / 60), 60)
    return " ".join(([f"{hours} h"] if hours else []) + ([f"{minutes} min"] if minutes else []))


def _wrapped(who: str, text: str) -> Iterator[str]:
    first = f"{who:<6}"
    for paragraph in text.splitlines():
        if not paragraph:
            yield ""
            continue
        yield from textwrap.wrap(paragraph, WIDTH, initial_indent=first, subsequent_indent=" " * 6)
        first = " " * 6


class Writer:
    """Writes a tree as sections. A section begins where its way parts from one above."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.known: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.title = ""
        self.written = self.left_out = 0

    def chapter(self, title: str, node: Node) -> None:
        """Everything that follows from one beginning."""
        self.title = title
        self.lines += ["", "", _ruled("══", title)]
        self.section("", node)

    def section(self, act: str, node: Node, crumbs: tuple[str, ...] = ()) -> None:
        """One way to its end, then those that part from it."""
        if self.written >= MOST_WRITTEN:
            self.left_out += node.ends()
            return
        self.written += 1
        self.lines += ["", *([_ruled("──", " ".join(crumbs))] if crumbs else [])]
        self.lines += _wrapped("" if act.startswith("(") else "her", act) if act else []
        partings = list(self._way(node, crumbs))
        for parting, ways in reversed(partings):
            for way, after in ways:
                self.section(_crumb(way), after, (*parting, _crumb(way)))

    def _where(self, known: tuple[str, tuple[str, ...]]) -> str:
        title, crumbs = known
        after = f"after {' '.join(crumbs)}" if crumbs else "from the beginning"
        return after if title == self.title else f"{after}, in: {title}"

    def _way(self, node: Node, crumbs: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[tuple[Act, Node]]]]:
        """Write one way to its end, by first answers; give where others part from it, and those."""
        while True:
            seen, onward = node.seen(), node.onward()
            if node.ways and seen in self.known:
                self.lines.append(f"      … word for word as {self._where(self.known[seen])}")
                return
            self.lines += node.lines
            if not node.ways:
                self.lines.append("      (too long: not followed further)" if node.cut else "      ∎")
                return
            if onward and onward in self.known:
                self.lines.append(f"      … and on, word for word as {self._where(self.known[onward])}")
                return
            self.known[seen] = self.known[onward] = (self.title, crumbs)
            yield crumbs, node.ways[1:]
            act, node = node.ways[0]
            self.lines += _wrapped("" if act.due else "her", _crumb(act))
            crumbs = (*crumbs, _crumb(act))


def _ruled(rule: str, title: str) -> str:
    return f"{rule} {title} ".ljust(WIDTH, rule[0])


def _crumb(act: Act) -> str:
    if act.due:
        return "(no answer)" if act.due == "silence" else "(the time comes)"
    return act.shown
