"""What a post must not carry out of the circle's safety: ways to find somebody, money, a named way of harming.

Figures and signs are read here; words that have to stand together are read as concern reads its own. Whatever goes
wrong ends in a trace of the kind `unread`: then a person looks before anybody else sees it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, Literal

import msgspec

from content.schema import RuleBook
from content.traces import Held, TraceBook, value_group, values
from flows.circles.digits import Page, Plan, found_numbers, plan, without_measures
from flows.circles.flat import Span, flat
from flows.circles.signs import SPACED, Found, Signs, found_signs, signs
from flows.concern import LONGEST, Finding, Rules, compile_rules, traced
from flows.concern import UNREAD as NOT_READ
from flows.concern.spelling import PATIENCE, even, split
from flows.concern.terms import Hit

Kind = Literal[Held, "unread"]
PLACES: Final = ("app", "nick")
"""Groups of what goes before the name somebody has elsewhere."""
LETTERS: Final = "cyrillic"
"""Every language is turned into these, English too: its words and ours are evened out alike."""


class Trace(msgspec.Struct, frozen=True, order=True):
    """Why a post is held, and from where to where in the text as it came in. Of `unread` that is all of it."""

    span: Span
    kind: Kind


class Words(msgspec.Struct, frozen=True):
    """Everything traces are read by."""

    rules: Rules
    signs: Signs
    plan: Plan
    numbers: tuple[tuple[str, int], ...]
    concern: frozenset[str]


@lru_cache(maxsize=4)
def ready(book: TraceBook, spoken: tuple[str, ...] = ()) -> Words:
    """Make the words of a library ready, once for each. `spoken`: telephone numbers that anybody may say."""
    apps = {app for file in book.files.values() for name in PLACES for app in file.groups.get(name, ())}
    return Words(
        compile_rules(book.rulebook()),
        signs(book.shapes, apps),
        plan(book.shapes, spoken),
        # Small ones first: where two sound alike (се 3, сӣ 30), the smaller is taken.
        tuple((value_group(value), value) for value in values(book)),
        frozenset(book.shapes.concern),
    )


def traces(text: str, words: Words) -> tuple[Trace, ...]:
    """Give every trace in a text as it was typed, in the order in which they stand. Never raises."""
    try:
        if len(text) > LONGEST or not words.numbers:
            return (Trace((0, len(text)), "unread"),)
        laid = flat(text)
        found = {(kind, laid.span(start, end)) for kind, start, end in _found(laid.text, words)}
        return tuple(sorted(Trace(span, kind) for kind, span in found))
    except Exception:  # noqa: BLE001 (it fails towards a human, whatever it was)
        return (Trace((0, len(text)), "unread"),)


def methods(text: str, heard: Finding | None, rules: RuleBook, words: Words) -> tuple[Trace, ...]:
    """Give the methods that concern finds named, at whatever level: guarded, lowered, or behind something graver.

    heard: what concern heard in these words as the end of what she had just said, if anything.
    """
    found = [heard] if heard is not None else []
    named = [finding for finding in (*found, *traced(text, rules)) if finding.rule in words.concern]
    return tuple(sorted({Trace(_whole(finding), "method") for finding in named}))


def _found(text: str, words: Words) -> Iterator[Found | tuple[Literal["unread"], int, int]]:
    yield from found_signs(text, words.signs)
    for match in SPACED.finditer(text, timeout=PATIENCE):
        yield "unread", *match.span()
    page = _page(text, words)
    yield from found_numbers(page, words.plan)
    for finding in traced(without_measures(page), words.rules):
        if finding == NOT_READ:
            yield "unread", 0, len(text)
        else:
            yield finding.category, *_whole(finding)  # type: ignore[misc]


def _page(text: str, words: Words) -> Page:
    view = even(split(text), LETTERS)
    hits = words.rules.lexicons[LETTERS].hits(view)
    said: dict[int, tuple[Hit, int]] = {}
    for group, value in words.numbers:
        for place, hit in hits.get(group, {}).items():
            if place not in said or hit.last > said[place][0].last:
                said[place] = hit, value
    return Page.of(text, view, hits, said)


def _whole(finding: Finding) -> Span:
    return min(start for start, _ in finding.spans), max(end for _, end in finding.spans)


def faults(book: TraceBook, spoken: Iterable[str] = ()) -> list[str]:
    """Give a line for each example that is not read as its file says: for the content check."""
    words = ready(book, tuple(spoken))
    return [
        f"content/traces/{code}.yaml: examples.{kind}: {wanted} «{example}»"
        for code, file in sorted(book.files.items())
        for kind, examples in file.examples.items()
        for wanted, said in (("must match", examples.must), ("must not match", examples.must_not))
        for example in said
        if _astray([trace.kind for trace in traces(example, words)], kind, wanted)
    ]


def _astray(kinds: list[Kind], kind: Held, wanted: str) -> bool:
    return kind not in kinds if wanted == "must match" else bool(kinds)
