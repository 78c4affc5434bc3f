"""The shapes of everything under content/: what a YAML file may hold, and how a fault in one is named."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

Level = Literal["none", "watch", "concern", "urgent", "now"]
"""How soon a person has to look. `none` is for words that are only asked about: no case ever has it."""
RuleLevel = Literal["watch", "concern", "urgent", "now"]
Concern = Literal[
    "self_harm",
    "child_harm",
    "abuser_threat",
    "psychosis",
    "infant_danger",
    "mother_danger",
    "under_age_or_forced",
    "partner_violence",
    "relinquishment",
    "loss",
    "basic_need",
    "intrusive_thoughts",
    "watched_phone",
    "severe_low_mood",
]
"""The categories of the triage table, in the order in which one is named when several are equally grave."""
Guarded = Literal["negation", "idiom", "endearment", "quotation", "lesson", "past", "toddler", "others"]
"""What makes words harmless that look worrying."""
Heeded = Literal[Guarded, "signs"]
"""The same, and the second ear."""
Category = Literal["zero", "one", "two", "few", "many", "other"]
Text = str | dict[Category, str]
"""One sentence, or one for each plural category of the language, chosen by the variable `n`."""

Letters = Literal["cyrillic", "latin"]

Need = Literal["expecting", "low_mood", "violence", "disability", "development", "money", "father"]
"""What somebody may need a place for."""
Route = Literal["self", "health_centre", "cru", "organisation", "police"]
"""Who can send somebody there; `cru` is the child rights unit of the district."""


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Content never changes while it is in use, and a field nobody reads is a typing mistake."""


class Fault(Strict, frozen=True, order=True):
    """One thing wrong in one place, said so that whoever wrote the file can put it right."""

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        """Give the one line a person reads: file, place, what is wrong and the cure."""
        return ": ".join(part for part in (self.file, self.place, self.message) if part)


class ContentError(Exception):
    """The content cannot be used. Its text is one line for each fault."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep `faults` for those who want them apart."""
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class Language(Strict, frozen=True):
    """A language by its code, and its name as its own speakers write it."""

    code: str
    name: str
    source: bool = False
    status: Literal["live", "draft"] = "live"

    @property
    def live(self) -> bool:
        """Whether people are offered it; a draft is being written, and what is missing of it is forgiven."""
        return self.status == "live"


class Phrase(Strict, frozen=True):
    """A text in the source language, with what the checks have to know about it.

    push: it may light up on a locked phone, so its first 60 characters are neutral.
    button: it stands on a button. safety, danger_sign, staff, user_speech (or speech): see checks.yaml.
    lint_ok: rule -> reason, for a named rule that this text may break.
    """

    text: Text
    push: bool = False
    button: bool = False
    speech: bool = False
    user_speech: bool = False
    staff: bool = False
    danger_sign: bool = False
    safety: bool = False
    lint_ok: dict[str, str] = {}
    note: str = ""

    @property
    def tags(self) -> frozenset[str]:
        """The exemption tags that are set, by name."""
        named = ("push", "button", "user_speech", "staff", "danger_sign", "safety")
        tags = {name for name in named if getattr(self, name)}
        return frozenset(tags | ({"user_speech"} if self.speech else set()))


class Rendering(Strict, frozen=True):
    """A translated text with a doubt that only a native reader can settle."""

    text: Text
    for_native_review: str


class Verified(Strict, frozen=True):
    """Who rang a number and found the right people at the other end, and when."""

    by: str
    on: date


class Number(Strict, frozen=True):
    """A telephone number and what answers there, in each language. Not `verified`: shown as unchecked.

    `service`: the id of the place in services.yaml that it belongs to. `zones`: it is of another country, of these time
    zones (IANA), and shown to who lives there.
    """

    id: str
    number: str
    name: dict[str, str]
    emergency: bool = False
    zones: tuple[str, ...] = ()
    verified: Verified | None = None
    service: str = ""


class District(Strict, frozen=True):
    """A district or town of a region: its code, kept with people and named by services, and its name by language."""

    code: str
    name: dict[str, str]


class Region(District, frozen=True):
    """A region of the country, its districts and towns, those most people live in first."""

    districts: tuple[District, ...]


class City(District, frozen=True):
    """A city abroad where families work. `zone` is an IANA name; `also`: other names, and towns with the same hours."""

    zone: str
    also: tuple[str, ...] = ()


class Service(Strict, frozen=True):
    """A place of the directory, with what its source says of it; services.yaml tells each field.

    `places` and `serves` are codes of regions.yaml. One that nobody can go to (`user_facing` false) needs only a name.
    """

    id: str
    refs: tuple[str, ...]
    kind: Literal["public", "organisation", "private", "international"]
    name: dict[str, str]
    row: int = 0
    short: dict[str, str] = {}
    what: dict[str, str] = {}
    needs: tuple[Need, ...] = ()
    whom: tuple[str, ...] = ()
    nationwide: bool = False
    places: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    route: tuple[Route, ...] = ()
    lacks: tuple[str, ...] = ()
    careful: tuple[str, ...] = ()
    same_as: str = ""
    planned: bool = False
    user_facing: bool = True
    note: str = ""


