"""Reads the content tree into one frozen Library, or says every fault that keeps it from being used."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from zoneinfo import ZoneInfo

import msgspec
import yaml
from babel import Locale, UnknownLocaleError

from content.schema import (
    BANDS,
    PARTS,
    Band,
    Bubble,
    City,
    Concern,
    ContentError,
    Course,
    District,
    Fault,
    Guard,
    GuardFile,
    Language,
    Level,
    MeasureFile,
    Number,
    Pack,
    Part,
    Phrase,
    Region,
    Rule,
    RuleBook,
    RuleFile,
    Text,
    WordFile,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

HERE = Path(__file__).parent
SOURCE_UNKNOWN = "en"
VARIABLE = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
PLURAL_VARIABLE = "n"
BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(BASE):  # type: ignore[misc]
    """YAML as clinicians expect it: a word is a word, and an id stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """Refuse a second entry under one id, where YAML would silently keep the last."""
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key.value, str) and key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"'{key.value}' stands twice", key.start_mark)
            seen.add(str(key.value))
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


# Whatever stands in a file is a text until a field says otherwise: `no`, `103` and dates are words here.
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":null", ":merge"))]
    for first, resolvers in BASE.yaml_implicit_resolvers.items()
}


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
    rules: RuleBook
    plurals: dict[str, Callable[[int], str]]

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


class Tree(msgspec.Struct):
    """What was read from a folder, as far as it could be read, and the faults met on the way."""

    folder: Path
    languages: tuple[Language, ...] = ()
    source: str = SOURCE_UNKNOWN
    phrases: dict[str, Phrase] = {}
    areas: dict[str, str] = {}
    strings: dict[str, dict[str, Text]] = {}
    courses: dict[str, Course] = {}
    courses_in: dict[tuple[str, str], dict[str, str]] = {}
    numbers: tuple[Number, ...] = ()
    regions: tuple[Region, ...] = ()
    cities: tuple[City, ...] = ()
    rules: RuleBook = RuleBook(())
    faults: list[Fault] = []

    def name(self, path: Path) -> str:
        """Name a file as a person would look for it: content/strings/tg/menu.yaml."""
        inside = path.relative_to(self.folder) if path.is_relative_to(self.folder) else path.name
        return str(Path(self.folder.name, inside))

    def blame(self, path: Path, place: str, message: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.name(path), place, message))

    def strings_path(self, language: str, area: str) -> Path:
        """Where the texts of a language about one area are kept."""
        return self.folder / "strings" / language / f"{area}.yaml"

    def course_path(self, id: str, language: str) -> Path:
        """Where a programme's words in a language are kept."""
        return self.folder / "programmes" / id / f"{language}.yaml"


def load(folder: Path | None = None) -> Library:
    """Read a content tree, our own by default. ContentError names every fault of its structure at once."""
    tree = read(folder or HERE)
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
        rules=tree.rules,
        plurals={language.code: plural_rule(language.code) for language in tree.languages},
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


def fill(text: Text, variables: dict[str, Any], plural: Callable[[int], str]) -> str:
    """Choose the plural and put the variables in. KeyError names a variable without a value."""
    if isinstance(text, dict):
        by_category = dict[str, str](text)  # type: ignore[arg-type]
        text = by_category.get(plural(variables[PLURAL_VARIABLE]), by_category["other"])
    return VARIABLE.sub(lambda found: str(variables[found[1]]), text) if "{" in text else text


def plural_rule(language: str) -> Callable[[int], str]:
    """Give CLDR's rule for a language: number to category. A language CLDR does not know has `other` alone."""
    try:
        return Locale.parse(language).plural_form
    except (UnknownLocaleError, ValueError):
        return lambda _: "other"


def plural_categories(language: str) -> set[str]:
    """Give the categories a plural text of the language has to have."""
    return {"other", *getattr(plural_rule(language), "tags", ())}


def forms(text: Text) -> Iterator[tuple[str, str]]:
    """Give each form of a text with the end of its place: a plural has one for each category."""
    if isinstance(text, str):
        yield "", text
    else:
        yield from ((f".{category}", form) for category, form in text.items())


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


SHARED = {"words", "guards"}
"""Folders beside those of the categories."""


def read_rules(tree: Tree) -> None:
    """Read the rules of concern. None at all is a fault: it would look exactly like nobody being in need."""
    root = tree.folder / "concern"
    words = {path.stem: open_as(tree, path, WordFile) for path in sorted(root.glob("words/*.yaml"))}
    guards = {path.stem: open_as(tree, path, GuardFile) for path in sorted(root.glob("guards/*.yaml"))}
    measures = open_as(tree, root / "measures.yaml", MeasureFile) if (root / "measures.yaml").exists() else None
    packs = []
    for path in sorted(path for path in root.glob("*/*.yaml") if path.parent.name not in SHARED):
        if path.parent.name not in get_args(Concern):
            tree.blame(path, "", f"there is no category {path.parent.name}. Rename the folder")
        file = open_as(tree, path, RuleFile)
        if file is not None:
            packs.append(Pack(path.parent.name, path.stem, file))
    tree.rules = RuleBook(
        tuple(packs),
        {language: file for language, file in words.items() if file is not None},
        {language: file for language, file in guards.items() if file is not None},
        measures or MeasureFile({}, {}, {}),
    )
    if not packs:
        tree.blame(root, "", "no rules at all. Without them nobody's words would bring a person")
    judge_rules(tree, tree.rules)


