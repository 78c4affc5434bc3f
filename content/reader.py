"""Reads every file of a content tree, and notes whatever is wrong with one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from content.courses import WORDINGS, Course, Stock
from content.places import read_directory
from content.rulebook import read_rules
from content.schema import City, District, Language, Number, Phrase, Region, Rendering, Text
from content.tree import Tree, convert, open_as
from content.wording import compare, judge_forms, translations


def read(folder: Path) -> Tree:
    """Read all that can be read of a content tree; whatever is wrong with it is in `faults`."""
    tree = Tree(folder.resolve())
    tree.languages = tuple(open_as(tree, folder.resolve() / "languages.yaml", tuple[Language, ...]) or ())
    read_languages(tree)
    read_strings(tree)
    read_courses(tree)
    read_shelves(tree)
    tree.numbers = open_as(tree, tree.folder / "directory" / "numbers.yaml", tuple[Number, ...]) or ()
    for number in tree.numbers:
        for language in {language.code for language in tree.languages if language.live} - set(number.name):
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
    if not language.live and not path.exists():
        return
    words = open_as(tree, path, dict[str, Any])
    if words is None:
        return
    words = noted(tree, path, words)
    texts = {
        id: value if isinstance(value, str) else convert(tree, path, value, Text, id) for id, value in words.items()
    }
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
        for language in {language.code for language in tree.languages if language.live} - set(one.name):
            tree.blame(path, one.code, f"no name in {language}. Say what it is called there")


def read_courses(tree: Tree) -> None:
    """Read every programme. The mothers' one has to be there: without it there is nothing to offer."""
    root = tree.folder / "programmes"
    for id in sorted({"mums", *folders(root)}):
        course = read_words(tree, root / id, Course)
        if course is not None:
            tree.courses[course.id] = course


def read_shelves(tree: Tree) -> None:
    """Read every shelf of short pages."""
    root = tree.folder / "shelves"
    for id in folders(root):
        stock = read_words(tree, root / id, Stock)
        if id in tree.courses:
            tree.blame(root / id, "", "there is a programme of this name. Call the shelf something else")
        if stock is not None:
            tree.stocks[stock.id] = stock
            judge_pages(tree, tree.words_path(stock, tree.source), stock)


def folders(root: Path) -> list[str]:
    """The names of the folders below this one."""
    return sorted(path.name for path in root.glob("*/") if path.is_dir())


def read_words(tree: Tree, folder: Path, kind: type[Course | Stock]) -> Any:
    """Read a programme or shelf with its translations; None where its source cannot be read."""
    path = folder / f"{tree.source}.yaml"
    source = open_as(tree, path, kind)
    if source is None:
        return None
    if source.id != folder.name:
        tree.blame(path, "id", f"says {source.id}, but the folder is called {folder.name}. Make them the same")
        return None
    judge_forms(tree, path, tree.source, source.texts())
    judge_bubbles(tree, path, source)
    for code, words in translated(tree, folder, source.texts()).items():
        tree.words[source.id, code] = words
    return source


def judge_bubbles(tree: Tree, path: Path, source: Course | Stock) -> None:
    """See that a bubble told apart has words for everybody it could be for."""
    for place, bubble in source.bubbles():
        if isinstance(bubble, dict) and frozenset(bubble) not in WORDINGS:
            sets = "; ".join(", ".join(sorted(one)) for one in WORDINGS)
            cure = f"has words for {', '.join(sorted(bubble))}. A text told apart is for one of these sets: {sets}"
            tree.blame(path, place, cure)


def judge_pages(tree: Tree, path: Path, stock: Stock) -> None:
    """See that each page has an id of its own, and as many waits as messages where it has any."""
    times = Counter(page.id for page in stock.pages)
    for page in stock.pages:
        if times[page.id] > 1:
            tree.blame(path, page.id, "stands twice. Give every page its own id")
        if page.seconds and len(page.seconds) != len(page.text):
            tree.blame(
                path, page.id, f"has {len(page.text)} texts and {len(page.seconds)} seconds. Give each text its own"
            )


def translated(tree: Tree, folder: Path, source: dict[str, str]) -> dict[str, dict[str, str]]:
    """The other languages of what stands in a folder: a flat map each, held against the texts of its source."""
    spoken: dict[str, dict[str, str]] = {}
    for language in translations(tree, lambda code: folder / f"{code}.yaml"):
        path = folder / f"{language.code}.yaml"
        words = open_as(tree, path, dict[str, Any])
        if words is None:
            continue
        words = noted(tree, path, words)
        texts = {
            place: value if isinstance(value, str) else convert(tree, path, value, str, place)
            for place, value in words.items()
        }
        spoken[language.code] = {place: text for place, text in texts.items() if text is not None}
        judge_forms(tree, path, language.code, spoken[language.code])
        compare(tree, path, source, texts, language)
    return spoken


def noted(tree: Tree, path: Path, words: dict[str, Any]) -> dict[str, Any]:
    """Take the notes for a native reader from the texts that carry one."""
    plain = dict[str, Any]()
    for id, value in words.items():
        rendering = isinstance(value, dict) and "text" in value
        kept = convert(tree, path, value, Rendering, id) if rendering else None
        plain[id] = kept.text if kept is not None else value
        if kept is not None:
            tree.doubts[path, id] = kept.for_native_review
    return plain
