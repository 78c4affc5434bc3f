"""Programmes, week by week, and shelves of short pages beside them: the shapes of their files, and their words as they are said.

The source file has the structure and the words of the source language; a translation is a flat map from id to text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from content.schema import Strict

Part = Literal["reflect", "play", "have_a_go", "question", "hook"]
"""What a week is made of. `hook`: what the father, or whoever is linked, is offered to do in that week."""

PARTS: tuple[Part, ...] = ("reflect", "play", "have_a_go", "question", "hook")

Band = Literal["a", "b", "c"]
"""The child's age: a up to 6 months, b up to 18 months, c older (the outline of the programme, section C)."""

Wording = Literal["a", "b", "c", "own", "plain", "away", "home"]
"""Whom a wording is for: a child's age; a child with a disability, at the child's `own` pace, and `plain` for every
other; a father `away` or at `home`."""

WORDINGS: tuple[frozenset[str], ...] = (
    frozenset({"a", "b", "c"}),
    frozenset({"a", "b", "c", "own"}),
    frozenset({"plain", "own"}),
    frozenset({"away", "home"}),
)
"""The sets a bubble may be told apart by."""

SPARE: tuple[Wording, ...] = ("plain", "away", "a")
"""What is taken where none of the wanted wordings is there."""

Bubble = str | dict[Wording, str]
"""One message of a page: the same for everybody, or one for each of a set of `WORDINGS`."""


class Week(Strict, frozen=True):
    """One week of a programme in the source language.

    `stirs`: it may wake old pain, and she is asked before it opens. `alone`: it opens only when nobody is near her.
    `pregnancy`: the earliest week of pregnancy in which it comes. `after_birth`: it comes once the baby is there.
    `pairs`: the weeks of the mothers' programme it goes with.
    """

    title: str
    stirs: bool = False
    alone: bool = False
    pregnancy: int = 0
    after_birth: bool = False
    pairs: tuple[int, ...] = ()
    reflect: tuple[Bubble, ...] = ()
    play: tuple[Bubble, ...] = ()
    have_a_go: tuple[Bubble, ...] = ()
    question: tuple[Bubble, ...] = ()
    hook: tuple[Bubble, ...] = ()

    def texts(self) -> dict[str, str]:
        """Every text of the week by the id its translations use, such as `title`, `reflect.1` or `play.2.b`."""
        return {"title": self.title} | {
            f"{part}.{id}": text for part in PARTS for id, text in _texts(getattr(self, part))
        }


class Course(Strict, frozen=True):
    """The source file of a programme."""

    id: str
    weeks: tuple[Week, ...]

    def texts(self) -> dict[str, str]:
        """Every text by the id its translations use, such as `1.reflect.1`."""
        return {f"{n}.{id}": text for n, week in enumerate(self.weeks, 1) for id, text in week.texts().items()}

    def bubbles(self) -> Iterator[tuple[str, Bubble]]:
        """Every message with its place."""
        for n, week in enumerate(self.weeks, 1):
            yield from ((f"{n}.{part}.{i}", one) for part in PARTS for i, one in enumerate(getattr(week, part), 1))


class Page(Strict, frozen=True):
    """A short page of a shelf.

    `at`: when it comes, in the unit of its shelf. `seconds`: how long after each message until the next.
    `alone`: it opens only when nobody is near her. `of_babies`: it is not offered after she told of a loss.
    `source`: where its facts are from.
    """

    id: str
    title: str
    text: tuple[Bubble, ...]
    at: int | None = None
    seconds: tuple[int, ...] = ()
    alone: bool = False
    of_babies: bool = False
    source: tuple[str, ...] = ()


class Stock(Strict, frozen=True):
    """The source file of a shelf."""

    id: str
    pages: tuple[Page, ...]

    def texts(self) -> dict[str, str]:
        """Every text by the id its translations use, such as `breath.title` and `breath.1`."""
        found = dict[str, str]()
        for page in self.pages:
            found |= {f"{page.id}.title": page.title} | {f"{page.id}.{id}": text for id, text in _texts(page.text)}
        return found

    def bubbles(self) -> Iterator[tuple[str, Bubble]]:
        """Every message with its place."""
        for page in self.pages:
            yield from ((f"{page.id}.{i}", one) for i, one in enumerate(page.text, 1))


class Words(msgspec.Struct, frozen=True):
    """The words of a programme or shelf in all its languages."""

    id: str
    texts: dict[str, dict[str, str]]

    def text(self, language: str, id: str) -> str:
        """Give one text; KeyError, naming it, where it is missing."""
        try:
            return self.texts[language][id]
        except KeyError:
            raise KeyError(f"{self.id}.{id} ({language})") from None

    def said(self, language: str, place: str, bubbles: Sequence[Bubble], wanted: Iterable[str]) -> tuple[str, ...]:
        """The messages at a place, each in the first of the `wanted` wordings that it has."""
        return tuple(self.text(language, f"{place}.{i}{_end(one, wanted)}") for i, one in enumerate(bubbles, 1))


class Programme(Words, frozen=True):
    """A programme in all its languages. Weeks count from 1."""

    course: Course

    @property
    def length(self) -> int:
        """The number of weeks."""
        return len(self.course.weeks)

    def stirs(self, week: int) -> bool:
        """Say whether the week may wake old pain."""
        return self.course.weeks[week - 1].stirs

    def alone(self, week: int) -> bool:
        """Say whether the week opens only when nobody is near her."""
        return self.course.weeks[week - 1].alone

    def title(self, week: int, language: str) -> str:
        """Give the title of a week. KeyError where there is no such week or language."""
        return self.text(language, f"{week}.title")

    def bubbles(self, week: int, part: Part, language: str, wanted: Sequence[str] = ("a",)) -> tuple[str, ...]:
        """Give the messages of one part of a week in the first `wanted` wording each has; none where there is no such part."""
        bubbles: tuple[Bubble, ...] = getattr(self.course.weeks[week - 1], part)
        return self.said(language, f"{week}.{part}", bubbles, wanted)


class Shelf(Words, frozen=True):
    """Short pages in all their languages."""

    pages: tuple[Page, ...]

    def page(self, id: str) -> Page | None:
        """The page with this id."""
        return next((page for page in self.pages if page.id == id), None)

    def title(self, page: Page, language: str) -> str:
        """What the page is called."""
        return self.text(language, f"{page.id}.title")

    def bubbles(self, page: Page, language: str, wanted: Sequence[str] = ("a",)) -> tuple[str, ...]:
        """The messages of a page, each in the first `wanted` wording it has."""
        return self.said(language, page.id, page.text, wanted)


def _texts(bubbles: Sequence[Bubble]) -> Iterator[tuple[str, str]]:
    for i, bubble in enumerate(bubbles, 1):
        if isinstance(bubble, dict):
            yield from ((f"{i}.{wording}", text) for wording, text in bubble.items())
        else:
            yield f"{i}", bubble


def _end(bubble: Bubble, wanted: Iterable[str]) -> str:
    if not isinstance(bubble, dict):
        return ""
    return "." + next(wording for wording in (*wanted, *SPARE) if wording in bubble)
