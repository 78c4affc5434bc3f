"""The content check: what makes a text unfit to send though it can be read. Its word lists are in checks.yaml."""

from __future__ import annotations

import itertools
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from content import approvals, backs, instruments, stamps
from content.names import read_names
from content.places import path_of, texts
from content.reader import read
from content.rulebook import leftovers
from content.schema import Fault, Strict
from content.traces import read_traces
from content.tree import Tree, open_as
from content.wording import forms

if TYPE_CHECKING:
    from collections.abc import Iterator

CYRILLIC, LATIN = "а-яёғӣқӯҳҷА-ЯЁҒӢҚӮҲҶ", "a-zA-Z"
MIXED = re.compile(rf"\w*(?:[{CYRILLIC}][{LATIN}]|[{LATIN}][{CYRILLIC}])\w*")
ASIDE = re.compile(r"\{\w+\}|/[a-z]+")
QUOTED = re.compile(r"«[^»]*»")
SENTENCE = re.compile(r"[.!?…\n]+|: (?=«)")
NUMBER = re.compile(r"(?<![\w+])\d+(?:[.,:]\d+)?(?![\d\w-])")
UNTIDY = re.compile(r"  | [.,?!](?!\w)|[\u00a0\u200b-\u200f\u2060\ufeff\t]|\.\.\.| - ")
STRAIGHT = {"ru": "\"'", "tg": "\"'", "uz": "\"'‘’"}
LONG_WORD = re.compile(r"\b[^\W\d_]{3,}\b")
SYMBOL = "So"
CRYING = "❤💔😢😭🥺"
BUTTONS = frozenset({"calm", "rights", "drink"})
"""Shelves whose titles stand on buttons."""
WAYS_OF_WRITING = "Write it with the letters and signs of the language"


HERE = Path(__file__).parent


class LanguageRules(Strict, frozen=True):
    """What the check knows about one language; nothing stands for a rule that does not exist there."""

    letters: str = ""
    signs: str = ""
    sentence: int = 18
    button: int = 22
    endings: str = ""
    lost_letters: dict[str, str] = msgspec.field(default_factory=dict)
    lost_letters_bare: dict[str, str] = msgspec.field(default_factory=dict)
    danger_pairs: tuple[str, ...] = ()
    banned_words: tuple[str, ...] = ()
    banned_but: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    address_but: tuple[str, ...] = ()
    ru_gender: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    risk: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    shout: tuple[str, ...] = ()


class Checks(Strict, frozen=True):
    """The whole of checks.yaml."""

    exempt: dict[str, tuple[str, ...]]
    latin_allowed: tuple[str, ...]
    old_font_letters: str
    phone: str
    characters: int
    words: int
    preview: int
    languages: dict[str, LanguageRules]


class Line(msgspec.Struct, frozen=True):
    """One text under the check, with what is known about it."""

    path: Path
    place: str
    language: str
    text: str
    tags: frozenset[str]
    lint_ok: frozenset[str]


def faults(folder: Path | None = None) -> list[Fault]:
    """Give every fault of a content tree, in its structure and in its words; our own tree by default."""
    tree = read(folder or HERE)
    screening = instruments.read_instruments(tree)
    read_traces(tree)
    read_names(tree)
    checks = open_as(tree, HERE / "checks.yaml", Checks)
    if checks is None:
        return sorted(set(tree.faults))
    found = [*stamps.faults(tree), *approvals.faults(tree), *backs.faults(tree), *leftovers(tree)]
    found += tree.faults
    for line in itertools.chain(lines(tree), (Line(*one, frozenset()) for one in instruments.lines(tree, screening))):
        rules = checks.languages.get(line.language, LanguageRules())
        for rule, message in judge(line, checks, rules):
            if rule not in line.lint_ok and not line.tags & set(checks.exempt[rule]):
                found.append(Fault(tree.name(line.path), line.place, f"{message} [{rule}]"))
    found += [Fault(tree.name(path), place, f"{message} [variables]") for path, place, message in twins(tree)]
    return sorted(set(found))