def judge_rules(tree: Tree, book: RuleBook) -> None:
    """Blame every id that stands twice, and every group that no file has."""
    owners: dict[str, str] = {}
    shared = {name for file in book.words.values() for name in file.groups}
    shared |= {f"#{name}" for name in (*book.measures.measures, *book.measures.units)}
    parts: list[tuple[str, dict[str, tuple[str, ...]], tuple[Rule, ...] | tuple[Guard, ...]]]
    parts = [(f"{pack.category}/{pack.language}", pack.file.groups, pack.file.rules) for pack in book.packs]
    parts += [(f"guards/{language}", file.groups, file.guards) for language, file in book.guards.items()]
    for place, own, rules in parts:
        path = tree.folder / "concern" / f"{place}.yaml"
        for rule in rules:
            if rule.id in owners:
                tree.blame(path, rule.id, f"stands in {owners[rule.id]} too. Give every rule its own id")
            owners[rule.id] = tree.name(path)
            slots = {slot for shape in rule.any_of for slot in (*shape.near, *shape.unless, *shape.not_before)}
            for group in sorted({name for slot in slots for name in slot.split("|")} - shared - own.keys()):
                tree.blame(path, rule.id, f"there is no group called {group}. Add it under `groups`")


def translations(tree: Tree, path: Callable[[str], Path]) -> Iterable[Language]:
    """Give the languages to read: not the source, and an unfinished one only where it has a file."""
    others = (language for language in tree.languages if language.code != tree.source)
    return [language for language in others if language.offered or path(language.code).exists()]


def compare(tree: Tree, path: Path, source: dict[str, Any], found: dict[str, Any], language: Language) -> None:
    """Hold a translation against its source: the same ids, and the same variables in each.

    A text of `found` that could not be read is None: it is there, and blamed already.
    """
    if language.offered:
        for id in source.keys() - found.keys():
            tree.blame(path, id, f"missing translation. Add it, or take it out of {tree.source}")
    for id in (found.keys() - source.keys()) if source else ():
        tree.blame(path, id, f"{tree.source} has no such id. Remove it, or correct its name")
    for id in source.keys() & {id for id, text in found.items() if text is not None}:
        wanted, got = variables_of(source[id]), variables_of(found[id])
        if wanted != got:
            cure = f"variables are {braced(got)}, in {tree.source} {braced(wanted)}. Use the same ones"
            tree.blame(path, id, cure)


def judge_forms(tree: Tree, path: Path, language: str, texts: dict[str, Any]) -> None:
    """Check plural categories, braces and empty texts, which no language may get wrong."""
    for id, text in texts.items():
        if isinstance(text, dict) and set(text) != plural_categories(language):
            need = ", ".join(sorted(plural_categories(language)))
            tree.blame(path, id, f"plural forms are {', '.join(sorted(text))}. This language needs {need}")
        for _, form in forms(text):
            if not form.strip():
                tree.blame(path, id, "is empty. Write the text")
            if set("{}") & set(VARIABLE.sub("", form)):
                tree.blame(path, id, "has a brace that is no variable. Write {name} in small Latin letters")


def variables_of(text: Text) -> set[str]:
    """Give the variables of a text. A plural may leave its number unsaid in one of its forms."""
    found = {name for _, form in forms(text) for name in VARIABLE.findall(form)}
    return found | {PLURAL_VARIABLE} if isinstance(text, dict) else found


def braced(names: set[str]) -> str:
    """Write variables as they stand in a text."""
    return " ".join(f"{{{name}}}" for name in sorted(names)) or "none"


def open_as(tree: Tree, path: Path, kind: Any) -> Any:
    """Read a YAML file as `kind`; None, with a fault, where it cannot be read."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506 (a safe loader underneath)
    except FileNotFoundError:
        tree.blame(path, "", "there is no such file. Add it")
    except UnicodeDecodeError:
        tree.blame(path, "", "is not UTF-8. Save it as UTF-8")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        tree.blame(path, f"line {mark.line + 1}" if mark else "", f"not YAML: {error.problem}. Correct this line")
    except yaml.YAMLError as error:
        tree.blame(path, "", f"not YAML: {str(error).splitlines()[0]}. Remove what cannot be read")
    else:
        return convert(tree, path, data, kind, "")
    return None


def convert(tree: Tree, path: Path, data: Any, kind: Any, place: str) -> Any:
    """Give `data` as `kind`; None, with a fault, where it does not fit."""
    try:
        return msgspec.convert(data, kind, strict=False)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at ")
        inner = where.strip("`").removeprefix("$").lstrip(".")
        tree.blame(path, ".".join(filter(None, (place, inner))), f"{message}. Correct it")
        return None


__all__ = ["Level", "Library", "Part", "Programme", "load"]
