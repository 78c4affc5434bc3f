"""Reads the content tree into one frozen Library, or says every fault that keeps it from being used."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from content.drills import Drill, read_drills
from content.places import read_directory
from content.rulebook import read_rules
from content.schema import (
    BANDS,
    PARTS,
    Band,
    Bubble,
    City,
    ContentError,
    Course,
    Directory,
    District,
    Language,
    Level,
    Number,
    Part,
    Phrase,
    Region,
    RuleBook,
    Text,
)
from content.tree import Tree, convert, open_as
from content.wording import (
    compare,
    fill,
    judge_forms,
    plural_rule,
    translations,
)

HERE = Path(__file__).parent


class Programme(msgspec.Struct, frozen=True):
    """A programme in all its languages. Weeks count from 1."""

    id: str
    course: Course
    texts: dict[str, dict[str, str]]

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
        return self._text(language, f"{week}.title")

    def bubbles(self, week: int, part: Part, language: str, band: Band = "a") -> tuple[str, ...]:
        """Give the messages of one part of a week for a child's age, in order; none where the week has no such part."""
        bubbles: tuple[Bubble, ...] = getattr(self.course.weeks[week - 1], part)
        ends = (f"{i}.{band}" if isinstance(bubble, dict) else f"{i}" for i, bubble in enumerate(bubbles, 1))
        return tuple(self._text(language, f"{week}.{part}.{end}") for end in ends)

    def _text(self, language: str, id: str) -> str:
        try:
            return self.texts[language][id]
        except KeyError:
            raise KeyError(f"{self.id}.{id} ({language})") from None


class Library(msgspec.Struct, frozen=True, eq=False):
    """Everything we know, ready to be asked. `languages` are those offered, and the source; `version` changes with any byte."""

    version: str
    languages: tuple[Language, ...]
    texts: dict[str, dict[str, Text]]
    programmes: dict[str, Programme]
    numbers: tuple[Number, ...]
    regions: tuple[Region, ...]
    cities: tuple[City, ...]
    directory: Directory
    rules: RuleBook
    plurals: dict[str, Callable[[int], str]]
    drills: tuple[Drill, ...] = ()

    def text(self, language: str, key: str, /, **variables: object) -> str:
        """Say `key` in `language`, its variables filled in and its plural chosen by `n`.

        KeyError, naming the key, where the text, the language or a variable is missing: nothing is guessed.
        """
        try:
            text = self.texts[language][key]
        except KeyError:
            raise KeyError(f"{key} ({language})") from None
        try:
            return fill(text, variables, self.plurals[language])
        except KeyError as missing:
            raise KeyError(f"{key} ({language}): no value for {missing.args[0]}") from None

    def programme(self, id: str) -> Programme:
        """Give a programme by its id; KeyError where there is none."""
        return self.programmes[id]


def load(folder: Path | None = None) -> Library:
    """Read a content tree, our own by default. ContentError names every fault of its structure at once."""
    tree = read(folder or HERE)
    drills = read_drills(tree)
    if tree.faults:
        raise ContentError(tuple(sorted(set(tree.faults))))
    spoken = tuple(language for language in tree.languages if language.offered or language.source)
    source = {id: phrase.text for id, phrase in tree.phrases.items()}
    return Library(
        version=version_of(tree.folder),
        languages=spoken,
        texts={tree.source: source, **tree.strings},
        programmes={id: programme_of(tree, course) for id, course in tree.courses.items()},
        numbers=tree.numbers,
        regions=tree.regions,
        cities=tree.cities,
        directory=tree.directory,
        rules=tree.rules,
        plurals={language.code: plural_rule(language.code) for language in tree.languages},
        drills=drills,
    )


def programme_of(tree: Tree, course: Course) -> Programme:
    """Join a programme's source with its translations."""
    texts = {language: words for (id, language), words in tree.courses_in.items() if id == course.id}
    return Programme(course.id, course, {tree.source: course.texts(), **texts})


