"""What concern hears in a file of texts, for those who write rules and those who judge them.

One JSON object a line comes in, with `text` and, if known, `role` (as in the bot; without one, a mother) and `stage`:
`expecting`, `newborn` (the first six weeks after the birth) or `child`. The same object goes out with `level`,
`categories` and `rules`; the level is raised by the stage as the bot raises it. A line that cannot be read is named and skipped, and nothing of it is shown.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, TextIO

import msgspec

from flows import concern
from flows.concern import Finding, Rules
from flows.concern.findings import gravest_first
from flows.worry import context

MOTHER, NEWBORN = "mother", "newborn"
SHOWN: Final = 60
"""Characters of a text that stand before what was found in it, for people."""


class ScreenError(Exception):
    """A line that is not what is asked for: what and where, without the line itself."""


def lines(source: TextIO, rules: Rules, complain: list[str]) -> Iterator[dict[str, Any]]:
    """Give each line's object with what was heard in it. Faults of lines are added to `complain`."""
    for number, line in enumerate(source, start=1):
        if line.strip():
            try:
                yield heard(_object(line), rules)
            except ScreenError as error:
                complain.append(f"Line {number}: {error}. It was skipped.")


def _object(line: str) -> dict[str, Any]:
    try:
        given = msgspec.json.decode(line.lstrip("\ufeff"), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise ScreenError('this is no JSON object. Write one a line: {"text": "…"}') from None
    if not isinstance(given.get("text"), str):
        raise ScreenError("there is no `text`, or it is no string. Add it in quotation marks")
    return given


def heard(given: dict[str, Any], rules: Rules) -> dict[str, Any]:
    """Give the object with `level`, `categories` (gravest first) and `rules`.

    A rule is its id, category, level, span and guards: those that stood beside it; `none` is left where they cleared
    it. Where the second ear took weight `was` is the level before.
    """
    found = concern.traced(given["text"], rules)
    counts = [context.after_birth(finding) for finding in found] if _has_given_birth(given) else found
    worrying = sorted((finding for finding in counts if finding.level != "none"), key=gravest_first)
    return given | {
        "level": worrying[0].level if worrying else "none",
        "categories": list(dict.fromkeys(finding.category for finding in worrying)),
        "rules": [_rule(finding) for finding in found],
    }


def _has_given_birth(given: dict[str, Any]) -> bool:
    """Whether the line tells of a mother in the first six weeks after a birth."""
    return given.get("stage") == NEWBORN and (given.get("role") or MOTHER) == MOTHER


def _rule(finding: Finding) -> dict[str, Any]:
    span = [min(start for start, _ in finding.spans), max(end for _, end in finding.spans)] if finding.spans else []
    return {
        "id": finding.rule,
        "category": finding.category,
        "level": finding.level,
        "span": span,
        "guards": list(finding.guards),
    } | ({"was": finding.was} if finding.was else {})


def explained(one: dict[str, Any]) -> str:
    """Say for a person what was heard and by which words."""
    text: str = one["text"]
    head = f"{one['level']:8} {_shown(text)[:SHOWN]}"
    said = [
        f"         {rule['level']:8} {rule['category']}: {rule['id']} on {_words(text, rule['span'])}"
        + (f", beside it {', '.join(rule['guards'])}" if rule["guards"] else "")
        + (f", {rule['was']} before the second ear" if "was" in rule else "")
        for rule in one["rules"]
    ]
    return "\n".join((head, *said))


def _words(text: str, span: list[int]) -> str:
    return f"«{_shown(text[slice(*span)])}»" if span else "the text as a whole, which was not read to its end"


def _shown(text: str) -> str:
    """Give a text as one line, without signs that a terminal would obey."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


def totals(all_heard: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Count texts by level, and by the category of what is gravest in each."""
    levels: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    for one in all_heard:
        levels[one["level"]] += 1
        categories.update(one["categories"][:1])
    return {"texts": levels.total(), "levels": dict(levels), "categories": dict(categories.most_common())}


def write(source: TextIO, rules: Rules, *, explain: bool = False, stats: bool = False) -> list[str]:
    """Print what was heard in every line of `source`; give the faults of those that were skipped."""
    faults: list[str] = []
    every = lines(source, rules, faults)
    if stats:
        _print(totals(every))
    else:
        for one in every:
            sys.stdout.write(explained(one) + "\n") if explain else _print(one)
    return faults


def _print(thing: dict[str, Any]) -> None:
    sys.stdout.write(msgspec.json.encode(thing).decode() + "\n")
