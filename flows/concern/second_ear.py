"""The second ear: many small signs together, beside the rules.

Each sign of a text has a weight, learnt from the invented sentences in tests/concern and from the examples of the rules
by `python -m tests.concern.train` (logistic regression). Nobody wrote these weights and nobody can be asked why. So what
they may do is bounded: alone they give `watch`, and `urgent` (or `concern`, of what is answered within a day) only where
they weigh very much; of what a rule took for red they leave `concern`, and nothing only where all around it weighs clearly
against worry; and of what is as grave they say what goes first.
"""

from __future__ import annotations

from functools import cached_property
from math import inf, sqrt
from typing import TYPE_CHECKING, NamedTuple

from flows.concern.findings import SIGNS, Finding, red
from flows.concern.signs import SignsOf, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from content.schema import Concern, Level, Sign, Signs
    from flows.concern.findings import Span
    from flows.concern.texts import Texts

    ByKind = Sequence[Sequence[Sign]]
    """Of each kind of signs those of which something was learnt."""

POINTED_AT = 3
"""Words that are shown as having weighed most."""
FEWEST = 4
"""Different words a text needs for signs to be counted at all."""
ENOUGH = 6
"""Different words a text needs to be red by signs: in few words one sign weighs too much."""
MANY = 8
"""Different words a text needs for signs to take away what a rule heard, and for what is red to become `concern` by its
limit: rules know short sayings best."""
FEWER = 5.0
"""How much lower that limit is where they are fewer."""
WHOLE = 1000
"""Weights are written down in thousandths."""
AROUND = 3
"""Words on each side of a rule's own that are weighed with them."""
CLEARLY = 1.5
"""How much more than what is asked of a whole text a part of it must weigh, to stand against the whole."""
LIKELIER = 2.0
"""How much more a category weighs that is much likelier: of strangers' sentences in which rules of several categories
were met, as grave, this puts the right one in front some hundred times and a wrong one three times."""


UNHURRIED: frozenset[Concern] = frozenset(
    ("relinquishment", "loss", "basic_need", "severe_low_mood", "intrusive_thoughts", "watched_phone")
)
"""Categories that the triage table answers within a day (T2): where the ear takes a text for red and for one of these, it is
`concern`. Of strangers' sentences that it would make red so, 55 of 67 were not."""


class Weight(NamedTuple):
    """What a text, or a part of it, weighs."""

    worry: float
    red: float


def second_ear(texts: Texts, learnt: Signs | None) -> SecondEar | None:
    """Give the ear for a text; None where it has learnt nothing, or the text is too short."""
    ear = None if learnt is None else SecondEar(texts, learnt)
    return ear if ear is not None and ear.said >= FEWEST else None


