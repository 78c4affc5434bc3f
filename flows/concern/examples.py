"""The check that each rule and each guard takes its own examples as it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.concern.findings import UNREAD, red
from flows.concern.reading import fires, traced
from flows.concern.rules import compile_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from content.schema import RuleBook
    from flows.concern.rules import ReadyGuard, ReadyRule, Rules


def faults(book: RuleBook) -> list[str]:
    """Give a line for each example that its rule or guard does not take as it says: for the content check."""
    rules = compile_rules(book)
    return [
        f"{place}: {id}: {wanted} «{example}»"
        for place, id, one, (must, must_not) in _examples(rules)
        for wanted, examples in (("must match", must), ("must not match", must_not))
        for example in examples
        if fires(one, example, rules) != (wanted == "must match")
    ]


def unread(rules: Rules) -> str:
    """Give the first rule of red whose example cannot be read, "" where all can: one of each category and language.

    Reading never raises, so whatever breaks it would make a mere `watch` of every message, and nobody would be told.
    """
    shown: dict[tuple[str, str], ReadyRule] = {}
    for one in rules.rules.every:
        if red(one.rule.level) and one.rule.must:
            shown.setdefault((one.category, one.language), one)
    return next((one.rule.id for one in shown.values() if UNREAD in traced(one.rule.must[0], rules)), "")


def _examples(
    rules: Rules,
) -> Iterator[tuple[str, str, ReadyRule | ReadyGuard, tuple[tuple[str, ...], tuple[str, ...]]]]:
    for one in rules.rules.every:
        place = f"content/concern/{one.category}/{one.language}.yaml"
        yield place, one.rule.id, one, (one.rule.must, one.rule.must_not)
    for other in rules.guards.every:
        language = other.guard.id.split(".", maxsplit=1)[0]
        yield f"content/concern/guards/{language}.yaml", other.guard.id, other, (other.guard.must, other.guard.must_not)
