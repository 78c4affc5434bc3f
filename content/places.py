"""Reads the directory of places, and finds what is wrong with it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from content.schema import Directory, Gap, Service
from content.tree import Tree, open_as

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUTTON = 22
LONGEST_ID = 28
"""A button's data names a place beside a digit and a dot, in 30 characters."""


def path_of(tree: Tree) -> Path:
    """Where the directory is kept."""
    return tree.folder / "directory" / "services.yaml"


def read_directory(tree: Tree) -> None:
    """Read the places. Regions, numbers and strings must have been read: places name them."""
    path = path_of(tree)
    tree.directory = open_as(tree, path, Directory) or Directory()
    known = {code for region in tree.regions for code in (region.code, *(one.code for one in region.districts))}
    times = Counter(one.id for one in tree.directory.services)
    ids = set(times)
    for service in tree.directory.services:
        found = [] if times[service.id] == 1 else ["stands twice. Give each an id of its own"]
        for message in (*found, *_faults(tree, service, known, ids)):
            tree.blame(path, service.id, message)
    for gap in tree.directory.gaps:
        for message in _gap_faults(tree, gap, known):
            tree.blame(path, f"gaps.{gap.id}", message)
    for number in tree.numbers:
        if number.service and number.service not in ids:
            cure = f"{number.service} is no place of services.yaml. Write its id"
            tree.blame(tree.folder / "directory" / "numbers.yaml", number.id, cure)


def texts(tree: Tree) -> Iterator[tuple[str, str, str]]:
    """Every sentence of the directory that a person may read: its place, its language, its words."""
    for service in tree.directory.services:
        for language, text in service.what.items():
            yield f"{service.id}.what", language, text


def _faults(tree: Tree, service: Service, known: set[str], ids: set[str]) -> Iterator[str]:
    languages = {one.code for one in tree.languages if one.live or one.source}
    for language in sorted(languages - set(service.name)):
        yield f"no name in {language}. Say what it is called there"
    if len(service.id) > LONGEST_ID:
        yield f"its id has more than {LONGEST_ID} characters. Shorten it"
    if not service.refs:
        yield "does not say where in the source it stands. Add refs"
    for code in sorted({*service.places, *service.serves} - known):
        yield f"{code} is no code of regions.yaml. Write the code of a district or region"
    if service.same_as and service.same_as not in ids - {service.id}:
        yield f"same_as names {service.same_as}, which is no other place of this file"
    if service.planned and service.user_facing:
        yield "is only planned and would be shown. Write `user_facing: false`"
    if service.user_facing:
        yield from _shown_faults(tree, service, languages)


def _shown_faults(tree: Tree, service: Service, languages: set[str]) -> Iterator[str]:
    for language in sorted(languages - set(service.what)):
        yield f"does not say in {language} what is there. Add it to `what`"
    for language in sorted(languages - set(service.short)):
        yield f"no short name in {language}. Add one for buttons"
    for language, name in service.short.items():
        if len(name) > BUTTON:
            yield f"its short name in {language} has {len(name)} characters. A button holds {BUTTON}"
    if not service.needs or not service.whom:
        yield "does not say for what need and for whom. Add needs and whom"
    if not service.route and "route" not in service.lacks:
        yield "does not say how to be referred. Add it, or say with `lacks: [route]` that it is not known"
    named = [("whom", service.whom), ("route", service.route), ("lacks", service.lacks), ("careful", service.careful)]
    for kind, codes in named:
        for code in codes:
            if f"refer.{kind}.{code}" not in tree.phrases:
                yield f"{kind} has no words for {code}. Write refer.{kind}.{code} in strings"


def _gap_faults(tree: Tree, gap: Gap, known: set[str]) -> Iterator[str]:
    for code in sorted(set(gap.places) - known):
        yield f"{code} is no code of regions.yaml. Write the code of a district or region"
    if f"refer.gap.{gap.id}" not in tree.phrases:
        yield f"has no words. Write refer.gap.{gap.id} in strings"