class SecondEar:
    """One text as the second ear hears it."""

    def __init__(self, texts: Texts, learnt: Signs) -> None:
        self._texts = texts
        self._signs = SignsOf(texts)
        self._view = texts["cyrillic"].view
        self._learnt = learnt
        self._parts: dict[range, Weight] = {}

    @cached_property
    def said(self) -> int:
        """How many different words are meant that are no figures.

        A telephone number is no sentence, and who says one thing ten times says no more by it.
        """
        core = self._signs.core
        return sum(not word.isdigit() for word in set(self._view.words[core.start : core.stop]))

    @cached_property
    def _met(self) -> list[dict[str, Sign]]:
        """Of each kind of signs of the whole text those that are known: those of a part are among them."""
        every = self._learnt.signs
        return [{sign: every[sign] for sign in every.keys() & kind} for kind in self._signs.whole()]

    @cached_property
    def _known(self) -> ByKind:
        return [list(kind.values()) for kind in self._met]

    @cached_property
    def _whole(self) -> Weight:
        return self._weight(self._known)

    @cached_property
    def categories(self) -> dict[Concern, float]:
        """What the text weighs for each category."""
        weights = [0.0] * len(self._learnt.categories)
        for known in ([self._learnt.start], *self._known):
            sums = [0] * len(weights)
            for sign in known:
                for number, weight in sign.each:
                    sums[number] += weight
            if known:
                weights = [weight + one / sqrt(len(known)) / WHOLE for weight, one in zip(weights, sums, strict=True)]
        return dict(zip(self._learnt.categories, weights, strict=True))

    @property
    def category(self) -> str:
        """The likeliest one, if any."""
        return max(self.categories, key=self.categories.__getitem__, default="")

    def unlikely(self, among: Iterable[str]) -> set[str]:
        """Give those categories among these beside which another is much likelier."""
        weights = {category: self.categories[category] for category in among if category in self.categories}
        return {category for category, weight in weights.items() if weight < max(weights.values()) - LIKELIER}

    def heard(self) -> Finding | None:
        """Give `watch` where the text weighs enough."""
        if self._whole.worry <= self._learnt.limits.hear:
            return None
        return Finding("watch", self.category, SIGNS, SIGNS, self._heaviest())

    def left(self, level: Level, sentence: Span, words: Span) -> Level:
        """Give what is left of a level a rule gave for these words.

        Where the whole text weighs clearly against worry, and that sentence does not weigh for it, nothing; where they
        weigh so against red, of `urgent` and `now` `concern`. Of what is red the words with a few around them are asked
        too: many write without full stops, and a cheerful beginning must not hide the end. Of few words more must weigh
        against red, and nothing is taken away.
        """

        def parts() -> Iterator[Weight]:
            yield self._part(self._view.places(sentence))
            if red(level):
                yield self._part(self._around(words))

        doubt, unsure = self._learnt.limits.doubt, self._learnt.limits.unsure
        if self.said < MANY:
            doubt, unsure = -inf, unsure - FEWER
        if self._whole.worry < doubt and all(part.worry < doubt + CLEARLY for part in parts()):
            return "none"
        if red(level) and self._whole.red < unsure and all(part.red < unsure + CLEARLY for part in parts()):
            return "concern"
        return level

    def _around(self, words: Span) -> range:
        inside = self._view.places(words)
        return range(max(0, inside.start - AROUND), min(len(self._view.words), inside.stop + AROUND))

    def raised(self) -> Finding | None:
        """Give `urgent`, or `concern` where its category is answered within a day, where it takes the text for red."""
        if self.said < ENOUGH or self._whole.red <= self._learnt.limits.sure:
            return None
        level: Level = "concern" if self.category in UNHURRIED else "urgent"
        return Finding(level, self.category, f"{SIGNS}.{self.category}", spoken(self._texts), self._heaviest())

    def _part(self, words: range) -> Weight:
        """Give what these words weigh by themselves."""
        core = self._signs.core
        words = range(max(words.start, core.start), min(words.stop, core.stop))
        if words == core:
            return self._whole
        if words not in self._parts:  # many rules are met in one sentence
            self._parts[words] = self._weight(self._known_of(self._signs.among(words)))
        return self._parts[words]

    def _known_of(self, kinds: Iterable[frozenset[str]]) -> ByKind:
        return [[met[sign] for sign in kind if sign in met] for kind, met in zip(kinds, self._met, strict=False)]

    def _weight(self, known: ByKind) -> Weight:
        start = self._learnt.start
        return Weight(
            (start.worry + _sum([[sign.worry for sign in kind] for kind in known])) / WHOLE,
            (start.red + _sum([[sign.red for sign in kind] for kind in known])) / WHOLE,
        )

    def _heaviest(self) -> tuple[Span, ...]:
        def weight(place: int) -> float:
            return self._weight(self._known_of(self._signs.written(range(place, place + 1)))).worry

        heaviest = sorted(self._signs.core, key=weight, reverse=True)[:POINTED_AT]
        return tuple(self._view.spans[place] for place in sorted(heaviest))


def _sum(kinds: Sequence[Sequence[int]]) -> float:
    """Add: of each kind of signs the sum over those that are known, by the root of how many they are."""
    return sum(sum(weights) / sqrt(len(weights)) for weights in kinds if weights)
