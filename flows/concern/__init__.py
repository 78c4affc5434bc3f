"""Reads her words before anything else does, and says whether a person has to look at them.

Rules are YAML (content/concern). A rule does not look for bare words: it wants groups of words near each other in
one sentence, as a person says them. Her text is first evened out, so that Tajik with and without its letters,
Russian and Uzbek in either script and the usual slips all look alike. Whatever goes wrong here ends in a finding:
doubt brings a person. Nothing of her text leaves this package but the places where it was found.
"""

from flows.concern.examples import faults, unread
from flows.concern.findings import CATEGORIES, LEVELS, UNREAD, Finding, by_rules, red
from flows.concern.reading import LONGEST, findings, read, read_after, traced
from flows.concern.rules import Rules, compile_rules

__all__ = [
    "CATEGORIES",
    "LEVELS",
    "LONGEST",
    "UNREAD",
    "Finding",
    "Rules",
    "by_rules",
    "compile_rules",
    "faults",
    "findings",
    "read",
    "read_after",
    "red",
    "traced",
    "unread",
]