class Gap(Strict, frozen=True):
    """What the source says is missing: for these needs, in these places or everywhere. Its words are `refer.gap.<id>`."""

    id: str
    refs: tuple[str, ...]
    needs: tuple[Need, ...]
    places: tuple[str, ...] = ()


class Directory(Strict, frozen=True):
    """All places, and what they were taken from."""

    cite: str = ""
    licence: str = ""
    as_of: date = date.min
    services: tuple[Service, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def service(self, id: str) -> Service | None:
        """The place with this id."""
        return next((one for one in self.services if one.id == id), None)


class Shape(Strict, frozen=True):
    """What has to stand together in one sentence, or `across` sentences, for a rule to fire.

    near: names of groups, one of each, `a|b` is one of either; gap: at most so many other words between neighbours;
    ordered: only in this order; unless: groups that must not stand within `reach` words of it;
    not_before: groups that must not stand right before any of its words.
    """

    near: tuple[str, ...]
    gap: int = 3
    ordered: bool = False
    across: bool = False
    unless: tuple[str, ...] = ()
    reach: int = 3
    not_before: tuple[str, ...] = ()


class Rule(Strict, frozen=True):
    """One reason to bring a person: it fires when any of its shapes is found.

    deaf: kinds of guards it does not listen to; `signs` is the second ear.
    """

    id: str
    level: RuleLevel
    why: str
    any_of: tuple[Shape, ...]
    must: tuple[str, ...]
    must_not: tuple[str, ...]
    deaf: tuple[Heeded, ...] = ()


class RuleFile(Strict, frozen=True):
    """The rules of one category in one language.

    A term is words as they are said: `word*` and `*word` find what begins or ends so, `word~` any form of the word;
    a space in a term may be missing in her text. Groups of `words/` are known by name in every file, and hold the
    terms of all languages that share its letters.
    letters: what her text is turned into before it is compared. Tajik, Russian and Uzbek share `cyrillic`,
    in which Tajik letters, Latin spelling and common slips are evened out.
    """

    groups: dict[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    letters: Letters = "cyrillic"


class WordFile(Strict, frozen=True):
    """Groups of words in one language which the rules of every category may name."""

    groups: dict[str, tuple[str, ...]]
    letters: Letters = "cyrillic"


class Guard(Strict, frozen=True):
    """What takes weight from a worrying word beside it: it is found as a rule is, in the same `scope`.

    effect: `lower` by one level, to `watch`, or `clear`; categories: those it is about, all when there are none.
    An idiom that clears is one of which she is asked once.
    """

    id: str
    kind: Guarded
    effect: Literal["lower", "watch", "clear"]
    why: str
    any_of: tuple[Shape, ...]
    must: tuple[str, ...]
    must_not: tuple[str, ...]
    scope: Literal["clause", "sentence", "text"] = "clause"
    categories: tuple[Concern, ...] = ()


class GuardFile(Strict, frozen=True):
    """The guards of one language."""

    groups: dict[str, tuple[str, ...]]
    guards: tuple[Guard, ...]
    letters: Letters = "cyrillic"


class Measure(Strict, frozen=True):
    """A range of ages in days, or of a body's heat in degrees; both ends belong to it."""

    of: Literal["age", "heat"]
    least: float
    most: float


class MeasureFile(Strict, frozen=True):
    """Words for numbers and for units of time, and the ranges that rules may name as `#range`."""

    numbers: dict[str, tuple[str, ...]]
    units: dict[Literal["day", "week", "month", "year"], tuple[str, ...]]
    measures: dict[str, Measure]


class Pack(Strict, frozen=True):
    """A rule file with where it came from."""

    category: str
    language: str
    file: RuleFile


class Sign(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one sign weighs, in thousandths: for something worrying, for something red, for each category.

    each: pairs of the number of a category in `Signs.categories` and what the sign weighs for it.
    """

    worry: int
    red: int
    each: tuple[tuple[int, int], ...] = ()


class Limits(Strict, frozen=True):
    """Weights at which the second ear decides.

    What weighs more for worry than `hear` is heard where no rule is met; less than `doubt` takes away what a rule gave.
    What weighs more for red than `sure` is red; less than `unsure` leaves `concern` of what a rule took for red.
    """

    hear: float
    doubt: float
    sure: float
    unsure: float


class Signs(Strict, frozen=True):
    """What the second ear has learnt of each sign; `start` is what a text weighs before any sign is counted."""

    categories: tuple[Concern, ...]
    start: Sign
    signs: dict[str, Sign]
    limits: Limits


class RuleBook(msgspec.Struct, frozen=True, eq=False):
    """All packs, and what they share: words and guards by language, measures, and the second ear's weights.

    Compared by identity, so that what is compiled from it can be kept beside it.
    """

    packs: tuple[Pack, ...]
    words: dict[str, WordFile] = {}
    guards: dict[str, GuardFile] = {}
    measures: MeasureFile = MeasureFile({}, {}, {})
    signs: Signs | None = None
