"""The check that each rule and each guard takes its own examples as it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.concern.reading import fires
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


def _examples(
    rules: Rules,
) -> Iterator[tuple[str, str, ReadyRule | ReadyGuard, tuple[tuple[str, ...], tuple[str, ...]]]]:
    for one in rules.rules.every:
        place = f"content/concern/{one.category}/{one.language}.yaml"
        yield place, one.rule.id, one, (one.rule.must, one.rule.must_not)
    for other in rules.guards.every:
        language = other.guard.id.split(".", maxsplit=1)[0]
        yield f"content/concern/guards/{language}.yaml", other.guard.id, other, (other.guard.must, other.guard.must_not)
