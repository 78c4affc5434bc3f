"""Passages: what one voice note reads aloud. A part of a week or a page of a shelf, in one of its wordings.

A recording is found by the words it was made from (`mark`). So she is offered the voice of exactly what she reads, in
her language and for her child's age, and when a word changes the recording is no longer offered, by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import product

from msgspec import Struct

from content.courses import SPARE, Bubble, Part, Programme, Shelf, Wording
from content.library import Library

READ_ALOUD: tuple[Part, ...] = ("reflect", "play", "have_a_go", "question")
"""The parts of a week that can be recorded."""

ORDER: tuple[Wording, ...] = ("own", "plain", "a", "b", "c", "away", "home")
"""How the wordings of a passage stand in its name."""

OWN: tuple[tuple[Wording, ...], ...] = ((), ("own",))
BANDS: tuple[Wording, ...] = ("a", "b", "c")
WHERE: tuple[Wording, ...] = ("away", "home")
READERS: tuple[tuple[Wording, ...], ...] = tuple((*own, band, at) for own, band, at in product(OWN, BANDS, WHERE))
"""Whatever a reader may want, the most fitting first (`flows/programme/calendar.py`)."""

MARK_LENGTH = 32


class Passage(Struct, frozen=True, kw_only=True):
    """One passage. `of` is its programme or shelf, `place` the week or page, `part` is "" on a shelf.

    `wordings` are those its messages have, none where they are the same for everybody.
    """

    of: str
    place: str
    part: str = ""
    wordings: tuple[Wording, ...] = ()
    bubbles: tuple[Bubble, ...]

    @property
    def piece(self) -> str:
        """Its name without the wording: `mums.1.play`, `calm.breath`."""
        return ".".join(name for name in (self.of, self.place, self.part) if name)

    @property
    def id(self) -> str:
        """Its name: `mums.1.play.b`."""
        return ".".join((self.piece, *self.wordings))

    def texts(self, library: Library, language: str) -> tuple[str, ...]:
        """Its messages in a language. KeyError where they are not written."""
        words = library.programmes.get(self.of) or library.shelves[self.of]
        place = ".".join(name for name in (self.place, self.part) if name)
        return words.said(language, place, self.bubbles, self.wordings)


def passages(library: Library, of: str) -> list[Passage]:
    """The passages of a programme or shelf in the order they come; none where there is no such."""
    if of in library.programmes:
        return list(_of_programme(library.programmes[of]))
    shelf = library.shelf(of)
    return list(_of_shelf(shelf)) if shelf is not None else []


def passage(library: Library, id: str) -> Passage | None:
    """The passage with this name; None where there is none."""
    return next((one for one in passages(library, id.partition(".")[0]) if one.id == id), None)


def mark(language: str, texts: Sequence[str]) -> str:
    """What exactly these words hash to, in hexadecimal digits."""
    digest = hashlib.sha256("\0".join((language, *texts)).encode())
    return digest.hexdigest()[:MARK_LENGTH]


def _of_programme(programme: Programme) -> Iterator[Passage]:
    for number, week in enumerate(programme.course.weeks, 1):
        for part in READ_ALOUD:
            bubbles: tuple[Bubble, ...] = getattr(week, part)
            for wordings in _wordings(bubbles):
                yield Passage(of=programme.id, place=str(number), part=part, wordings=wordings, bubbles=bubbles)


def _of_shelf(shelf: Shelf) -> Iterator[Passage]:
    for page in shelf.pages:
        for wordings in _wordings(page.text):
            yield Passage(of=shelf.id, place=page.id, wordings=wordings, bubbles=page.text)


def _wordings(bubbles: Sequence[Bubble]) -> list[tuple[Wording, ...]]:
    """What the messages can be told apart by, each once; none where there are no messages."""
    if not bubbles:
        return []
    told_apart = [bubble for bubble in bubbles if isinstance(bubble, dict)]
    found = {tuple(one for one in ORDER if one in {_of(bubble, wanted) for bubble in told_apart}) for wanted in READERS}
    return sorted(found, key=lambda names: [ORDER.index(name) for name in names])


def _of(bubble: dict[Wording, str], wanted: Sequence[Wording]) -> Wording:
    """Which wording of a message is for a reader who wants these."""
    return next(one for one in (*wanted, *SPARE) if one in bubble)
