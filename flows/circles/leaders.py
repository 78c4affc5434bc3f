"""Who leads which new circle. Somebody with two languages is kept for the one where nobody else is."""

from __future__ import annotations

from collections.abc import Iterable

from flows.circles.seats import Guide


class Leaders:
    """Facilitators and the circles given to them. A circle given stays led; by whom may change until the end."""

    def __init__(self, guides: Iterable[Guide]) -> None:
        places = [(len(one.languages), nth, one.id, one.languages) for one in guides for nth in range(one.more)]
        self._places = [(id, known) for _, _, id, known in sorted(places, key=lambda place: place[:3])]
        self._held: list[int | None] = [None] * len(self._places)
        self._languages: list[str] = []
        self._barred: list[frozenset[int]] = []

    def copy(self) -> Leaders:
        """The same as it stands, to try something on."""
        other = Leaders(())
        other._places, other._held, other._languages = self._places, self._held.copy(), self._languages.copy()
        other._barred = self._barred.copy()
        return other

    def give(self, language: str, barred: frozenset[int] = frozenset()) -> int | None:
        """Find somebody for one more circle in the language; the circle's number here, None if nobody can lead it.

        `barred`: who cannot lead this one, for she would sit in it.
        """
        self._languages.append(language)
        self._barred.append(barred)
        number = len(self._languages) - 1
        if self._seek(number, set()):
            return number
        self._languages.pop()
        self._barred.pop()
        return None

    def bar(self, number: int, barred: frozenset[int]) -> bool:
        """From now on these cannot lead the circle of this number: somebody else does. False: nobody can, all stays."""
        before, at = self._barred[number], self._held.index(number)
        self._barred[number] = before | barred
        if self._places[at][0] not in barred:
            return True
        self._held[at] = None
        if self._seek(number, set()):
            return True
        self._held[at], self._barred[number] = number, before
        return False

    def of(self, number: int) -> int:
        """Who leads the circle of this number."""
        return self._places[self._held.index(number)][0]

    def room(self, language: str) -> int:
        """How many more circles could be led in the language if no other language had any."""
        trial, count = self.copy(), 0
        while trial.give(language) is not None:
            count += 1
        return count

    def _seek(self, number: int, tried: set[int]) -> bool:
        """Kuhn's augmenting path: take a free place, or one whose circle can go to another."""
        fits = [
            at
            for at, (id, known) in enumerate(self._places)
            if self._languages[number] in known and id not in self._barred[number]
        ]
        for at in sorted(fits, key=lambda at: self._held[at] is not None):
            if at in tried:
                continue
            tried.add(at)
            held = self._held[at]
            if held is None or self._seek(held, tried):
                self._held[at] = number
                return True
        return False