def lines(tree: Tree) -> Iterator[Line]:
    """Give every text of the tree, in every language."""
    for id, phrase in tree.phrases.items():
        tags = phrase.tags | ({"staff"} if id.startswith("desk.") else set())
        languages = {tree.source: phrase.text} | {
            code: words[id] for code, words in tree.strings.items() if id in words
        }
        for code, text in languages.items():
            for end, form in forms(text):
                yield Line(
                    tree.strings_path(code, tree.areas[id]), id + end, code, form, tags, frozenset(phrase.lint_ok)
                )
    for source in tree.sources():
        spoken = {tree.source: source.texts()} | {
            code: words for (of, code), words in tree.words.items() if of == source.id
        }
        for code, words in spoken.items():
            for place, text in words.items():
                tags = frozenset({"button"}) if place.endswith(".title") and source.id in BUTTONS else frozenset[str]()
                yield Line(tree.words_path(source, code), place, code, text, tags, frozenset())
    for place, code, text in texts(tree):
        yield Line(path_of(tree), place, code, text, frozenset(), frozenset())


def twins(tree: Tree) -> Iterator[tuple[Path, str, str]]:
    """Find texts of several words that one language has taken over from another as they are."""
    for code, words in tree.strings.items():
        others = [(tree.source, {id: phrase.text for id, phrase in tree.phrases.items()})]
        others += [(other, texts) for other, texts in tree.strings.items() if other < code]
        for id, text in words.items():
            same = [other for other, texts in others if texts.get(id) == text]
            tags = tree.phrases[id].tags if id in tree.phrases else set()
            if same and len(re.findall(r"[^\W\d_]{3,}", ASIDE.sub("", str(text)))) > 1 and "user_speech" not in tags:
                yield tree.strings_path(code, tree.areas.get(id, "")), id, f"is the same as in {same[0]}. Translate it"


def judge(line: Line, checks: Checks, rules: LanguageRules) -> Iterator[tuple[str, str]]:
    """Hold one text against every rule: the rule's name, what is wrong and the cure."""
    plain = ASIDE.sub("", line.text)
    yield from letters(plain, checks, rules)
    yield from tidiness(line)
    yield from wording(plain.casefold(), rules)
    yield from length(line, plain, checks, rules)
    yield from preview(line, checks, rules)
    yield from numbers(line, plain, checks, rules)


def letters(plain: str, checks: Checks, rules: LanguageRules) -> Iterator[tuple[str, str]]:
    """Rules 1, 2 and 4, and the foreign words of 13: letters and words of another language."""
    allowed = "|".join(checks.latin_allowed)
    own = re.sub(rf"\b(?:{allowed})\b", "", QUOTED.sub("", plain), flags=re.IGNORECASE)
    usual = rules.letters + rules.signs + "\ufe0f"
    strange = {c for c in set(own) if c.casefold() not in usual and unicodedata.category(c) != SYMBOL}
    if rules.letters and strange:
        yield "alphabet", f"has {' '.join(sorted(strange))!r}. {WAYS_OF_WRITING}"
    for found in MIXED.findall(plain):
        yield "lookalikes", f"«{found}» mixes Latin and Cyrillic letters. Type it again"
    if old := set(checks.old_font_letters) & set(plain):
        yield "lookalikes", f"has letters of an old font: {' '.join(sorted(old))}. {WAYS_OF_WRITING}"
    if found := re.search(rf"\w*ӣ[{CYRILLIC}]\w*", plain):
        yield "y_macron", f"«{found[0]}»: ӣ stands only at the end of a word. Write и"
    english = re.findall(rf"\b[{LATIN}]{{2,}}\b", own)
    if rules.letters and "a" not in rules.letters and len(english) > 1:
        yield "variables", f"has Latin words: {', '.join(english)}. Translate them"
    if found := search(rules.foreign, plain.casefold()):
        yield "variables", f"«{found}» belongs to another language. Translate it"


def tidiness(line: Line) -> Iterator[tuple[str, str]]:
    """Rule 3: one way to write each sign and space."""
    if unicodedata.normalize("NFC", line.text) != line.text:
        yield "nfc_spaces", "has letters put together from parts. Save it in NFC"
    if found := UNTIDY.search(line.text):
        yield "nfc_spaces", f"has {found[0]!r}: a double, invisible or misplaced space, three dots or a hyphen as dash"
    if set(STRAIGHT.get(line.language, "")) & set(line.text):
        yield "nfc_spaces", "has straight quotes. Write «…»"


