"""One text in several languages: plural forms, variables, and whether a translation has what its source has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError

from content.schema import (
    Language,
    Text,
)
from content.tree import Tree

VARIABLE = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
PLURAL_VARIABLE = "n"


def forms(text: Text) -> Iterator[tuple[str, str]]:
    """Give each form of a text with the end of its place: a plural has one for each category."""
    if isinstance(text, str):
        yield "", text
    else:
        yield from ((f".{category}", form) for category, form in text.items())


@cache
def plural_rule(language: str) -> Callable[[int], str]:
    """Give CLDR's rule for a language: number to category. A language CLDR does not know has `other` alone."""
    try:
        return Locale.parse(language).plural_form
    except (UnknownLocaleError, ValueError):
        return lambda _: "other"


def plural_categories(language: str) -> set[str]:
    """Give the categories a plural text of the language has to have."""
    return {"other", *getattr(plural_rule(language), "tags", ())}


def fill(text: Text, variables: dict[str, Any], plural: Callable[[int], str]) -> str:
    """Choose the plural and put the variables in. KeyError names a variable without a value."""
    if isinstance(text, dict):
        by_category = dict[str, str](text)  # type: ignore[arg-type]
        text = by_category.get(plural(variables[PLURAL_VARIABLE]), by_category["other"])
    return VARIABLE.sub(lambda found: str(variables[found[1]]), text) if "{" in text else text


def translations(tree: Tree, path: Callable[[str], Path]) -> Iterable[Language]:
    """Give the languages to read: not the source, and an unfinished one only where it has a file."""
    others = (language for language in tree.languages if language.code != tree.source)
    return [language for language in others if language.live or path(language.code).exists()]


def compare(tree: Tree, path: Path, source: dict[str, Any], found: dict[str, Any], language: Language) -> None:
    """Hold a translation against its source: the same ids, and the same variables in each.

    A text of `found` that could not be read is None: it is there, and blamed already.
    """
    if language.live:
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
            if ("{" in form or "}" in form) and set("{}") & set(VARIABLE.sub("", form)):
                tree.blame(path, id, "has a brace that is no variable. Write {name} in small Latin letters")


def variables_of(text: Text) -> set[str]:
    """Give the variables of a text. A plural may leave its number unsaid in one of its forms."""
    found = {name for _, form in forms(text) for name in VARIABLE.findall(form)}
    return found | {PLURAL_VARIABLE} if isinstance(text, dict) else found


def braced(names: set[str]) -> str:
    """Write variables as they stand in a text."""
    return " ".join(f"{{{name}}}" for name in sorted(names)) or "none"