def version_of(folder: Path) -> str:
    """Give a short name for exactly these bytes, kept with every talk that was begun with them."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def read(folder: Path) -> Tree:
    """Read all that can be read of a content tree; whatever is wrong with it is in `faults`."""
    tree = Tree(folder.resolve())
    tree.languages = tuple(open_as(tree, folder.resolve() / "languages.yaml", tuple[Language, ...]) or ())
    read_languages(tree)
    read_strings(tree)
    read_courses(tree)
    tree.numbers = open_as(tree, tree.folder / "directory" / "numbers.yaml", tuple[Number, ...]) or ()
    for number in tree.numbers:
        for language in {language.code for language in tree.languages if language.offered} - set(number.name):
            cure = f"no name in {language}. Say what answers there"
            tree.blame(tree.folder / "directory" / "numbers.yaml", number.id, cure)
    read_regions(tree)
    read_directory(tree)
    read_rules(tree)
    return tree


def read_regions(tree: Tree) -> None:
    """Read the regions of the country and the cities abroad."""
    folder = tree.folder / "directory"
    tree.regions = tuple(open_as(tree, folder / "regions.yaml", tuple[Region, ...]) or ())
    tree.cities = tuple(open_as(tree, folder / "cities.yaml", tuple[City, ...]) or ())
    judge_names(tree, folder / "regions.yaml", [each for one in tree.regions for each in (one, *one.districts)])
    judge_names(tree, folder / "cities.yaml", tree.cities)
    for city in tree.cities:
        try:
            ZoneInfo(city.zone)
        except (ValueError, OSError, KeyError):
            cure = f"{city.zone} is no time zone. Write its IANA name, such as Europe/Moscow"
            tree.blame(folder / "cities.yaml", city.code, cure)


def read_languages(tree: Tree) -> None:
    """Find the one language everything else is translated from."""
    sources = [language.code for language in tree.languages if language.source]
    if len(sources) == 1:
        tree.source = sources[0]
    elif tree.languages:
        cure = f"{len(sources)} languages have `source: true`. Give it to exactly one"
        tree.blame(tree.folder / "languages.yaml", "", cure)


def read_strings(tree: Tree) -> None:
    """Read the short texts of every language, area by area, and hold each translation against its source."""
    root = tree.folder / "strings"
    areas = sorted({path.stem for path in root.glob("*/*.yaml")})
    if not areas:
        tree.blame(root, "", "no texts at all. Without them there is nothing to say")
    for area in areas:
        source = read_source(tree, area)
        for language in translations(tree, lambda code: root / code):
            read_translation(tree, area, language, source)


def read_source(tree: Tree, area: str) -> dict[str, Any]:
    """Read one area in the source language: its texts by id."""
    path, source = tree.strings_path(tree.source, area), dict[str, Any]()
    for id, value in (open_as(tree, path, dict[str, Any]) or {}).items():
        rich = value if isinstance(value, dict) and "text" in value else {"text": value}
        if id in tree.areas:
            tree.blame(path, id, f"stands in {tree.areas[id]}.yaml too. Give every text its own id")
        if (phrase := convert(tree, path, rich, Phrase, id)) is not None:
            tree.phrases[id], tree.areas[id], source[id] = phrase, area, phrase.text
    judge_forms(tree, path, tree.source, source)
    return source


def read_translation(tree: Tree, area: str, language: Language, source: dict[str, Any]) -> None:
    """Read one area in another language."""
    path = tree.strings_path(language.code, area)
    if not language.offered and not path.exists():
        return
    words = open_as(tree, path, dict[str, Any])
    if words is None:
        return
    texts = {id: convert(tree, path, value, Text, id) for id, value in words.items()}
    found = {id: text for id, text in texts.items() if text is not None}
    tree.strings.setdefault(language.code, {}).update(found)
    judge_forms(tree, path, language.code, found)
    compare(tree, path, source, texts, language)


def judge_names(tree: Tree, path: Path, named: Sequence[District]) -> None:
    """See that every code stands once, and has a name in every language."""
    codes = Counter(one.code for one in named)
    for one in named:
        if codes[one.code] > 1:
            tree.blame(path, one.code, "stands twice. Give each a code of its own")
        for language in {language.code for language in tree.languages if language.offered} - set(one.name):
            tree.blame(path, one.code, f"no name in {language}. Say what it is called there")


def read_courses(tree: Tree) -> None:
    """Read every programme. The mothers' one has to be there: without it there is nothing to offer."""
    root = tree.folder / "programmes"
    for id in sorted({"mums", *(path.name for path in root.glob("*/") if path.is_dir())}):
        path = tree.course_path(id, tree.source)
        course = open_as(tree, path, Course)
        if course is None:
            continue
        if course.id != id:
            tree.blame(path, "id", f"says {course.id}, but the folder is called {id}. Make them the same")
        tree.courses[id] = course
        judge_forms(tree, path, tree.source, course.texts())
        judge_bands(tree, path, course)
        read_translations(tree, id, course)


def judge_bands(tree: Tree, path: Path, course: Course) -> None:
    """See that a bubble told apart by age has words for every age."""
    for number, week in enumerate(course.weeks, 1):
        for part in PARTS:
            for i, bubble in enumerate(getattr(week, part), 1):
                if isinstance(bubble, dict) and (missing := set(BANDS) - set(bubble)):
                    cure = f"no words for age {', '.join(sorted(missing))}. Write them, or one text for all"
                    tree.blame(path, f"{number}.{part}.{i}", cure)


def read_translations(tree: Tree, id: str, course: Course) -> None:
    """Read the words of one programme in the other languages."""
    for language in translations(tree, lambda code: tree.course_path(id, code)):
        path = tree.course_path(id, language.code)
        words = open_as(tree, path, dict[str, Any])
        if words is None:
            continue
        texts = {place: convert(tree, path, value, str, place) for place, value in words.items()}
        found = {place: text for place, text in texts.items() if text is not None}
        tree.courses_in[id, language.code] = found
        judge_forms(tree, path, language.code, found)
        compare(tree, path, course.texts(), texts, language)


__all__ = ["Level", "Library", "Part", "Programme", "load"]