def wording(text: str, rules: LanguageRules) -> Iterator[tuple[str, str]]:
    """Rules 6 to 10: words that are misspelt, mean something else, shame, order, or show somebody's sex."""
    for lost, meant in rules.lost_letters.items():
        if re.search(rf"\b{lost}(?:{rules.endings})?\b", text):
            yield "lost_letters", f"«{lost}» has lost its letters. Write {meant}"
    for lost, meant in rules.lost_letters_bare.items():
        if re.search(rf"\b{lost}\b", text):
            yield "lost_letters", f"«{lost}» has lost its letters. Write {meant}"
    unquoted = QUOTED.sub("", text)
    for rule, patterns, but, said, cure in (
        ("danger_pairs", rules.danger_pairs, (), text, "can mean something terrible. Choose another word"),
        ("banned_words", rules.banned_words, rules.banned_but, text, "shames or orders her. Say it another way"),
        (
            "address",
            rules.address,
            rules.address_but,
            unquoted,
            "is too near. Use the polite plural, without pet names",
        ),
        ("ru_gender", rules.ru_gender, (), unquoted, "shows somebody's sex. Say it so that it fits everyone"),
    ):
        if found := search(patterns, without(said, but)):
            yield rule, f"«{found}» {cure}"


def length(line: Line, plain: str, checks: Checks, rules: LanguageRules) -> Iterator[tuple[str, str]]:
    """Rule 11: what can be read aloud in one breath, and fits on a button."""
    if len(plain.split()) > checks.words or len(plain) > checks.characters:
        yield (
            "length",
            f"has {len(plain.split())} words, {len(plain)} characters. Keep to {checks.words} and {checks.characters}",
        )
    longest = max((len(sentence.split()) for sentence in SENTENCE.split(plain)), default=0)
    if longest > rules.sentence:
        yield "length", f"has a sentence of {longest} words. Keep to {rules.sentence}"
    if "button" in line.tags and len(line.text) > rules.button:
        yield "length", f"has {len(line.text)} characters. A button holds {rules.button}"


def preview(line: Line, checks: Checks, rules: LanguageRules) -> Iterator[tuple[str, str]]:
    """Rule 12: what lights up on a locked phone says nothing about her."""
    if "push" not in line.tags:
        return
    start = line.text[: checks.preview]
    risky = re.search(rf"\b(?:{'|'.join(rules.risk)})\w*", start.casefold()) if rules.risk else None
    if risky:
        yield "preview60", f"says «{risky[0]}» within its first {checks.preview} characters. Begin neutrally"
    if "{" in start or set(CRYING) & set(start):
        yield "preview60", f"has a variable or a heart within its first {checks.preview} characters. Begin neutrally"


def numbers(line: Line, plain: str, checks: Checks, rules: LanguageRules) -> Iterator[tuple[str, str]]:
    """Rule 15: numbers say what they count, no telephone numbers, no shouting."""
    if re.search(checks.phone, line.text):
        yield "numbers_shout", "has a telephone number. Write {emergency}"
    elif rules.units and "button" not in line.tags:
        for found in NUMBER.finditer(plain):
            after = " ".join(plain[found.end() :].split()[:2]).casefold()
            if not search(rules.units, after) and not after.startswith(("%", "°")):
                yield "numbers_shout", f"«{found[0]}» does not say of what. Add the unit"
    for word in LONG_WORD.findall(plain):
        if word.isupper() and word.casefold() not in checks.latin_allowed:
            yield "numbers_shout", f"«{word}» shouts. Write it small"
    if plain.count("!") > 1:
        yield "numbers_shout", "has more than one exclamation mark. Keep one at most"
    symbols = [i for i, c in enumerate(plain) if c > "~" and c != "°" and unicodedata.category(c) == SYMBOL]
    if any(b - a == 1 for a, b in itertools.pairwise(symbols)) or (symbols and "safety" in line.tags):
        yield "numbers_shout", "has an emoji too many. None in safety texts, one at a time elsewhere"
    if misspelt := search(rules.shout, plain.casefold()):
        yield "numbers_shout", f"«{misspelt}» is misspelt. Write ё, or the hyphen"


def search(patterns: tuple[str, ...], text: str) -> str:
    """Give the first whole word or phrase that is one of the patterns; "" if none is there."""
    found = re.search(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", text) if patterns else None
    return found[0] if found else ""


def without(text: str, phrases: tuple[str, ...]) -> str:
    """Take out phrases in which an otherwise bad word is meant well."""
    for phrase in phrases:
        text = text.replace(phrase, "")
    return text
